import type { Rule } from "../../core/rule";
import { forbidDeprecatedVersions } from "./forbid-deprecated-versions";
import { forbidEndedImages } from "./forbid-ended-images";
import { forbidIngress } from "./forbid-ingress";
import { forbidRemovedVersions } from "./forbid-removed-versions";
import { forbidRetiredCharts } from "./forbid-retired-charts";
import { forbidRetiredImages } from "./forbid-retired-images";

/** Rules of this area, in the order in which they are described. */
export const lifecycleRules: readonly Rule[] = [
  forbidRemovedVersions,
  forbidDeprecatedVersions,
  forbidIngress,
  forbidRetiredImages,
  forbidEndedImages,
  forbidRetiredCharts,
];
