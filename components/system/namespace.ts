import { SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import { versions } from "../common/versions";
import { namespaceOf } from "../spec/services";
import type { SystemSpec } from "../spec/types";

const LEVEL = "restricted";

/**
 * Metadata of a system's namespace. The level of Pod Security is pinned to the cluster's minor version, so that an
 * upgrade of the cluster changes no verdict before `versions.json` does.
 */
export function namespaceMetadata(
  spec: SystemSpec,
  stage: string,
): { readonly name: string; readonly labels: Record<string, string> } {
  const security = ["enforce", "audit", "warn"].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, LEVEL],
    [`pod-security.kubernetes.io/${mode}-version`, `v${versions.kubernetes.minor}`],
  ]);
  return {
    name: namespaceOf(spec),
    labels: {
      ...(Object.fromEntries(security) as Record<string, string>),
      "app.kubernetes.io/part-of": spec.name,
      "app.kubernetes.io/managed-by": "slipway",
      [SYSTEM_NAMESPACE_LABEL]: spec.name,
      "slipway.dev/owner": spec.owner,
      "slipway.dev/stage": stage,
    },
  };
}
