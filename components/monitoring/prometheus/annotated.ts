import type { Relabeling, ScrapeConfigSpec } from "../../common/prometheus-operator";
import { namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import { INTERVAL } from "./monitors";

const ANNOTATION = "__meta_kubernetes_pod_annotation_prometheus_io_";
const SYSTEM = "__meta_kubernetes_pod_label_app_kubernetes_io_part_of";
const NAME = "__meta_kubernetes_pod_label_app_kubernetes_io_name";

/**
 * Finds pods of the systems' namespaces that ask by annotation to be scraped (`prometheus.io/scrape`, `port`, `path`
 * and `scheme`), but for those that a monitor selects: they would be counted twice.
 */
export function annotatedPods(systems: readonly StagedSpec[]): ScrapeConfigSpec {
  return {
    jobName: "annotated-pods",
    scrapeInterval: INTERVAL,
    kubernetesSDConfigs: [{ role: "Pod", namespaces: { names: systems.map(namespaceOf) } }],
    relabelings: [
      { action: "keep", sourceLabels: [`${ANNOTATION}scrape`], regex: "true" },
      { action: "drop", sourceLabels: ["__meta_kubernetes_pod_phase"], regex: "Failed|Succeeded" },
      ...monitored(systems),
      take(`${ANNOTATION}scheme`, "__scheme__", "https?"),
      take(`${ANNOTATION}path`, "__metrics_path__"),
      // Without that annotation every declared port is a target.
      {
        action: "replace",
        sourceLabels: ["__meta_kubernetes_pod_ip", `${ANNOTATION}port`],
        regex: String.raw`([\d.]+);(\d+)`,
        targetLabel: "__address__",
        replacement: "$1:$2",
      },
      take("__meta_kubernetes_namespace", "namespace"),
      take("__meta_kubernetes_pod_name", "pod"),
      take(SYSTEM, "system"),
      take(NAME, "service"),
      take(NAME, "job"),
    ],
  };
}

/** Drops the pods of everything that has a monitor, by the labels that its monitor selects. */
function monitored(systems: readonly StagedSpec[]): Relabeling[] {
  const names = systems.flatMap((spec) => [
    ...Object.entries(spec.services).flatMap(([service, { metrics }]) =>
      metrics === undefined ? [] : [`${spec.name};${service}`],
    ),
    ...Object.keys(spec.stores ?? {}).map((store) => `${spec.name};${store}`),
  ]);
  return names.length === 0 ? [] : [{ action: "drop", sourceLabels: [SYSTEM, NAME], regex: names.join("|") }];
}

/** A label from another one, where that is not empty. */
function take(source: string, targetLabel: string, regex = ".+"): Relabeling {
  return { action: "replace", sourceLabels: [source], regex: `(${regex})`, targetLabel, replacement: "$1" };
}
