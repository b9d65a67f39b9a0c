import type { Rule } from "../../core/rule";
import { forbidExternalIps } from "./forbid-external-ips";
import { forbidWaysInByServices } from "./forbid-ways-in-by-services";
import { requireDefaultDeny } from "./require-default-deny";
import { requireRateLimit } from "./require-rate-limit";

/** Rules of this area, in the order in which they are described. */
export const networkRules: readonly Rule[] = [
  forbidWaysInByServices,
  forbidExternalIps,
  requireDefaultDeny,
  requireRateLimit,
];
