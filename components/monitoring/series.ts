import type { SystemSpec } from "../spec/types";
import { seriesOf } from "./catalogue";

/** Names of the series that a system's services and pages say that they give. */
export function seriesGivenBy({
  services,
  browser,
}: Pick<SystemSpec, "services" | "browser">): readonly string[] {
  return [...Object.values(services).map(({ metrics }) => metrics?.exposes), browser?.metrics].flatMap(
    (metrics) =>
      Object.entries(metrics ?? {}).flatMap(([name, type]) =>
        seriesOf(name, { type, labels: [] }).map(([series]) => series),
      ),
  );
}
