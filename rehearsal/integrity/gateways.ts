import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { GatewaySpec, Listener, Reference } from "./gateway-api";
import { gatewayGroup, isGranted } from "./gateway-api";
import type { World } from "./world";
import { inGroup } from "./world";

/** Gateways: their class, their settings and the certificates of their listeners. */
export function* checkGateways(world: World): Generator<Finding> {
  for (const gateway of world.all(inGroup("Gateway", gatewayGroup))) {
    const { gatewayClassName, listeners = [], infrastructure } = (gateway["spec"] ?? {}) as GatewaySpec;
    if (world.find(inGroup("GatewayClass", gatewayGroup), undefined, gatewayClassName) === undefined) {
      yield finding(gateway, "spec.gatewayClassName", isMissing("GatewayClass", gatewayClassName, undefined));
    }
    const settings = infrastructure?.parametersRef;
    if (settings !== undefined) {
      const { group, kind, name } = settings;
      if (world.find(inGroup(kind, group), gateway.metadata.namespace, name) === undefined) {
        yield finding(
          gateway,
          "spec.infrastructure.parametersRef",
          isMissing(kind, name, gateway.metadata.namespace),
        );
      }
    }
    for (const listener of listeners) yield* checkCertificates(world, gateway, listener);
  }
  for (const type of world.all(inGroup("GatewayClass", gatewayGroup))) {
    const { parametersRef } = (type["spec"] ?? {}) as {
      parametersRef?: Reference & { group: string; kind: string };
    };
    if (parametersRef === undefined) continue;
    const { group, kind, name, namespace } = parametersRef;
    if (world.find(inGroup(kind, group), namespace, name) === undefined) {
      yield finding(type, "spec.parametersRef", isMissing(kind, name, namespace));
    }
  }
}

function* checkCertificates(world: World, gateway: KubeObject, listener: Listener): Generator<Finding> {
  const home = gateway.metadata.namespace ?? "default";
  for (const { group = "", kind = "Secret", name, namespace = home } of listener.tls?.certificateRefs ?? []) {
    const path = `spec.listeners[${listener.name}].tls.certificateRefs[${name}]`;
    const isSecret = kind === "Secret" && group === "";
    const keys = isSecret ? world.keys("Secret", namespace, name) : undefined;
    if (isSecret ? keys === undefined : world.find(inGroup(kind, group), namespace, name) === undefined) {
      const hint = isSecret ? ", and no Certificate writes it" : "";
      yield finding(gateway, path, `${isMissing(kind, name, namespace)}${hint}`);
      continue;
    }
    for (const key of ["tls.crt", "tls.key"]) {
      if (keys?.has(key) === false)
        yield finding(gateway, path, `needs key "${key}", which Secret "${name}" does not have`);
    }
    if (namespace !== home && !isGranted(world, gateway, { group, kind, namespace, name })) {
      yield finding(
        gateway,
        path,
        `names a Secret of namespace "${namespace}", where no ReferenceGrant allows it`,
      );
    }
  }
}
