import { createServer } from "node:net";
import { SlipwayError } from "../../components/common/problems";

/** A port on 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  return bound(0);
}

/** @throws SlipwayError when a port that the user chose is taken or is none. */
export async function requirePort(port: number): Promise<number> {
  try {
    return await bound(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SlipwayError({
      what:
        code === "EADDRINUSE"
          ? `port ${port} is in use`
          : `port ${port} cannot be used (${code ?? "unknown"})`,
      where: "API server of the embedded cluster",
      allowed: "a free port of 127.0.0.1 between 1024 and 65535",
      todo: "choose another one, or none to take any that is free",
    });
  }
}

function bound(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
