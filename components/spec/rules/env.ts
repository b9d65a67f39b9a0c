import { storeKeys } from "../store-kinds";
import type { EnvValue, SystemSpec } from "../types";
import { list } from "./report";
import type { Report } from "./report";

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Names under which a plain value would be a secret in the clear. */
const SECRET_NAME = /(?:^|[_.-])(?:PASSWORD|PASSWD|SECRET|TOKEN|API[_.-]?KEY|PRIVATE[_.-]?KEY)$/i;
/** A URL that carries a user's password. */
const CREDENTIALS = /:\/\/[^/\s:@]*:[^/\s@]+@/;

/** Whether a plain text under a name is, by the looks of either, a secret in the clear. */
export function looksSecret(name: string, text: string): boolean {
  return SECRET_NAME.test(name) || CREDENTIALS.test(text);
}

/** Reports variables with no proper name, references to what the system does not have, and secrets in the clear. */
export function checkEnv(
  report: Report,
  field: string,
  env: Readonly<Record<string, EnvValue>>,
  spec: SystemSpec,
): void {
  for (const [name, value] of Object.entries(env)) {
    const at = `${field}.${name}`;
    if (!VARIABLE.test(name)) report(at, name, "a name of letters, digits and _, not starting with a digit");
    if (typeof value === "string") {
      if (looksSecret(name, value)) {
        // The value stays out of the message: it may be the secret itself.
        report(at, "a plain value", "{ secret: NAME } or { store: NAME, key: KEY }, for it holds a secret");
      }
    } else checkReference(report, at, value, spec);
  }
}

function checkReference(
  report: Report,
  at: string,
  value: Exclude<EnvValue, string>,
  spec: SystemSpec,
): void {
  if ("store" in value) {
    const stores = Object.keys(spec.stores ?? {});
    if (!stores.includes(value.store)) report(`${at}.store`, value.store, list(stores));
    if (!storeKeys.includes(value.key)) report(`${at}.key`, value.key, list(storeKeys));
  } else if ("secret" in value) {
    const secrets = Object.keys(spec.secrets ?? {});
    if (!secrets.includes(value.secret)) report(`${at}.secret`, value.secret, list(secrets));
  } else if ("config" in value) {
    const config = spec.config?.[value.config];
    if (config === undefined) report(`${at}.config`, value.config, list(Object.keys(spec.config ?? {})));
    else if (config.live === true) {
      report(`${at}.config`, value.config, "a mount of it, for a variable does not follow a live config");
    } else if (!Object.hasOwn(config.data, value.key)) {
      report(`${at}.key`, value.key, list(Object.keys(config.data)));
    }
  } else {
    // A spec may come from plain JavaScript, where the union does not hold.
    if (!["host", "url"].includes(value.public)) report(`${at}.public`, value.public, "host, url");
    if ((spec.routes ?? []).length === 0) report(at, value, "a plain value, for the system has no routes");
  }
}
