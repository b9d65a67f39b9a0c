import { fields, shown } from "../../core/json";
import { credentialIn, isHarmless, isSecretName } from "../../kubernetes/credentials";
import { objectRule } from "../../kubernetes/objects";

/** A line of a configuration file that gives a name a value: `db.password = x1`, `"apiKey": "x1",`, `export TOKEN=x1`. */
const line =
  /^[ \t]*(?:export )?["']?([\w.-]{1,100})["']?[ \t]*[:=][ \t]*["']?([^\s"'(){}[\]<>$%*,;#]{8,200})["']?[ \t]*[,;]?\r?$/gm;
/** Cheaper than looking at every line. */
const speaksOfSecrets = /pass|pwd|secret|token|credential|key/i;

/**
 * Everybody who may read a namespace may read its ConfigMaps, and nothing encrypts them. Keys, known credentials and
 * lines of configuration files are looked at; no message holds a value.
 */
export const forbidSecretLiteralsInConfigMaps = objectRule({
  name: "kubernetes-core-configmap-forbid-secret-literals",
  area: "secrets",
  title: "No secret is written into a ConfigMap",
  description: "No ConfigMap holds a value that is named as a secret, or a known credential.",
  level: "mandatory",
  severity: "critical",
  checks: [33],
  ids: ["CIS 4.4.2", "C-0012"],
  remedy: "Put the value into a Secret, best by an external store, and mount it as a file.",
  url: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
  kinds: ["/ConfigMap"],
  types: ["kubernetes:core/v1:ConfigMap"],
  judge: (object, judgement) => {
    for (const block of ["data", "binaryData"]) {
      judgement.part(() => {
        const entries = fields(object.fields[block]);
        for (const key of Object.keys(entries)) {
          judgement.part(() => {
            const value = entries[key];
            // The API server takes text only; what is none is no secret less for that.
            const text = typeof value === "string" ? value : shown(value);
            const found = secretIn(
              key,
              block === "data" ? text : Buffer.from(text, "base64").toString("latin1"),
            );
            if (found === undefined) return;
            judgement.report(
              `${object.path}${block}[${shown(key)}]`,
              `the ConfigMap holds ${found}; put it into a Secret and mount that as a file.`,
            );
          });
        }
      });
    }
  },
});

/** What an entry holds that belongs into a Secret; undefined for nothing. */
function secretIn(key: string, text: string): string | undefined {
  if (isSecretName(key) && !isHarmless(text)) return "a literal value under a key that is named as a secret";
  const credential = credentialIn(text);
  if (credential !== undefined || !speaksOfSecrets.test(text)) return credential;
  for (const [, name = "", value = ""] of text.matchAll(line)) {
    // A password has letters and digits; a word alone is rather the name of a type or of a setting.
    const isPassword = /[A-Za-z]/.test(value) && /\d/.test(value);
    if (isPassword && isSecretName(name) && !isHarmless(value)) return `a literal value for ${shown(name)}`;
  }
  return undefined;
}
