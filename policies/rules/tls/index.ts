import type { Rule } from "../../core/rule";
import { requireHstsOnRoutes } from "./require-hsts-on-routes";
import { requireTlsOnDistributions } from "./require-tls-on-distributions";
import { requireTlsOnListeners } from "./require-tls-on-listeners";
import { requireTlsOnLoadBalancers } from "./require-tls-on-load-balancers";
import { requireTlsOnRoutes } from "./require-tls-on-routes";
import { requireTlsVersionOnCdnZones } from "./require-tls-version-on-cdn-zones";
import { requireTlsVersionOnGateways } from "./require-tls-version-on-gateways";
import { requireTlsVersionOnLoadBalancers } from "./require-tls-version-on-load-balancers";
import { requireTlsOnServices } from "./require-tls-on-services";

/** Rules of this area, in the order in which they are described. */
export const tlsRules: readonly Rule[] = [
  requireTlsOnListeners,
  requireTlsOnRoutes,
  requireTlsOnLoadBalancers,
  requireTlsOnDistributions,
  requireTlsVersionOnGateways,
  requireTlsVersionOnLoadBalancers,
  requireTlsVersionOnCdnZones,
  requireHstsOnRoutes,
  requireTlsOnServices,
];
