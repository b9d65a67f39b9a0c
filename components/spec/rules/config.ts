import type { ConfigSpec } from "../types";
import { looksSecret } from "./env";
import { checkName } from "./report";
import type { Report } from "./report";

/** What the API takes as a key, and what is fit for a file name too. */
const KEY = /^(?!\.\.)[A-Za-z0-9._-]{1,253}$/;
/** Most bytes of all keys and texts together (MaxSecretSize of the API). */
const MOST_BYTES = 1024 * 1024;

/** Reports configs that the API refuses, and secrets in the clear. */
export function checkConfig(report: Report, name: string, { data }: ConfigSpec): void {
  const field = `config.${name}`;
  checkName(report, "config", name);
  if (Object.keys(data).length === 0) report(`${field}.data`, data, "at least one text");
  for (const [key, text] of Object.entries(data)) {
    if (!KEY.test(key)) report(`${field}.data.${key}`, key, "a key of letters, digits, ., - and _");
    if (looksSecret(key, text)) {
      // The text stays out of the message: it may be the secret itself.
      report(
        `${field}.data.${key}`,
        "a plain text",
        "nothing, for it holds a secret, which belongs in secrets",
      );
    }
  }
  const bytes = Object.entries(data).reduce((sum, [key, text]) => sum + Buffer.byteLength(key + text), 0);
  if (bytes > MOST_BYTES) report(`${field}.data`, `${bytes} bytes`, `at most ${MOST_BYTES} bytes`);
}
