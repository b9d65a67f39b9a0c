import type { Rule } from "../../core/rule";
import { requireLabels } from "./require-labels";
import { requireTags } from "./require-tags";

/** Rules of this area, in the order in which they are described. */
export const ownershipRules: readonly Rule[] = [requireLabels, requireTags];
