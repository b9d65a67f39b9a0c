import { readFileSync } from "node:fs";

/** Path of the script that pages run. */
export const SCRIPT_PATH = "/slipway-page.js";
const script = readFileSync(new URL("page.js", import.meta.url), "utf8");

/** The body of an answer and its type. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Kind of a path: probes and scrapes are answered, but neither counted nor logged nor traced. */
export type Kind = "live" | "ready" | "metrics" | "app";

const LIVE = /^_?(health|healthz|live|livez)$/;
const READY = /^(ready|readyz)$/;

/** What the last segment of a path says: `/api/health` and `/_health` are health checks, as `/health` is. */
export function kindOf(path: string): Kind {
  const last = path.split("/").findLast((segment) => segment !== "") ?? "";
  if (LIVE.test(last)) return "live";
  if (READY.test(last)) return "ready";
  return last === "metrics" ? "metrics" : "app";
}

export function json(status: number, body: object): Answer {
  return { status, type: "application/json", body: `${JSON.stringify(body)}\n` };
}

export function scrape(body: string): Answer {
  return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", body };
}

/** What pages measure of themselves, and where they send it. */
export function pageScript(): Answer {
  return { status: 200, type: "text/javascript; charset=utf-8", body: script };
}

/** A page for who looks with a browser. */
export function page(status: number, service: string, version: string): Answer {
  const title = escapeHtml(`${service} ${version}`);
  const body = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title><script src="${SCRIPT_PATH}"></script></head>
<body><h1>${title}</h1><p>This is the reference service, in place of an app that has no image yet.</p></body>
</html>
`;
  return { status, type: "text/html; charset=utf-8", body };
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);
}
