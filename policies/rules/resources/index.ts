import type { Rule } from "../../core/rule";
import { requireGuaranteedMemory } from "./require-guaranteed-memory";
import { requireRequestsAndLimits } from "./require-requests-and-limits";

/** Rules of this area, in the order in which they are described. */
export const resourcesRules: readonly Rule[] = [requireRequestsAndLimits, requireGuaranteedMemory];
