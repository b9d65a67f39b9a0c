import type { MetricType, SystemSpec } from "../spec/types";

/** Names of the series that a system's services and pages say that they give. */
export function seriesGivenBy({
  services,
  browser,
}: Pick<SystemSpec, "services" | "browser">): readonly string[] {
  return [...Object.values(services).map(({ metrics }) => metrics?.exposes), browser?.metrics].flatMap(
    (metrics) => Object.entries(metrics ?? {}).flatMap(([name, type]) => seriesOf(name, type)),
  );
}

/** A histogram has no series of its own name. */
function seriesOf(name: string, type: MetricType): readonly string[] {
  const parts = [`${name}_sum`, `${name}_count`];
  if (type === "histogram") return [`${name}_bucket`, ...parts];
  return type === "summary" ? [name, ...parts] : [name];
}
