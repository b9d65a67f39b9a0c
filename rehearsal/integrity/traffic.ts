import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import { gatewayGroup } from "./gateway-api";
import type { GatewaySpec } from "./gateway-api";
import type { ServiceSpec } from "./services";
import type { World } from "./world";
import { inGroup } from "./world";

const envoyGroup = "gateway.envoyproxy.io";
const bindingGroups = ["eks.amazonaws.com", "elbv2.k8s.aws"];

interface TargetRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly sectionName?: string;
}

/** Policies of Envoy Gateway: what they are about, and the section of it. One that is about nothing does nothing. */
export function* checkTrafficPolicies(world: World): Generator<Finding> {
  for (const kind of ["BackendTrafficPolicy", "ClientTrafficPolicy", "SecurityPolicy"]) {
    for (const policy of world.all(inGroup(kind, envoyGroup))) {
      const { targetRefs = [] } = (policy["spec"] ?? {}) as { targetRefs?: readonly TargetRef[] };
      for (const ref of targetRefs) yield* checkTarget(world, policy, ref);
    }
  }
}

function* checkTarget(world: World, policy: KubeObject, ref: TargetRef): Generator<Finding> {
  const { group, kind, name, sectionName } = ref;
  const path = `spec.targetRefs[${name}]`;
  const { namespace } = policy.metadata;
  const target = world.find(inGroup(kind, group), namespace, name);
  if (target === undefined) yield finding(policy, path, isMissing(kind, name, namespace));
  else if (sectionName !== undefined && !sectionsOf(target).includes(sectionName))
    yield finding(policy, path, `names section "${sectionName}" of ${kind} "${name}", which has none such`);
}

/** Listeners of a Gateway, rules of a route. */
function sectionsOf(target: KubeObject): readonly string[] {
  const { listeners, rules } = (target["spec"] ?? {}) as Readonly<
    Record<"listeners" | "rules", readonly { readonly name?: string }[] | undefined>
  >;
  return [...(listeners ?? []), ...(rules ?? [])].flatMap(({ name }) => name ?? []);
}

interface ProxySpec {
  readonly provider?: { readonly kubernetes?: { readonly envoyService?: { readonly name?: string } } };
}

/**
 * Bindings of target groups and the Service behind them. Envoy Gateway makes the Service of a Gateway's proxies, so
 * one that an EnvoyProxy names counts, with the ports of the listeners of the Gateways that run by it.
 */
export function* checkTargetGroupBindings(world: World): Generator<Finding> {
  for (const group of bindingGroups) {
    for (const binding of world.all(inGroup("TargetGroupBinding", group))) {
      const { serviceRef } = (binding["spec"] ?? {}) as { serviceRef?: { name: string; port: number } };
      if (serviceRef === undefined) continue;
      const ports = portsOf(world, serviceRef.name, binding.metadata.namespace);
      if (ports === undefined) {
        const text = isMissing("Service", serviceRef.name, binding.metadata.namespace);
        yield finding(binding, "spec.serviceRef", text);
      } else if (!ports.includes(serviceRef.port)) {
        const text = `names port ${serviceRef.port}, which Service "${serviceRef.name}" does not have`;
        yield finding(binding, "spec.serviceRef", text);
      }
    }
  }
}

function portsOf(world: World, name: string, namespace: string | undefined): readonly number[] | undefined {
  const service = world.find("Service", namespace, name);
  if (service !== undefined)
    return (((service["spec"] ?? {}) as ServiceSpec).ports ?? []).map(({ port }) => port);
  const proxies = world
    .all(inGroup("EnvoyProxy", envoyGroup))
    .filter(({ spec }) => (spec as ProxySpec | undefined)?.provider?.kubernetes?.envoyService?.name === name);
  if (proxies.length === 0) return undefined;
  return world.all(inGroup("Gateway", gatewayGroup)).flatMap((gateway) => {
    const { infrastructure, listeners = [] } = (gateway["spec"] ?? {}) as GatewaySpec;
    const isRun = proxies.some(
      ({ metadata }) =>
        metadata.namespace === gateway.metadata.namespace &&
        metadata.name === infrastructure?.parametersRef?.name,
    );
    return isRun ? listeners.map(({ port }) => port) : [];
  });
}
