import { at, fields, isAbsent, list } from "../core/json";
import { Lookup, once } from "../core/lookup";
import type { Cluster, Registered } from "./graph";
import type { Labels } from "./selectors";
import { selectorOf } from "./selectors";

/** Key of what watches all namespaces. */
const ALL = "*";

/** One port that a monitor scrapes. */
export interface Endpoint {
  /** Name of the port: of the Service's for a ServiceMonitor, of the container's for a PodMonitor. */
  readonly port: unknown;
  /** Name or number of the container's port. */
  readonly target: unknown;
}

/** A ServiceMonitor or PodMonitor. */
export interface Monitor {
  readonly object: Registered;
  /** Whether it selects what has these labels: a Service or a pod. */
  readonly selects: (labels: Labels) => boolean;
  readonly endpoints: () => readonly Endpoint[];
}

/** The monitors of a stack by the namespaces that they watch. */
export class Monitors {
  readonly #services: Lookup<Monitor>;
  readonly #pods: Lookup<Monitor>;

  constructor(cluster: Cluster) {
    const make = (kind: "ServiceMonitor" | "PodMonitor", endpoints: string): Lookup<Monitor> =>
      new Lookup(
        cluster.all(`monitoring.coreos.com/${kind}`).map((object): Monitor => {
          const selector = once(() => selectorOf(object.spec("selector")));
          return {
            object,
            selects: (labels) => selector()(labels),
            endpoints: once(() => list(object.spec(endpoints)).map(endpointOf)),
          };
        }),
        ({ object }) => namespacesOf(object),
      );
    this.#services = make("ServiceMonitor", "endpoints");
    this.#pods = make("PodMonitor", "podMetricsEndpoints");
  }

  /** Whether a PodMonitor watches these pods. */
  somePods(namespace: string, labels: Labels, test: (endpoint: Endpoint) => boolean): boolean {
    return someMonitor(this.#pods, namespace, labels, test);
  }

  /** Whether a ServiceMonitor watches the Service. */
  someService(service: Registered, test: (endpoint: Endpoint) => boolean): boolean {
    return someMonitor(this.#services, service.namespace, service.labels, test);
  }

  /** Whether anything watches a namespace. */
  someNamespace(namespace: string): boolean {
    const keys = [namespace, ALL];
    return this.#pods.some(keys) || this.#services.some(keys);
  }
}

function someMonitor(
  monitors: Lookup<Monitor>,
  namespace: string,
  labels: Labels,
  test: (endpoint: Endpoint) => boolean,
): boolean {
  return monitors.some(
    [namespace, ALL],
    (monitor) => monitor.selects(labels) && monitor.endpoints().some(test),
  );
}

function namespacesOf(monitor: Registered): readonly string[] {
  const selector = monitor.spec("namespaceSelector");
  if (at(selector, "any") === true) return [ALL];
  const names = list(at(selector, "matchNames")).filter((name): name is string => typeof name === "string");
  return names.length > 0 ? names : [monitor.namespace];
}

function endpointOf(value: unknown): Endpoint {
  const { port, targetPort, portNumber } = fields(value);
  return { port, target: isAbsent(targetPort) ? portNumber : targetPort };
}
