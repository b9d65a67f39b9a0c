import assert from "node:assert/strict";
import { parseBytes, parseCpu } from "../../../components/spec/quantities";
import type { Bytes, Cpu } from "../../../components/spec/types";
import { findSystem } from "../../../infra/systems";
import { stackFile } from "../../support/program";
import { recordStack } from "../../support/stack";
import type { Recording } from "../../support/recorder";

interface Container {
  readonly resources: { readonly requests: { readonly cpu: Cpu; readonly memory: Bytes } };
  readonly restartPolicy?: string;
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}
/** Millicores and bytes. */
interface Requests {
  readonly cpu: number;
  readonly memory: number;
}

const none: Requests = { cpu: 0, memory: 0 };
const times = (count: number, { cpu, memory }: Requests): Requests => ({
  cpu: count * cpu,
  memory: count * memory,
});
const most = (a: Requests, b: Requests): Requests => ({
  cpu: Math.max(a.cpu, b.cpu),
  memory: Math.max(a.memory, b.memory),
});
const sum = (all: readonly Requests[]): Requests =>
  all.reduce((a, b) => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory }), none);
const requestsOf = ({ resources: { requests } }: Pick<Container, "resources">): Requests => ({
  cpu: parseCpu(requests.cpu),
  memory: parseBytes(requests.memory),
});

/** What the scheduler takes a pod for: all that run together, or the largest that runs before them. */
function podRequests({ containers, initContainers = [] }: PodSpec): Requests {
  const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === "Always";
  const running = sum([...containers, ...initContainers.filter(isSidecar)].map(requestsOf));
  const before = initContainers.filter((each) => !isSidecar(each)).map(requestsOf);
  return before.reduce(most, running);
}

interface Controller {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly replicas?: number; readonly template: { readonly spec: PodSpec } };
}
interface Autoscaler {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly scaleTargetRef: { readonly name: string }; readonly minReplicas: number };
}

/** Running pods of the systems at their fewest, by the name of what makes them. Jobs end, and are left out. */
function podsOf({ ofType }: Recording<unknown>): readonly (readonly [string, Requests])[] {
  const fewest = new Map(
    ofType("kubernetes:autoscaling/v2:HorizontalPodAutoscaler").map(({ inputs }) => {
      const { metadata, spec } = inputs as unknown as Autoscaler;
      return [`${metadata.namespace}/${spec.scaleTargetRef.name}`, spec.minReplicas];
    }),
  );
  return ["Deployment", "StatefulSet", "DaemonSet"]
    .flatMap((kind) => ofType(`kubernetes:apps/v1:${kind}`))
    .map(({ name, type, inputs }) => {
      const { metadata, spec } = inputs as unknown as Controller;
      // A laptop is one node.
      const nodes = type.endsWith(":DaemonSet") ? 1 : NaN;
      const count = spec.replicas ?? fewest.get(`${metadata.namespace}/${metadata.name}`) ?? nodes;
      return [name, times(count, podRequests(spec.template.spec))];
    });
}

type Sized = Pick<Container, "resources">;
type Replicated = Sized & { readonly replicaCount: number };
interface Proxy {
  readonly provider: {
    readonly kubernetes: {
      readonly envoyDeployment: { readonly replicas: number; readonly container: Sized };
    };
  };
}
interface Charts {
  readonly "envoy-gateway": {
    readonly deployment: { readonly replicas: number; readonly envoyGateway: Sized };
  };
  readonly "cert-manager": Replicated & { readonly webhook: Replicated; readonly cainjector: Replicated };
}

/** Pods of the edge: the proxies, and the controllers that its charts install. */
function edgePods({ one, ofType }: Recording<unknown>): readonly (readonly [string, Requests])[] {
  const proxy = one("kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy").inputs["spec"] as Proxy;
  const { envoyDeployment } = proxy.provider.kubernetes;
  const charts: Record<string, unknown> = Object.fromEntries(
    ofType("kubernetes:helm.sh/v3:Release").map(({ inputs }) => [inputs["name"], inputs["values"]]),
  );
  // The last one makes definitions alone, and no pod.
  assert.deepEqual(Object.keys(charts).sort(), ["cert-manager", "envoy-gateway", "prometheus-operator-crds"]);
  const { "envoy-gateway": gateway, "cert-manager": certManager } = charts as unknown as Charts;
  const replicated = (values: Replicated): Requests => times(values.replicaCount, requestsOf(values));
  return [
    ["proxies", times(envoyDeployment.replicas, requestsOf(envoyDeployment.container))],
    ["envoy-gateway", times(gateway.deployment.replicas, requestsOf(gateway.deployment.envoyGateway))],
    ["cert-manager", replicated(certManager)],
    ["cert-manager's webhook", replicated(certManager.webhook)],
    ["cert-manager's injector", replicated(certManager.cainjector)],
  ];
}

interface Operated {
  readonly replicas: number;
  readonly resources: Sized["resources"];
  readonly containers?: readonly Sized[];
}

/** Pods that the Prometheus operator makes; beside each container of its own, one that loads changed files. */
function operatedPods({ one }: Recording<unknown>): readonly (readonly [string, Requests])[] {
  return ["Prometheus", "Alertmanager"].map((kind) => {
    const {
      replicas,
      resources,
      containers = [],
    } = one(`kubernetes:monitoring.coreos.com/v1:${kind}`).inputs["spec"] as Operated;
    return [kind, times(replicas, sum([{ resources }, ...containers].map(requestsOf)))];
  });
}

const five = ["daira", "dwcp", "kova", "noa", "omnitide"];

describe("a laptop of 4 cores and 8 GiB", function () {
  this.timeout(60_000);
  let named: readonly string[];
  let pods: ReadonlyMap<string, Requests>;
  before(async () => {
    // Whoever adds one of his own to the stack's file may have to leave others out of it.
    const recording = await recordStack("local", { systems: five });
    named = recording.ofType("slipway:system:System").map(({ name }) => name);
    pods = new Map([...podsOf(recording), ...edgePods(recording), ...operatedPods(recording)]);
  });

  it("runs the five systems of the documents, which its file names", () => {
    assert.deepEqual([...named].sort(), five);
    const own = stackFile("local")["slipway:systems"] as readonly string[];
    assert.deepEqual(
      five.filter((name) => !own.includes(name)),
      [],
    );
  });

  it("is asked for whole numbers by every kind of pod", () => {
    for (const [name, { cpu, memory }] of pods) {
      assert.ok(Number.isInteger(cpu) && cpu > 0 && Number.isInteger(memory) && memory > 0, name);
    }
    const specs = named.map(findSystem);
    const stores = specs.flatMap((spec) => Object.keys(spec.stores ?? {}));
    const services = specs.flatMap((spec) => Object.keys(spec.services));
    assert.equal(pods.size, stores.length + services.length + 5 + 11);
  });

  it("has room for all systems with their stores, the edge and what watches them, at the fewest replicas", () => {
    const { cpu, memory } = sum([...pods.values()]);
    const table = [...pods].map(([name, each]) => `${name} ${each.cpu}m ${each.memory / 1024 ** 2}Mi`);
    assert.ok(cpu <= 4000, `${cpu}m of 4000m: ${table.join(", ")}`);
    assert.ok(memory <= 8 * 1024 ** 3, `${memory / 1024 ** 2}Mi of 8192Mi: ${table.join(", ")}`);
  });
});
