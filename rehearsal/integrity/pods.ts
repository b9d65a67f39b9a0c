import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { AffinityTerm, Container, Handler, PodAffinity } from "./pod-spec";
import { selects } from "../../components/common/label-selector";
import { selectorText } from "./selectors";
import type { PodTemplate, World } from "./world";

/** Priority classes that every API server makes itself. */
const systemPriorities = new Set(["system-cluster-critical", "system-node-critical"]);

/** ServiceAccount, priority class, claims, ports of probes, and placement of pods. */
export function* checkPods(world: World): Generator<Finding> {
  for (const template of world.templates) {
    const { owner, path, namespace, spec } = template;
    const account = spec.serviceAccountName ?? "default";
    // The controller manager makes an account "default" in each namespace.
    if (account !== "default" && world.find("ServiceAccount", namespace, account) === undefined) {
      yield finding(owner, `${path}.serviceAccountName`, isMissing("ServiceAccount", account, namespace));
    }
    const priority = spec.priorityClassName ?? "";
    if (
      priority !== "" &&
      !systemPriorities.has(priority) &&
      !world.has("PriorityClass.scheduling.k8s.io", "", priority)
    ) {
      yield finding(owner, `${path}.priorityClassName`, isMissing("PriorityClass", priority, undefined));
    }
    for (const { name, persistentVolumeClaim } of spec.volumes ?? []) {
      if (persistentVolumeClaim === undefined) continue;
      const { claimName } = persistentVolumeClaim;
      if (world.find("PersistentVolumeClaim", namespace, claimName) === undefined) {
        yield finding(
          owner,
          `${path}.volumes[${name}]`,
          isMissing("PersistentVolumeClaim", claimName, namespace),
        );
      }
    }
    for (const container of spec.containers ?? []) {
      yield* checkProbes(template, container, `${path}.containers[${container.name}]`);
    }
    for (const container of spec.initContainers ?? []) {
      yield* checkProbes(template, container, `${path}.initContainers[${container.name}]`);
    }
    yield* checkPlacement(world, template);
  }
}

function* checkProbes({ owner }: PodTemplate, container: Container, path: string): Generator<Finding> {
  const { startupProbe, readinessProbe, livenessProbe, lifecycle, ports = [] } = container;
  const handlers: Readonly<Record<string, Handler | undefined>> = {
    startupProbe,
    readinessProbe,
    livenessProbe,
    "lifecycle.postStart": lifecycle?.postStart,
    "lifecycle.preStop": lifecycle?.preStop,
  };
  for (const [field, handler] of Object.entries(handlers)) {
    const port = handler?.httpGet?.port ?? handler?.tcpSocket?.port ?? handler?.grpc?.port;
    if (
      port === undefined ||
      ports.some(({ name, containerPort }) => name === port || containerPort === port)
    )
      continue;
    yield finding(
      owner,
      `${path}.${field}`,
      `asks port ${JSON.stringify(port)}, which the container does not declare`,
    );
  }
}

function* checkPlacement(world: World, template: PodTemplate): Generator<Finding> {
  const { owner, path, labels, spec } = template;
  for (const { topologyKey, labelSelector } of spec.topologySpreadConstraints ?? []) {
    // Spreading counts the selected pods; one that does not count itself is placed anywhere.
    if (selects(labelSelector, labels)) continue;
    const text = `selects ${selectorText(labelSelector ?? {}) || "nothing"}, which is none of the pod's own labels`;
    yield finding(owner, `${path}.topologySpreadConstraints[${topologyKey}]`, text);
  }
  const { podAffinity = {}, podAntiAffinity = {} } = spec.affinity ?? {};
  for (const [field, affinity] of Object.entries({ podAffinity, podAntiAffinity })) {
    for (const term of termsOf(affinity)) {
      if (selectsSomePod(world, template, term)) continue;
      const text = `selects ${selectorText(term.labelSelector ?? {}) || "nothing"}, which no pod has`;
      yield finding(owner, `${path}.affinity.${field}[${term.topologyKey}]`, text);
    }
  }
}

function termsOf(affinity: PodAffinity): AffinityTerm[] {
  return [
    ...(affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(
      ({ podAffinityTerm }) => podAffinityTerm,
    ),
  ];
}

/** Affinity may name other pods than its own, but it must name some. */
function selectsSomePod(world: World, { namespace }: PodTemplate, term: AffinityTerm): boolean {
  const { labelSelector, namespaces = [], namespaceSelector } = term;
  const named = [
    ...namespaces,
    ...(namespaceSelector === undefined ? [] : world.namespaces(namespaceSelector)),
  ];
  const among = namespaces.length === 0 && namespaceSelector === undefined ? [namespace] : named;
  return among.some((name) => world.selected(labelSelector, name).length > 0);
}
