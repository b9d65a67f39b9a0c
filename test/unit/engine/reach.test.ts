import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { proxyFor, requireReachable } from "../../../engine/reach";
import type { ApiServer } from "../../../engine/reach";

const todo = "run it in the VPC";
const eks = "https://0123.gr7.eu-central-1.eks.amazonaws.com";

describe("the reach of an API server", () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  }
  async function closedPort(): Promise<number> {
    const server = createServer();
    const port = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  const at = (endpoint: string): ApiServer => ({ cluster: "slipway-dev", endpoint });
  const attempt = (endpoint: string, env: NodeJS.ProcessEnv = {}, limit?: number): Promise<void> =>
    requireReachable("up of stack dev", "dev", [at(endpoint)], {
      todo,
      env,
      ...(limit === undefined ? {} : { limit }),
    });

  /** A proxy that answers CONNECT so, or never; it tells what it was asked. */
  async function proxy(answer: string | undefined): Promise<{ address: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createHttpServer();
    server.on("connect", (request, socket) => {
      asked.push(`${request.url ?? ""} ${request.headers["proxy-authorization"] ?? ""}`.trim());
      if (answer !== undefined) socket.end(`HTTP/1.1 ${answer}\r\n\r\n`);
    });
    return { address: `127.0.0.1:${await listening(server)}`, asked };
  }

  it("is there where somebody listens, and nothing is sent", async () => {
    const received: Buffer[] = [];
    const closed: Promise<unknown>[] = [];
    const server = createServer((socket) => {
      socket.on("data", (piece) => received.push(piece));
      closed.push(new Promise((resolve) => socket.once("close", resolve)));
    });
    await attempt(`https://127.0.0.1:${await listening(server)}`);
    await Promise.all(closed);
    assert.deepEqual([closed.length, Buffer.concat(received).length], [1, 0]);
  });

  it("is not tried before there is a cluster", async () => {
    await requireReachable("up of stack dev", "dev", [], { todo });
  });

  it("is refused in one sentence where nobody listens", async () => {
    const endpoint = `https://127.0.0.1:${await closedPort()}`;
    await assert.rejects(attempt(endpoint), {
      name: "SlipwayError",
      message:
        `up of stack dev: the API server of cluster slipway-dev (${endpoint}) cannot be reached from here: ECONNREFUSED; ` +
        "allowed: a machine inside the VPC of the cluster, or with an address that slipway:cluster.publicAccessCidrs " +
        "in Pulumi.dev.yaml names; run it in the VPC; nothing was changed.",
    });
  });

  it("is refused for the second cluster when only the first can be reached", async () => {
    const open = at(`https://127.0.0.1:${await listening(createServer())}`);
    const closed = { cluster: "slipway-other", endpoint: `https://127.0.0.1:${await closedPort()}` };
    await assert.rejects(
      requireReachable("up of stack dev", "dev", [open, closed], { todo, env: {} }),
      /the API server of cluster slipway-other /,
    );
  });

  it("goes through the proxy that the Kubernetes provider takes, with its login", async () => {
    const { address, asked } = await proxy("200 OK");
    await attempt(eks, { HTTPS_PROXY: `http://ann:p%40ss@${address}` });
    await attempt(`${eks}:8443`, { https_proxy: address });
    assert.deepEqual(asked, [
      `0123.gr7.eu-central-1.eks.amazonaws.com:443 Basic ${btoa("ann:p@ss")}`,
      "0123.gr7.eu-central-1.eks.amazonaws.com:8443",
    ]);
  });

  it("is refused when the proxy refuses, without its login", async () => {
    const { address } = await proxy("403 Forbidden");
    await assert.rejects(
      attempt(eks, { HTTPS_PROXY: `http://ann:secret@${address}` }),
      ({ message }: Error) => {
        assert.ok(message.includes(`from here: answer 403 (through the proxy ${address});`), message);
        return !message.includes("secret");
      },
    );
  });

  it("is refused when no answer comes in time", async () => {
    const { address } = await proxy(undefined);
    await assert.rejects(
      attempt(eks, { HTTPS_PROXY: address }, 20),
      /from here: no answer in 0\.02 s \(through the proxy/,
    );
  });

  for (const [title, host, noProxy, isAsked] of [
    ["localhost", "localhost", "", false],
    ["loopback addresses", "127.0.0.1", "", false],
    ["loopback addresses of IPv6", "[::1]", "", false],
    ["hosts that are excepted", "api.example", "other, api.example", false],
    ["hosts in a domain that is excepted", "api.example", ".example", false],
    ["hosts in a domain that is excepted by its name alone", "api.example", "example", false],
    ["hosts in a domain that is excepted with a star", "a.api.example", "*.api.example", false],
    ["any host when all are excepted", "api.example", "*", false],
    ["a host when others are excepted", "api.example", "example.api,,b.api.example", true],
    ["a host of which only the end of the name is excepted", "myapi.example", "api.example", true],
  ] as const) {
    it(`asks ${isAsked ? "the" : "no"} proxy for ${title}`, () => {
      const env = { HTTPS_PROXY: "proxy.example:3128", NO_PROXY: noProxy };
      const found = proxyFor(new URL(`https://${host}`), env);
      assert.equal(found?.href, isAsked ? "http://proxy.example:3128/" : undefined);
    });
  }

  it("is left to the provider behind a proxy of another kind", async () => {
    await attempt(eks, { HTTPS_PROXY: `socks5://127.0.0.1:${await closedPort()}` }, 20);
  });
});
