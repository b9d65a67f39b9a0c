import { knownMetrics } from "../catalogue";
import { recordedNames } from "../slo/recordings";
import type { KnownSeries } from "./check";
import { platformRecordings } from "./recordings";

/** What alerts and dashboards of any stack may speak of. */
export function knownSeries(): KnownSeries {
  return {
    metrics: knownMetrics(),
    recorded: [
      ...recordedNames,
      ...platformRecordings.flatMap(({ rules }) =>
        rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
      ),
    ],
  };
}
