import { parseBytes, parseCpu } from "../../components/spec/quantities";
import type { Bytes, Cpu } from "../../components/spec/types";
import type { Recording } from "./recorder";

interface Container {
  readonly resources: { readonly requests: { readonly cpu: Cpu; readonly memory: Bytes } };
  readonly restartPolicy?: string;
}
interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
}
/** Millicores and bytes. */
export interface Requests {
  readonly cpu: number;
  readonly memory: number;
}

const none: Requests = { cpu: 0, memory: 0 };
export const times = (count: number, { cpu, memory }: Requests): Requests => ({
  cpu: count * cpu,
  memory: count * memory,
});
const most = (a: Requests, b: Requests): Requests => ({
  cpu: Math.max(a.cpu, b.cpu),
  memory: Math.max(a.memory, b.memory),
});
export const sum = (all: readonly Requests[]): Requests =>
  all.reduce((a, b) => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory }), none);
export const requestsOf = ({ resources: { requests } }: Pick<Container, "resources">): Requests => ({
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

/** Running pods of a program at their fewest, on one node, by the name of what makes them. Jobs end, and are left out. */
export function podsOf({ ofType }: Recording<unknown>): readonly (readonly [string, Requests])[] {
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
      const nodes = type.endsWith(":DaemonSet") ? 1 : NaN;
      const count = spec.replicas ?? fewest.get(`${metadata.namespace}/${metadata.name}`) ?? nodes;
      return [name, times(count, podRequests(spec.template.spec))];
    });
}

export type Sized = Pick<Container, "resources">;

/** Where it says nothing of resources, the operator gives it its own defaults, which are next to nothing. */
const isSized = (container: Partial<Sized>): container is Sized => container.resources !== undefined;

interface Operated {
  readonly replicas: number;
  readonly resources: Sized["resources"];
  readonly containers?: readonly Partial<Sized>[];
}

/** Pods that the Prometheus operator makes; beside each container of its own, one that loads changed files. */
export function operatedPods({ one }: Recording<unknown>): readonly (readonly [string, Requests])[] {
  return ["Prometheus", "Alertmanager"].map((kind) => {
    const {
      replicas,
      resources,
      containers = [],
    } = one(`kubernetes:monitoring.coreos.com/v1:${kind}`).inputs["spec"] as Operated;
    return [kind, times(replicas, sum([{ resources }, ...containers.filter(isSized)].map(requestsOf)))];
  });
}
