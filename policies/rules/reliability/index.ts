import type { Rule } from "../../core/rule";
import { requireDistinctProbes } from "./require-distinct-probes";
import { requireProbes } from "./require-probes";
import { requireStartupProbe } from "./require-startup-probe";
import { requireZoneSpread } from "./require-zone-spread";
import { requireDisruptionBudget } from "./require-disruption-budget";
import { requireReplicas } from "./require-replicas";
import { requireAutoscaler } from "./require-autoscaler";
import { forbidFixedReplicas } from "./forbid-fixed-replicas";

/** Rules of this area, in the order in which they are described. */
export const reliabilityRules: readonly Rule[] = [
  requireProbes,
  requireDistinctProbes,
  requireStartupProbe,
  requireZoneSpread,
  requireDisruptionBudget,
  requireReplicas,
  requireAutoscaler,
  forbidFixedReplicas,
];
