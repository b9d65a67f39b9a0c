import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { temporaryFolder } from "../support/temporary";

/** Folder of the front end's image. */
export const image = path.join(__dirname, "../../images/frontend");
/** Systems that the image knows. */
export const systems = fs
  .readdirSync(path.join(image, "systems"))
  .map((file) => file.replace(/\.env$/, ""))
  .sort();

/** Where the Dockerfile puts what it copies. */
const places: readonly (readonly [string, string])[] = [
  ["nginx/nginx.conf", "etc/nginx/nginx.conf"],
  ["nginx/mime.types", "etc/nginx/mime.types"],
  ["nginx/proxy.conf", "etc/nginx/proxy.conf"],
  ["nginx/site.conf.template", "etc/nginx/templates/slipway/site.conf.template"],
  ["17-frontend.envsh", "docker-entrypoint.d/17-frontend.envsh"],
  ...systems.map((name) => [`systems/${name}.env`, `etc/slipway/systems/${name}.env`] as const),
];
/** The user of the image. */
const uid = 101;
const isRoot = process.getuid?.() === 0;
const user = isRoot ? { uid, gid: uid } : {};

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/** What an app's build leaves: hashed files, pages, and what must not be seen. */
export const site: Readonly<Record<string, string>> = {
  "index.html": `<!doctype html><title>app</title>${"<p>home</p>".repeat(200)}`,
  "about.html": "<!doctype html><title>about</title>",
  "guide/index.html": "<!doctype html><title>guide</title>",
  "favicon.ico": "icon",
  "data.json": JSON.stringify({ long: "x".repeat(2000) }),
  "short.css": `a{}${" ".repeat(900)}`,
  "middle.css": `a{}${" ".repeat(1007)}`,
  "assets/index-4f2a9c1b.js": `console.log("${"x".repeat(3000)}")`,
  "assets/module-77aa.mjs": "export {}",
  "assets/photo-1a2b.png": "png",
  "_next/static/chunks/framer-motion-9d.js": "self.webpackChunk=[]",
  "app.webmanifest": "{}",
  ".env": "SECRET=1",
  ".git/config.js": "secret",
  ".well-known/security.txt": "Contact: mailto:security@example.com",
};

export interface Answer {
  readonly status: number;
  /** By name in lower case; each with every value that was sent. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

/** What the start of a container makes of the image's files, below a folder in place of `/`. */
export class FrontEnd {
  readonly root = temporaryFolder("slipway-front-end-");
  readonly errors: string[] = [];
  port = 0;
  metricsPort = 0;
  #nginx: ChildProcess | undefined;

  constructor(private readonly resolvConf = "nameserver 10.0.0.10\n") {
    for (const [from, to] of places) {
      const file = this.path(to);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, this.#relocated(fs.readFileSync(path.join(image, from), "utf8")));
    }
    for (const [file, content] of Object.entries(site)) {
      fs.mkdirSync(path.dirname(this.path("usr/share/nginx/html", file)), { recursive: true });
      fs.writeFileSync(this.path("usr/share/nginx/html", file), content);
    }
    fs.writeFileSync(this.path("etc/resolv.conf"), this.resolvConf);
    for (const folder of ["tmp", "var/cache/nginx"]) {
      fs.mkdirSync(this.path(folder), { recursive: true });
      if (isRoot) fs.chownSync(this.path(folder), uid, uid);
    }
  }

  path(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  /** The FRONTEND_ variables that the entrypoint gives the templates; its words when it refuses. */
  variables(env: Readonly<Record<string, string>>): Record<string, string> | string {
    const { status, stdout, stderr } = spawnSync(
      "sh",
      ["-c", ". ./17-frontend.envsh; exec node -e 'console.log(JSON.stringify(process.env))'"],
      {
        cwd: this.path("docker-entrypoint.d"),
        encoding: "utf8",
        env: { PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`, ...env },
      },
    );
    if (status !== 0) return stderr.trim();
    const all = JSON.parse(stdout) as Record<string, string>;
    return Object.fromEntries(Object.entries(all).filter(([name]) => name.startsWith("FRONTEND_")));
  }

  /** Renders the templates as the image's entrypoint does, for ports that are free. */
  async render(env: Readonly<Record<string, string>> = {}): Promise<this> {
    const variables = this.variables(env);
    if (typeof variables === "string") throw new Error(variables);
    [this.port, this.metricsPort] = await freePorts();
    const template = fs.readFileSync(this.path("etc/nginx/templates/slipway/site.conf.template"), "utf8");
    const rendered = template
      .replaceAll(/\$\{(\w+)\}/g, (text, name: string) => variables[name] ?? text)
      .replace("listen 8080;", `listen 127.0.0.1:${this.port};`)
      .replace("listen 9090;", `listen 127.0.0.1:${this.metricsPort};`);
    fs.mkdirSync(this.path("tmp/slipway"), { recursive: true });
    fs.writeFileSync(this.path("tmp/slipway/site.conf"), rendered);
    return this;
  }

  /** Lets nginx check the configuration. */
  check(nginx: string): { status: number | null; output: string } {
    const { status, stderr } = spawnSync(this.#program(nginx), [...this.#arguments(), "-t"], {
      encoding: "utf8",
      ...user,
    });
    return { status, output: stderr };
  }

  /** Runs nginx in the foreground as the image's user, who may write below /tmp and /var/cache/nginx only. */
  async start(nginx: string): Promise<this> {
    const child = spawn(this.#program(nginx), [...this.#arguments(), "-g", "daemon off;"], {
      stdio: ["ignore", "ignore", "pipe"],
      ...user,
    });
    this.#nginx = child;
    running.add(child);
    child.once("exit", () => running.delete(child));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.errors.push(...text.split("\n").filter((line) => line !== ""));
      child.emit("slipway-said");
    });
    while (!this.errors.some((line) => line.includes("start worker process "))) {
      await Promise.race([once(child, "slipway-said"), once(child, "close")]);
      if (child.exitCode !== null) throw new Error(`nginx ended: ${this.errors.join("\n")}`);
    }
    return this;
  }

  /** Sends it a signal and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#nginx;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, "close");
      child.kill(signal);
      await closed;
    }
    return child.exitCode;
  }

  async remove(): Promise<void> {
    // Killed outright it would leave its workers behind.
    await this.end("SIGTERM");
    this.#protect(0o755, 0o644);
    fs.rmSync(this.root, { recursive: true, force: true });
  }

  /** The access log's lines; whole once nginx has ended. */
  log(): Record<string, unknown>[] {
    return fs
      .readFileSync(this.path("tmp/access.log"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  ask(
    target: string,
    headers: Readonly<Record<string, string>> = {},
    { port = this.port, method = "GET", body = "" } = {},
  ): Promise<Answer> {
    return ask(port, target, headers, method, body);
  }

  /** The program where its user can reach it: a cache may be out of reach for others. */
  #program(nginx: string): string {
    const program = this.path("nginx");
    if (!fs.existsSync(program)) {
      fs.copyFileSync(nginx, program);
      fs.chmodSync(this.root, 0o755);
      this.#protect(0o555, 0o444);
    }
    return program;
  }

  #arguments(): string[] {
    return ["-p", this.root, "-e", "stderr", "-c", this.path("etc/nginx/nginx.conf")];
  }

  #relocated(text: string): string {
    return text
      .replaceAll(
        /(?<![\w/])\/(?=etc\/slipway|etc\/resolv|tmp\/|var\/cache\/nginx|usr\/share\/nginx)/g,
        `${this.root}/`,
      )
      .replaceAll("/dev/stdout", this.path("tmp/access.log"));
  }

  #protect(folders: number, files: number): void {
    for (const top of ["etc", "usr", "docker-entrypoint.d"]) {
      for (const entry of fs.readdirSync(this.path(top), { recursive: true, withFileTypes: true }))
        fs.chmodSync(path.join(entry.parentPath, entry.name), entry.isDirectory() ? folders : files);
      fs.chmodSync(this.path(top), folders);
    }
  }
}

/** A request as a client of HTTP/1.1 sends it, with nothing unpacked or followed. */
export function ask(
  port: number,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
  body = "",
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, path: target, headers, method, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const all = new Map<string, string[]>();
          const raw = response.rawHeaders;
          for (let at = 0; at < raw.length; at += 2) {
            const name = raw[at]!.toLowerCase();
            all.set(name, [...(all.get(name) ?? []), raw[at + 1]!]);
          }
          resolve({ status: response.statusCode ?? 0, headers: all, body: Buffer.concat(chunks) });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  for (const server of servers) {
    server.close();
    await once(server, "close");
  }
  return [ports[0]!, ports[1]!];
}
