import type { RuleGroup } from "../../common/prometheus-operator";

/** Series that the platform's own alerts read, and that would cost too much to count at each evaluation. */
export const platformRecordings: readonly RuleGroup[] = [];
