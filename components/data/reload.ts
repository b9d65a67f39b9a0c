import type { Helper } from "./pod";

/** Folder of a store's certificate, key and authority. */
export const TLS_FOLDER = "/etc/slipway/tls";
/** Seconds between two looks at the certificate; the kubelet itself takes about a minute to bring a new one. */
const SECONDS = 60;

/**
 * Watches the certificate, and makes the store read it again when it has changed: cert-manager renews it while the
 * store runs on. A reload that fails is tried again at the next look.
 */
function reloadScript(reload: string): string {
  return [
    "trap 'exit 0' TERM",
    "served=",
    "while :; do",
    `  found=$(cksum < ${TLS_FOLDER}/tls.crt) || found=$served`,
    `  [ "$found" = "$served" ] || { ${reload} && served=$found; } || true`,
    // In the background, for a shell hears a signal only after the command that it waits for.
    `  sleep ${SECONDS} & wait $!`,
    "done",
  ].join("\n");
}

/** The sidecar around {@link reloadScript}. */
export function reloadHelper(
  image: string,
  reload: string,
  { env, sees }: Pick<Helper, "env" | "sees">,
): Helper {
  return {
    name: "reload",
    image,
    size: { cpu: ["5m", "100m"], memory: "24Mi" },
    command: ["sh", "-c", reloadScript(reload)],
    env,
    sees: ["tls", ...sees],
  };
}
