import { SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import { podSecurityLabels } from "../common/pod-security";
import { namespaceOf } from "../spec/services";
import type { SystemSpec } from "../spec/types";

/** Metadata of a system's namespace: its pods run under Pod Security `restricted`. */
export function namespaceMetadata(
  spec: SystemSpec,
  stage: string,
): { readonly name: string; readonly labels: Record<string, string> } {
  return {
    name: namespaceOf(spec),
    labels: {
      ...podSecurityLabels(),
      "app.kubernetes.io/name": spec.name,
      "app.kubernetes.io/part-of": spec.name,
      "app.kubernetes.io/managed-by": "slipway",
      [SYSTEM_NAMESPACE_LABEL]: spec.name,
      "slipway.dev/owner": spec.owner,
      "slipway.dev/stage": stage,
    },
  };
}
