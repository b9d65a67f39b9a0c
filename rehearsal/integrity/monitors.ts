import type { LabelSelector } from "../../components/common/label-selector";
import { selects } from "../../components/common/label-selector";
import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import { selectorText } from "./selectors";
import type { World } from "./world";

interface MonitorSpec {
  readonly selector?: LabelSelector;
  readonly namespaceSelector?: { readonly matchNames?: readonly string[] };
  readonly endpoints?: readonly { readonly port?: string }[];
}

interface ServiceSpec {
  readonly ports?: readonly { readonly name?: string }[];
}

/** Services and ports that monitors scrape, and the Secrets that Prometheus and Alertmanager are configured by. */
export function* checkMonitors(world: World): Generator<Finding> {
  for (const monitor of world.all("ServiceMonitor.monitoring.coreos.com"))
    yield* checkMonitor(world, monitor);
  for (const prometheus of world.all("Prometheus.monitoring.coreos.com")) {
    const { additionalScrapeConfigs: jobs } = prometheus.spec as {
      additionalScrapeConfigs?: { name: string; key: string };
    };
    if (jobs !== undefined)
      yield* checkSecret(world, prometheus, "spec.additionalScrapeConfigs", jobs.name, jobs.key);
  }
  for (const alertmanager of world.all("Alertmanager.monitoring.coreos.com")) {
    const { configSecret } = alertmanager.spec as { configSecret?: string };
    if (configSecret !== undefined)
      yield* checkSecret(world, alertmanager, "spec.configSecret", configSecret, "alertmanager.yaml");
  }
}

function* checkMonitor(world: World, monitor: KubeObject): Generator<Finding> {
  const { selector = {}, namespaceSelector = {}, endpoints = [] } = monitor.spec as MonitorSpec;
  const namespaces = namespaceSelector.matchNames ?? [monitor.metadata.namespace ?? "default"];
  const services = world
    .all("Service")
    .filter(
      ({ metadata }) =>
        namespaces.includes(metadata.namespace ?? "default") && selects(selector, metadata.labels ?? {}),
    );
  if (services.length === 0) {
    yield finding(
      monitor,
      "spec.selector",
      `selects ${selectorText(selector) || "nothing"}, which no Service has`,
    );
    return;
  }
  const ports = new Set(
    services.flatMap(({ spec }) => (spec as ServiceSpec).ports ?? []).map(({ name }) => name),
  );
  for (const { port } of endpoints) {
    if (port !== undefined && !ports.has(port))
      yield finding(
        monitor,
        `spec.endpoints[${port}]`,
        `names port "${port}", which no selected Service has`,
      );
  }
}

function* checkSecret(
  world: World,
  owner: KubeObject,
  field: string,
  name: string,
  key: string,
): Generator<Finding> {
  const namespace = owner.metadata.namespace ?? "default";
  const keys = world.keys("Secret", namespace, name);
  if (keys === undefined) yield finding(owner, field, isMissing("Secret", name, namespace));
  else if (!keys.has(key))
    yield finding(owner, field, `names key "${key}", which Secret "${name}" does not have`);
}
