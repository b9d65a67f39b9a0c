import { fields, isAbsent, list } from "../../core/json";
import { Lookup } from "../../core/lookup";
import { stackRule } from "../../core/rule";
import { gatewayKey, gatewaysOf, parentsOf } from "../../kubernetes/gateways";
import { Cluster } from "../../kubernetes/graph";
import type { Registered } from "../../kubernetes/graph";
import { selectorOf } from "../../kubernetes/selectors";

/** What a policy is attached to: a gateway or route, or a part of it. */
interface Target {
  readonly kind: string;
  readonly object: Registered | undefined;
  readonly namespace: string;
  readonly name: string;
  /** A listener of a gateway, a rule of a route. */
  readonly section: string;
}

/**
 * Each rule of a public route is limited by a policy of Envoy Gateway: its own, its route's or its gateway's. The
 * nearest policy decides alone, unless it says that it is merged with the next one.
 */
export const requireRateLimit = stackRule({
  name: "slipway-stack-route-require-rate-limit",
  area: "network",
  title: "Public routes are rate limited",
  description: "Every rule of an HTTPRoute or GRPCRoute that leads to a Service is under a rate limit.",
  level: "advisory",
  severity: "medium",
  checks: [35],
  ids: ["DAIRA §10"],
  remedy: "Attach a BackendTrafficPolicy with spec.rateLimit to the route or its Gateway.",
  url: "https://gateway.envoyproxy.io/docs/tasks/traffic/local-rate-limit/",
  judge: (graph, judgement) => {
    const cluster = new Cluster(graph, judgement);
    const policies = cluster.all("gateway.envoyproxy.io/BackendTrafficPolicy");
    const attached = new Lookup(policies, targetKeysOf);
    const gateways = gatewaysOf(cluster);
    const isLimited = (levels: readonly Target[]): boolean => {
      for (const target of levels) {
        const own = attached.matches([keyOf(target), kindKeyOf(target)], (policy) =>
          attachedTo(policy, target),
        );
        if (own.some(limits)) return true;
        if (own.some((policy) => isAbsent(policy.spec("mergeType")))) return false;
      }
      return false;
    };
    for (const route of cluster.all(
      "gateway.networking.k8s.io/HTTPRoute",
      "gateway.networking.k8s.io/GRPCRoute",
    )) {
      judgement.part(() => {
        const { kind } = route.object;
        const { namespace, name } = route;
        const parents = parentsOf(route);
        list(route.spec("rules")).forEach((rule, index) => {
          judgement.part(() => {
            const { name: section, backendRefs } = fields(rule);
            if (list(backendRefs).length === 0) return;
            const own: Target = { kind, object: route, namespace, name, section: "" };
            const near = typeof section === "string" ? [{ ...own, section }, own] : [own];
            const open = parents.filter((parent) => {
              const [object] = gateways.matches([gatewayKey(parent)]);
              const gateway: Target = { ...parent, object, section: "" };
              const { sectionName } = parent.fields;
              const far =
                typeof sectionName === "string" ? [{ ...gateway, section: sectionName }, gateway] : [gateway];
              return !isLimited([...near, ...far]);
            });
            if (open.length === 0) return;
            route.report(
              judgement,
              `spec.rules[${index}]`,
              `${route.label} has no rate limit on rule ${typeof section === "string" ? section : index}; attach a BackendTrafficPolicy with rateLimit to it or to its Gateway.`,
            );
          });
        });
      });
    }
  },
});

function limits(policy: Registered): boolean {
  const { local, global } = fields(policy.spec("rateLimit"));
  return [local, global].some((one) => list(fields(one)["rules"]).length > 0);
}

function refsOf(policy: Registered): readonly unknown[] {
  const single = policy.spec("targetRef");
  return [...list(policy.spec("targetRefs")), ...(isAbsent(single) ? [] : [single])];
}

/** By name, and for what selects by labels by kind. */
function targetKeysOf(policy: Registered): readonly string[] {
  const { namespace } = policy;
  const named = refsOf(policy).map((reference) => {
    const { kind, name, sectionName } = fields(reference);
    return keyOf({ kind: text(kind), namespace, name: text(name), section: text(sectionName) });
  });
  const selected = list(policy.spec("targetSelectors")).map((selector) =>
    kindKeyOf({ kind: text(fields(selector)["kind"]), namespace }),
  );
  return [...named, ...selected];
}

/** A policy is found by the target's name, or selects it by labels; then the whole of it. */
function attachedTo(policy: Registered, target: Target): boolean {
  if (targetKeysOf(policy).includes(keyOf(target))) return true;
  const { kind, object, section } = target;
  if (object === undefined || section !== "") return false;
  return list(policy.spec("targetSelectors"))
    .map(fields)
    .some((selector) => selector["kind"] === kind && selectorOf(selector)(object.labels));
}

function keyOf({ kind, namespace, name, section }: Omit<Target, "object">): string {
  return `${kind} ${namespace}/${name}/${section}`;
}

function kindKeyOf({ kind, namespace }: Pick<Target, "kind" | "namespace">): string {
  return `${kind} ${namespace}`;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
