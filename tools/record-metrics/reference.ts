import path from "node:path";
import packageFile from "../../package.json";
import type { Exporter } from "./exporter";
import { freePort } from "./session";

const root = path.resolve(__dirname, "..", "..");
const html = { headers: { accept: "text/html" } };

/** The reference service, asked for a page, an answer, an error, a change and a chunk that is not there. */
export const reference: Exporter = {
  name: "reference",
  version: packageFile.version,
  recorded: "images/reference/src/main.ts, asked for a page, data, an error, a change and a missing script",
  async record(session) {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const tsx = path.join(root, "node_modules/tsx/dist/loader.mjs");
    const main = path.join(root, "images/reference/src/main.ts");
    await session.start(process.execPath, ["--import", tsx, main], `${url}/healthz`, {
      HOST: "127.0.0.1",
      PORT: port,
    });
    const asked: readonly [string, RequestInit][] = [
      ["/", html],
      ["/api/items", {}],
      ["/api/items?status=503", {}],
      ["/api/items", { method: "POST", body: "{}" }],
      ["/assets/main.js?status=404", {}],
    ];
    for (const [at, init] of asked) await (await fetch(url + at, init)).arrayBuffer();
    return session.scrape(`${url}/metrics`);
  },
};
