import { versions } from "./versions";

const LEVEL = "restricted";

/**
 * Labels that hold all pods of a namespace to Pod Security `restricted`. The level is pinned to the cluster's minor
 * version, so that an upgrade of the cluster changes no verdict before `versions.json` does.
 */
export function podSecurityLabels(): Record<string, string> {
  const version = `v${versions.kubernetes.minor}`;
  return Object.fromEntries(
    ["enforce", "audit", "warn"].flatMap((mode) => [
      [`pod-security.kubernetes.io/${mode}`, LEVEL],
      [`pod-security.kubernetes.io/${mode}-version`, version],
    ]),
  );
}
