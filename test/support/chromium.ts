import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import path from "node:path";
import type { Readable, Writable } from "node:stream";
import { findPrograms } from "./debian";
import { temporaryFolder } from "./temporary";

const PACKAGE = "chromium-headless-shell";

interface Message {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/** A page in a real browser, as a test drives it. */
export interface Page {
  /** Runs a script in it and gives what it returns, or what its promise comes to. */
  evaluate<T>(script: string): Promise<T>;
  click(x: number, y: number): Promise<void>;
  /** Leaves it for another. */
  open(url: string): Promise<void>;
}

/** A real browser without a screen, driven by its own protocol (https://chromedevtools.github.io/devtools-protocol/). */
export class Chromium {
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #waiting = new Map<number, (message: Message) => void>();
  #last = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#input = child.stdio[3] as Writable;
    let text = "";
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const messages = text.split("\0");
      text = messages.pop() ?? "";
      for (const one of messages) {
        const message = JSON.parse(one) as Message;
        if (message.id !== undefined) this.#waiting.get(message.id)?.(message);
      }
    });
  }

  /** Starts it; on a machine without one, Debian's is fetched and unpacked first. */
  static async start(): Promise<Chromium> {
    const found = await findPrograms([PACKAGE], PACKAGE, ["--no-install-recommends"]);
    const { root } = found;
    // The program of that name is a script that looks for the browser in the system's own folders.
    const program =
      root === undefined ? found.path(PACKAGE) : path.join(root, "usr/lib/chromium/chromium-headless-shell");
    const child = spawn(
      program,
      [
        "--remote-debugging-pipe",
        `--user-data-dir=${temporaryFolder("slipway-chromium-")}`,
        // Its sandbox needs rights of the kernel that a test does not have; it opens nothing but the test's own page.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        // Nothing beyond the loopback.
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
      ],
      {
        stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
        env: { ...process.env, ...found.env, ...(root === undefined ? {} : libraries(root, found.env)) },
      },
    );
    return new Chromium(child);
  }

  async page(url: string): Promise<Page> {
    const { targetId } = await this.#send("Target.createTarget", { url });
    const { sessionId } = await this.#send("Target.attachToTarget", { targetId, flatten: true });
    const send = (method: string, params: object) => this.#send(method, params, String(sessionId));
    const mouse = { button: "left", clickCount: 1 };
    return {
      async evaluate<T>(expression: string): Promise<T> {
        const { result, exceptionDetails } = await send("Runtime.evaluate", {
          expression,
          awaitPromise: true,
          returnByValue: true,
        });
        if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
        return (result as { value: T }).value;
      },
      async click(x, y) {
        for (const type of ["mousePressed", "mouseReleased"])
          await send("Input.dispatchMouseEvent", { type, x, y, ...mouse });
      },
      async open(next) {
        await send("Page.navigate", { url: next });
      },
    };
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  #send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    const id = (this.#last += 1);
    this.#input.write(
      `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
    );
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`the browser ended before it answered ${method}`));
      this.#child.once("exit", ended);
      this.#waiting.set(id, ({ result, error }) => {
        this.#waiting.delete(id);
        this.#child.off("exit", ended);
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
    });
  }
}

/** Some libraries stand in a folder of their own, which the programs of their package know. */
function libraries(root: string, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const base = path.join(root, "usr/lib");
  const own = readdirSync(base)
    .filter((name) => name.includes("-linux-"))
    .map((name) => path.join(base, name, "pulseaudio"));
  return { LD_LIBRARY_PATH: [env["LD_LIBRARY_PATH"] ?? "", ...own].join(":") };
}
