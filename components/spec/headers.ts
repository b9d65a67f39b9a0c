import type { SystemSpec } from "./types";

/**
 * Headers of every response that a system's routes give. Only HTTPS has routes, so HSTS is never sent in plain.
 *
 * `X-XSS-Protection` is `0`: the filter that the old `1; mode=block` switched on has left all browsers, and where it
 * still runs it opens holes of its own; `0` also takes back what a front end's own server may still send
 * (https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html).
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "X-XSS-Protection": "0",
};

/** Headers of a system's responses by name, in the order of their names: the platform's own, under the spec's. */
export function headersOf(spec: Pick<SystemSpec, "headers">): Readonly<Record<string, string>> {
  // Names of headers do not know upper from lower case, so a spec may write one of ours in its own way.
  const merged = new Map<string, readonly [name: string, value: string | null]>();
  for (const [name, value] of [...Object.entries(securityHeaders), ...Object.entries(spec.headers ?? {})]) {
    merged.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(
    [...merged.values()]
      .filter((entry): entry is [string, string] => entry[1] !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
