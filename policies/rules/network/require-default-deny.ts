import { at, fields, isAbsent, list } from "../../core/json";
import { Lookup, some } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { podGroupKinds, podOf } from "../../kubernetes/pods";
import { isEverything } from "../../kubernetes/selectors";

type Direction = "ingress" | "egress";
const directions: readonly Direction[] = ["ingress", "egress"];

/**
 * Every namespace starts from nothing allowed. A policy that selects all pods isolates them, whatever it then allows;
 * but policies only ever add to each other, so one that allows everything undoes all others. Pods find nothing by name
 * without DNS, so a namespace in which the stack runs pods on the pod network allows it.
 */
export const requireDefaultDeny = stackRule({
  name: "slipway-stack-namespace-require-default-deny",
  area: "network",
  title: "Namespaces deny traffic by default",
  description:
    "Every namespace has network policies that deny all traffic of all pods in both directions, but for DNS and what others allow.",
  level: "mandatory",
  severity: "high",
  checks: [27],
  ids: ["CIS 4.3.2", "CIS 5.4.4", "C-0030", "C-0054"],
  remedy:
    "Add a NetworkPolicy with an empty podSelector and both policyTypes, and one that allows egress to port 53.",
  url: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies",
  parameters: {
    namespaces: {
      type: "array",
      items: { type: "string" },
      default: ["kube-system", "kube-public", "kube-node-lease"],
      description: "Namespaces that others make and keep policies in.",
    },
  },
  judge: (graph, judgement, settings) => {
    const cluster = new Cluster(graph, judgement);
    const others = new Set(settings.texts("namespaces"));
    const all = cluster.all("networking.k8s.io/NetworkPolicy", "extensions/NetworkPolicy");
    const policies = new Lookup(all, ({ namespace }) => [namespace]);
    const pods = podsOf(cluster);
    for (const namespace of cluster.all("/Namespace")) {
      judgement.part(() => {
        const { name } = namespace;
        if (others.has(name)) return;
        for (const direction of directions) {
          judgement.part(() => {
            if (policies.some([name], (policy) => isolates(policy, direction))) return;
            namespace.report(
              judgement,
              "metadata.name",
              `${namespace.label} does not deny ${direction} by default; add a NetworkPolicy with an empty podSelector and policyTypes Ingress and Egress.`,
            );
          });
        }
        judgement.part(() => {
          const fine = [() => policies.some([name], allowsDns), () => !pods.some([name])];
          if (some(fine, (ask) => ask())) return;
          namespace.report(
            judgement,
            "metadata.name",
            `${namespace.label} runs pods and lets none of them ask DNS; allow egress to port 53 of the cluster's DNS.`,
          );
        });
      });
    }
    for (const policy of all) {
      for (const direction of directions) {
        judgement.part(() => {
          const open = rulesOf(policy, direction).findIndex(allowsEverything);
          if (open < 0 || !isolates(policy, direction) || others.has(policy.namespace)) return;
          policy.report(
            judgement,
            `spec.${direction}[${open}]`,
            `${policy.label} allows all ${direction} of all pods, which undoes every policy that denies it; name ports and peers.`,
          );
        });
      }
    }
  },
});

/** What runs pods on the pod network, by namespace. */
function podsOf(cluster: Cluster): Lookup<Registered> {
  const releases = cluster.all("helm.sh/Release");
  const makers = cluster.all(...podGroupKinds);
  return new Lookup([...makers, ...releases], (maker) => {
    if (maker.object.kind === "Release") {
      const { namespace } = maker.object.fields;
      return [typeof namespace === "string" ? namespace : "default"];
    }
    // Policies do not hold for the network of the node.
    return podOf(maker.object).spec["hostNetwork"] === true ? [] : [maker.namespace];
  });
}

function rulesOf(policy: Registered, direction: Direction): readonly unknown[] {
  return list(policy.spec(direction));
}

/** Whether a policy cuts all pods off in a direction, but for what it allows itself. */
function isolates(policy: Registered, direction: Direction): boolean {
  if (!isEverything(policy.spec("podSelector"))) return false;
  return hasDirection(policy, direction);
}

function hasDirection(policy: Registered, direction: Direction): boolean {
  const types = policy.spec("policyTypes");
  if (Array.isArray(types)) return types.includes(direction === "ingress" ? "Ingress" : "Egress");
  // As the API server fills it in.
  return direction === "ingress" || rulesOf(policy, direction).length > 0;
}

/** A rule without peers and ports is one for all of them. */
function allowsEverything(rule: unknown): boolean {
  const { from, to, ports } = fields(rule);
  return [from, to, ports].every((part) => isAbsent(part) || list(part).length === 0);
}

function allowsDns(policy: Registered): boolean {
  return (
    hasDirection(policy, "egress") &&
    rulesOf(policy, "egress").some((rule) => {
      const ports = list(at(rule, "ports"));
      if (ports.length > 0) return ports.some(isDnsPort);
      const peers = list(at(rule, "to")).map(fields);
      // DNS is in another namespace.
      return (
        peers.length === 0 || peers.some((peer) => !isAbsent(peer["namespaceSelector"] ?? peer["ipBlock"]))
      );
    })
  );
}

function isDnsPort(entry: unknown): boolean {
  const { port, endPort, protocol } = fields(entry);
  if (protocol !== "UDP") return false;
  if (isAbsent(port) || port === "dns") return true;
  if (typeof port !== "number") return false;
  return port === 53 || (port < 53 && typeof endPort === "number" && endPort >= 53);
}
