import { mayConnect } from "../../components/spec/verdict";
import type { Labels } from "../../components/common/label-selector";
import type { Endpoint, NetworkPolicy, PodEndpoint } from "../../components/spec/verdict";
import type { Recorded, Recording } from "./recorder";

/** Addresses of what is no pod of the rendered system. */
const addresses: Readonly<Record<string, string>> = {
  internet: "93.184.216.34",
  "a private address": "10.99.0.1",
  "the node's credentials": "169.254.169.254",
};

/** Pods of others, by the names that tables give them. */
const strangers: Readonly<Record<string, PodEndpoint>> = {
  gateway: stranger("envoy-gateway-system", { "gateway.envoyproxy.io/owning-gateway-name": "edge" }),
  "the gateway's neighbour": stranger("envoy-gateway-system", { app: "other" }),
  monitoring: stranger("monitoring", { app: "prometheus" }),
  traces: stranger("monitoring", {
    "app.kubernetes.io/part-of": "slipway",
    "app.kubernetes.io/name": "jaeger",
  }),
  dns: stranger("kube-system", { "k8s-app": "kube-dns" }),
  stranger: stranger("elsewhere", { "gateway.envoyproxy.io/owning-gateway-name": "edge" }),
};

function stranger(namespace: string, labels: Labels): PodEndpoint {
  return { namespace, namespaceLabels: { "kubernetes.io/metadata.name": namespace }, labels };
}

const controllers = ["apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job"].map(
  (type) => `kubernetes:${type}`,
);

/** What can reach what among the rendered objects of one system, by their NetworkPolicies alone. */
export class RenderedNetwork {
  readonly #policies: readonly NetworkPolicy[];
  /** Pods of the system by the name that their labels give them. */
  readonly pods: Readonly<Record<string, PodEndpoint>>;

  constructor({ ofType, resources }: Pick<Recording<unknown>, "ofType" | "resources">) {
    this.#policies = ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy").map(
      ({ inputs }) => inputs as NetworkPolicy,
    );
    this.pods = Object.fromEntries(
      resources.flatMap(({ type, inputs }) => {
        const template = templateOf(type, inputs);
        if (template === undefined) return [];
        const { namespace } = inputs["metadata"] as { namespace: string };
        const { labels } = template.metadata;
        const endpoint = { ...stranger(namespace, labels), ports: portsOf(template.spec) };
        return [[String(labels["app.kubernetes.io/name"]), endpoint]];
      }),
    );
  }

  /** Whether the policies select each pod in both directions, so that nothing is open that no rule names. */
  closes(name: string): boolean {
    const pod = this.#endpoint(name);
    const other = stranger("anywhere", {});
    return (
      !mayConnect(this.#policies, pod, other, { port: 1 }) &&
      !mayConnect(this.#policies, other, pod, { port: 1 })
    );
  }

  /**
   * May `from` open a connection to `to`? Each is a pod of the system by its name; one of the strangers `gateway`,
   * `monitoring`, `traces`, `dns`, `stranger`, `the gateway's neighbour`; `namespace NAME` for any pod there; `internet`,
   * `a private address`, `the node's credentials`; or an address.
   */
  reaches(from: string, to: string, port: number, protocol: "TCP" | "UDP" = "TCP"): boolean {
    return mayConnect(this.#policies, this.#endpoint(from), this.#endpoint(to), { port, protocol });
  }

  #endpoint(name: string): Endpoint {
    const known = this.pods[name] ?? strangers[name];
    if (known !== undefined) return known;
    if (name.startsWith("namespace ")) return stranger(name.slice("namespace ".length), {});
    const ip = addresses[name] ?? name;
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(ip)) throw new Error(`${name} is no pod, no stranger and no address`);
    return { ip };
  }
}

interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: Readonly<
    Partial<Record<"containers" | "initContainers", { ports?: { name: string; containerPort: number }[] }[]>>
  >;
}

/** What the pods of a workload are made from; undefined for other objects. */
function templateOf(type: string, inputs: Recorded["inputs"]): PodTemplate | undefined {
  if (controllers.includes(type)) return (inputs["spec"] as { template: PodTemplate }).template;
  if (type !== "kubernetes:batch/v1:CronJob") return undefined;
  return (inputs["spec"] as { jobTemplate: { spec: { template: PodTemplate } } }).jobTemplate.spec.template;
}

/** Ports that the containers and the sidecars of a pod declare, by name. */
function portsOf({ containers = [], initContainers = [] }: PodTemplate["spec"]): Record<string, number> {
  return Object.fromEntries(
    [...containers, ...initContainers].flatMap(({ ports = [] }) =>
      ports.map((port) => [port.name, port.containerPort]),
    ),
  );
}
