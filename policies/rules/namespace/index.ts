import type { Rule } from "../../core/rule";
import { forbidDefaultNamespace } from "./forbid-default-namespace";
import { forbidDefaultNamespaceOfReleases } from "./forbid-default-namespace-of-releases";
import { requirePodSecurity } from "./require-pod-security";
import { requireQuota } from "./require-quota";

/** Rules of this area, in the order in which they are described. */
export const namespaceRules: readonly Rule[] = [
  requirePodSecurity,
  forbidDefaultNamespace,
  forbidDefaultNamespaceOfReleases,
  requireQuota,
];
