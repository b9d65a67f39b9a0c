import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { stringify } from "yaml";
import type { ClusterFiles } from "./files";

/** Who calls the API server of an embedded cluster. */
export type Caller = "admin" | "kube-controller-manager" | "kube-scheduler" | "kwok";

export type Tokens = Readonly<Record<Caller, string>>;

/** Writes a token for each caller, all of them administrators, and the key that signs service account tokens. */
export async function writeAccess(files: ClusterFiles): Promise<Tokens> {
  const token = () => randomBytes(24).toString("hex");
  const tokens: Tokens = {
    admin: token(),
    "kube-controller-manager": token(),
    "kube-scheduler": token(),
    kwok: token(),
  };
  const rows = Object.entries(tokens).map(
    ([user, secret]) => `${secret},slipway:${user},${user},system:masters\n`,
  );
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "sec1", format: "pem" });
  await Promise.all([
    writeFile(files.tokens, rows.join(""), { mode: 0o600 }),
    writeFile(files.serviceAccountKey, key, { mode: 0o600 }),
  ]);
  return tokens;
}

/** A kubeconfig with one context. `ca` is PEM text. */
export function kubeconfigText(user: string, server: string, ca: string, token: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "slipway",
    contexts: [{ name: "slipway", context: { cluster: "slipway", user } }],
    clusters: [
      {
        name: "slipway",
        cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") },
      },
    ],
    users: [{ name: user, user: { token } }],
  });
}
