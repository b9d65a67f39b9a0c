import type { ResourceValidationPolicy } from "@pulumi/policy";
import { requireNonRoot } from "./pod-security/require-non-root";
import { requireRequestsAndLimits } from "./resources/require-requests-and-limits";
import { requireTlsOnListeners } from "./tls/require-tls-on-listeners";
import { requireTlsOnRoutes } from "./tls/require-tls-on-routes";

/** Every rule of the pack, in the order in which it is described. */
export const rules: readonly ResourceValidationPolicy[] = [
  requireNonRoot,
  requireRequestsAndLimits,
  requireTlsOnListeners,
  requireTlsOnRoutes,
];
