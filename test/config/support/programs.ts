import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A program that listens on a port of the loopback that it chose itself. */
export interface Listening {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts a program of the Prometheus project, and waits until it listens and says that it is ready. */
export async function startListening(program: string, args: readonly string[]): Promise<Listening> {
  const child = spawn(program, ["--web.listen-address=127.0.0.1:0", ...args], {
    env: {},
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  const said: string[] = [];
  const address = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      const found = /msg="Listening on".* address=(127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`${program} ended:\n${said.slice(-20).join("\n")}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  const url = `http://${await address}`;
  try {
    // It listens before it has read what it stored.
    await until(`a ready ${program}`, 60, async () =>
      (await fetch(`${url}/-/ready`)).ok ? true : undefined,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Answers of an API as JSON. */
export async function getJson<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** How often a condition is looked at. */
const EVERY_MS = 100;

/** Waits until something is there. @throws Error after the deadline, with what is there instead. */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => T | undefined | Promise<T | undefined>,
  instead: () => unknown = () => "",
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) {
      throw new Error(`not within ${seconds} s: ${what} ${JSON.stringify(await instead())}`);
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
