import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { temporaryFolder } from "../../support/temporary";

export const scripts = path.resolve(__dirname, "../../../deployments/scripts");

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script of deployments/scripts as it stands, with nothing in its environment but this. */
export function runScript(
  name: string,
  words: readonly string[],
  { env, cwd = process.cwd() }: { readonly env: Readonly<Record<string, string>>; readonly cwd?: string },
): Promise<Ended> {
  const file = path.join(scripts, name);
  const [command, first] = name.endsWith(".sh") ? [file, []] : [process.execPath, [file]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...words], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder with a program, which a script runs in place of the real one. */
export function withProgram(file: string, content: string): string {
  const folder = temporaryFolder();
  const whole = path.join(folder, file);
  mkdirSync(path.dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  chmodSync(whole, 0o755);
  return folder;
}

/** What a script left in the file of GITHUB_OUTPUT, read as GitHub does. */
export function outputsIn(file: string): Readonly<Record<string, string>> {
  const outputs: Record<string, string> = {};
  const lines = readFileSync(file, "utf8").split("\n");
  while (lines.length > 0) {
    const line = lines.shift() ?? "";
    if (line === "") continue;
    const [, name, delimiter] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (name === undefined || delimiter === undefined) throw new Error(`no output begins with ${line}`);
    const end = lines.indexOf(delimiter);
    if (end === -1) throw new Error(`output ${name} does not end`);
    outputs[name] = lines
      .splice(0, end + 1)
      .slice(0, -1)
      .join("\n");
  }
  return outputs;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** A server of an API on the loopback address; what `answer` gives is sent as JSON, a number as a status alone. */
export async function serveApi(answer: (asked: Asked) => unknown): Promise<{
  readonly address: string;
  readonly asked: readonly Asked[];
  readonly close: () => Promise<void>;
}> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      const one: Asked = {
        method: request.method ?? "",
        path: request.url ?? "",
        token: request.headers.authorization ?? "",
        body: text === "" ? undefined : (JSON.parse(text) as Asked["body"]),
      };
      asked.push(one);
      const said = answer(one);
      response.writeHead(typeof said === "number" ? said : 200, { "content-type": "application/json" });
      response.end(typeof said === "number" ? "{}" : JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
