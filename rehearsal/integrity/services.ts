import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import { declaredPorts } from "./pod-spec";
import type { Labels } from "../../components/common/label-selector";
import { selectorText } from "./selectors";
import type { PodTemplate, World } from "./world";

/** What the checks read of a Service's spec. */
export interface ServiceSpec {
  readonly type?: string;
  readonly selector?: Labels | null;
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort?: number | string;
    readonly protocol?: string;
  }[];
}

/** Services and the pods and ports behind them, and the Service that names a StatefulSet's pods. */
export function* checkServices(world: World): Generator<Finding> {
  for (const service of world.all("Service")) {
    const { type, selector } = specOf(service);
    if (type === "ExternalName" || selector === undefined || selector === null) continue;
    if (Object.keys(selector).length === 0) continue;
    const pods = world.selected({ matchLabels: selector }, service.metadata.namespace ?? "default");
    if (pods.length === 0) {
      yield finding(
        service,
        "spec.selector",
        `selects ${selectorText({ matchLabels: selector })}, which no pod has`,
      );
    } else {
      yield* checkPorts(service, pods);
    }
  }
  for (const set of world.all("StatefulSet.apps")) {
    const { serviceName = "" } = (set["spec"] ?? {}) as { serviceName?: string };
    if (serviceName !== "" && world.find("Service", set.metadata.namespace, serviceName) === undefined) {
      yield finding(set, "spec.serviceName", isMissing("Service", serviceName, set.metadata.namespace));
    }
  }
}

function* checkPorts(service: KubeObject, pods: readonly PodTemplate[]): Generator<Finding> {
  const declared = pods.flatMap(({ spec }) => declaredPorts(spec));
  for (const { name, port, targetPort, protocol = "TCP" } of specOf(service).ports ?? []) {
    const target = targetPort ?? port;
    const isDeclared = declared.some(
      (one) => (one.name === target || one.containerPort === target) && (one.protocol ?? "TCP") === protocol,
    );
    if (isDeclared) continue;
    const text = `leads to ${protocol} port ${JSON.stringify(target)}, which no selected pod declares`;
    yield finding(service, `spec.ports[${name ?? port}].targetPort`, text);
  }
}

function specOf(service: KubeObject): ServiceSpec {
  return service["spec"] ?? {};
}
