import { FOREIGN_NAMESPACES_ANNOTATION } from "../../components/common/labels";
import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding } from "./finding";
import { declaredPorts } from "./pod-spec";
import type { LabelSelector } from "../../components/common/label-selector";
import { NAMESPACE_NAME } from "../../components/common/network-policies";
import { isEmpty, selectorText } from "./selectors";
import type { PodTemplate, World } from "./world";

interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
}

interface PolicyPort {
  readonly port?: number | string;
}

interface NetworkPolicySpec {
  readonly podSelector?: LabelSelector;
  readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly PolicyPort[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[] }[];
}

/** NetworkPolicies that select no pod of theirs, or let in and out what does not exist. */
export function* checkNetworkPolicies(world: World): Generator<Finding> {
  for (const policy of world.all("NetworkPolicy.networking.k8s.io")) {
    const { podSelector = {}, ingress = [], egress = [] } = (policy["spec"] ?? {}) as NetworkPolicySpec;
    const namespace = policy.metadata.namespace ?? "default";
    const pods = world.selected(podSelector, namespace);
    // An empty selector means the whole namespace, pods or none, as a default-deny policy does.
    if (!isEmpty(podSelector) && pods.length === 0) {
      yield finding(policy, "spec.podSelector", `selects ${selectorText(podSelector)}, which no pod has`);
    }
    for (const [index, { from = [], ports = [] }] of ingress.entries()) {
      yield* checkPeers(world, policy, from, `spec.ingress[${index}].from`);
      if (pods.length > 0) yield* checkPortNames(policy, pods, ports, `spec.ingress[${index}].ports`);
    }
    for (const [index, { to = [] }] of egress.entries()) {
      yield* checkPeers(world, policy, to, `spec.egress[${index}].to`);
    }
  }
}

function* checkPeers(
  world: World,
  policy: KubeObject,
  peers: readonly Peer[],
  path: string,
): Generator<Finding> {
  for (const [index, { podSelector, namespaceSelector }] of peers.entries()) {
    if (
      namespaceSelector !== undefined &&
      !isEmpty(namespaceSelector) &&
      world.namespaces(namespaceSelector).length === 0 &&
      !isForeign(policy, namespaceSelector)
    ) {
      const text = `selects ${selectorText(namespaceSelector)}, which no namespace has`;
      yield finding(policy, `${path}[${index}].namespaceSelector`, text);
    }
    // Pods of other namespaces may be made by a controller that does not run here.
    if (podSelector === undefined || namespaceSelector !== undefined || isEmpty(podSelector)) continue;
    if (world.selected(podSelector, policy.metadata.namespace ?? "default").length === 0) {
      yield finding(
        policy,
        `${path}[${index}].podSelector`,
        `selects ${selectorText(podSelector)}, which no pod has`,
      );
    }
  }
}

function* checkPortNames(
  policy: KubeObject,
  pods: readonly PodTemplate[],
  ports: readonly PolicyPort[],
  path: string,
): Generator<Finding> {
  for (const { port } of ports) {
    if (typeof port !== "string") continue;
    if (pods.some(({ spec }) => declaredPorts(spec).some(({ name }) => name === port))) continue;
    yield finding(policy, `${path}[${port}]`, `opens port "${port}", which no selected pod declares`);
  }
}

/** Whether a policy says itself that others make the namespace that it selects by name. */
function isForeign({ metadata }: KubeObject, { matchLabels = {} }: LabelSelector): boolean {
  const foreign = metadata.annotations?.[FOREIGN_NAMESPACES_ANNOTATION]?.split(",") ?? [];
  return foreign.includes(matchLabels[NAMESPACE_NAME] ?? "");
}
