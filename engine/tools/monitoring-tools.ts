import { versions } from "../../components/common/versions";
import type { MonitoringTool } from "../types";
import type { Platform, Release, ToolEntry } from "./entry";

const { prometheus, alertmanager, prometheusOperator, loki } = versions.tools;

const stamp = (version: string): string => `-s -w -X github.com/prometheus/common/version.Version=${version}`;

const prometheusTool = (name: "prometheus" | "promtool"): ToolEntry => ({
  name,
  version: prometheus.version,
  module: "prometheus",
  goPackage: `${prometheus.module}/cmd/${name}`,
  // The SDKs of the other service discoveries are most of the build. Without `builtinassets` there is no web page.
  tags: "remove_all_sd,enable_kubernetes_sd",
  ldflags: stamp(prometheus.version),
  file: name,
  versionArgs: ["--version"],
  versionPattern: new RegExp(`^${name}, version (\\S+)`, "m"),
});

const alertmanagerTool = (name: "alertmanager" | "amtool"): ToolEntry => ({
  name,
  version: alertmanager.version,
  module: "alertmanager",
  goPackage: `${alertmanager.module}/cmd/${name}`,
  incomplete: { module: alertmanager.module, adds: "ui/app/dist/none.txt" },
  ldflags: stamp(alertmanager.version),
  file: name,
  versionArgs: ["--version"],
  versionPattern: new RegExp(`^${name}, version (\\S+)`, "m"),
});

/** The programs of the monitoring that tests give its configuration to, the quickest to build first. */
export const monitoringTools: Readonly<Record<MonitoringTool, ToolEntry>> = {
  promtool: prometheusTool("promtool"),
  amtool: alertmanagerTool("amtool"),
  prometheus: prometheusTool("prometheus"),
  alertmanager: alertmanagerTool("alertmanager"),
  "prometheus-operator": {
    name: "prometheus-operator",
    version: prometheusOperator.version,
    module: "prometheus-operator",
    goPackage: `${prometheusOperator.module}/cmd/operator`,
    ldflags: stamp(prometheusOperator.version),
    file: "prometheus-operator",
    versionArgs: ["--version"],
    versionPattern: /^prometheus-operator, version (\S+)/m,
  },
  loki: {
    name: "loki",
    version: loki.version,
    module: "loki",
    goPackage: `${loki.module}/cmd/loki`,
    ldflags: `-s -w -X ${loki.module}/pkg/util/build.Version=${loki.version}`,
    file: "loki",
    versionArgs: ["--version"],
    versionPattern: /^loki, version (\S+)/m,
  },
};

/**
 * Where the official release of a program of the monitoring is. Undefined for the operator, whose project publishes
 * only its image and manifests, and for Loki, whose archives are zip files, which no program that is always there
 * can unpack.
 */
export function monitoringRelease(name: MonitoringTool, { os, arch }: Platform): Release | undefined {
  switch (name) {
    case "prometheus":
    case "promtool":
      return archive("prometheus", prometheus.version, name, { os, arch });
    case "alertmanager":
    case "amtool":
      return archive("alertmanager", alertmanager.version, name, { os, arch });
    default:
      return undefined;
  }
}

/** An archive of the Prometheus project: https://prometheus.io/download. */
function archive(project: string, version: string, tool: MonitoringTool, { os, arch }: Platform): Release {
  const folder = `/prometheus/${project}/releases/download/v${version}`;
  const content = `${project}-${version}.${os}-${arch}`;
  return {
    by: "download",
    file: { origin: "github", path: `${folder}/${content}.tar.gz` },
    checksum: { in: "file", at: { origin: "github", path: `${folder}/sha256sums.txt` } },
    member: `${content}/${tool}`,
  };
}
