import type { ContainerSpec, HelperSpec } from "./container-types";
import type { MetricType } from "./monitoring-types";
import type { Probes } from "./probe-types";
import type { Bytes, Duration, Size } from "./units";

/** How many pods run: fewest and most, between which the autoscaler moves. */
export interface Replicas {
  readonly min: number;
  readonly max: number;
}

/** A persistent volume of a service. */
export interface VolumeSpec {
  /** Directory at which the containers see it. */
  readonly path: string;
  /** Half of it in stages that run at half size. */
  readonly size: Bytes;
  /**
   * `perReplica`: each pod has a volume of its own, which it finds again after a restart; the service then runs as a
   * StatefulSet. `shared`: one volume for the service. The platform's disks are ReadWriteOnce, so that only a service
   * of a single pod may have a shared one.
   */
  readonly claim: "perReplica" | "shared";
}

/** Another team's pods: all of a namespace that this system does not make, on one port. */
export interface OutsideReach {
  readonly namespace: string;
  /** Port of the pods there, not of a Service in front of them. */
  readonly port: number;
}

/**
 * Whom a pod may open connections to: a service or a store of the system by name, `https` for port 443 of the
 * internet, or pods of another namespace.
 */
export type Reach = string | OutsideReach;

/** What a pod may do at the Kubernetes API, in its own namespace. No wildcards. */
export interface Permission {
  /** @default "" the core group */
  readonly apiGroup?: string;
  /** Resources in the plural, e.g. `configmaps`. */
  readonly resources: readonly string[];
  /** Only these objects. @default all of the kind; for secrets they must be named */
  readonly names?: readonly string[];
  readonly verbs: readonly ("get" | "list" | "watch" | "create" | "update" | "patch" | "delete")[];
}

/** What every kind of pod of a system may have, whether it serves or does a job. */
export interface WorkloadSpec extends ContainerSpec {
  /** Image name without registry and tag: `daira/backend`. The digest that runs is stack config. */
  readonly image: string;
  /** What it may reach beyond the stores that its `env` names. */
  readonly reaches?: readonly Reach[];
  /** Whether it sends traces, by OTLP; it then finds the address in the variables of OpenTelemetry. @default false */
  readonly traces?: boolean;
  /** Numeric user that the image runs as; never 0. @default 10001 */
  readonly user?: number;
  /** Rights at the Kubernetes API; the pod then gets a token, and may reach the API server. @default none */
  readonly permissions?: readonly Permission[];
}

/** One policy of an autoscaler: at most so many pods, or so many percent of them, within a period. */
export interface ScalingPolicy {
  readonly type: "Pods" | "Percent";
  readonly value: number;
  /** At most 1800. */
  readonly periodSeconds: number;
}

/** How an autoscaler moves in one direction. */
export interface ScalingRules {
  /** Seconds of past advice of which the mildest is followed; at most 3600. @default 300 down, 0 up */
  readonly stabilizationWindowSeconds?: number;
  readonly policies?: readonly ScalingPolicy[];
  /** Which policy holds where several apply. @default Max */
  readonly selectPolicy?: "Max" | "Min" | "Disabled";
}

/** What the autoscaler goes by. */
export interface ScaleOn {
  /** Percent of the request. */
  readonly cpu?: number;
  /** Percent of the request. */
  readonly memory?: number;
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
}

/** How pods of a new revision take the place of the old ones. */
export interface Rollout {
  /** Most pods below the count; one pod always stays. @default 0 */
  readonly maxUnavailable?: number;
  /** Most pods above the count. @default 1 */
  readonly maxSurge?: number;
}

/**
 * A command in the service's own image that must succeed before pods of that image start, such as a change of the
 * database's schema. It runs again for each new image and each new command, with the service's variables, files and
 * reach; it must do no harm when it is run twice.
 */
export interface Migration {
  readonly command: readonly string[];
  /** Longest that it may take, all tries together. @default 10m */
  readonly timeout?: Duration;
  /** Further tries after the first has failed, 0 to 10. @default 2 */
  readonly retries?: number;
  /** @default the service's own */
  readonly size?: Size;
}

/** Where a service serves its metrics, and which. */
export interface MetricsSpec {
  readonly path: string;
  /** Name of a declared port. @default "http" */
  readonly port?: string;
  /** @default "15s" */
  readonly interval?: Duration;
  /**
   * Whether the pods also say so by the annotations `prometheus.io/scrape`, `port` and `path`, for tools that go by
   * them. The platform's own Prometheus does not take them a second time. @default false
   */
  readonly annotated?: boolean;
  /** The service's own metrics by name: what alerts, objectives and dashboards of the system may speak of. */
  readonly exposes?: Readonly<Record<string, MetricType>>;
}

/** One kind of pod of a system that runs all the time: it answers on a port, or works without one. */
export interface ServiceSpec extends WorkloadSpec {
  /** Port named `http` that the container listens on; 1024 or higher, for pods run without privileges. Absent for a worker. */
  readonly port?: number;
  /** Port of the Service. @default the container's port */
  readonly servicePort?: number;
  /** What the port speaks; `grpc` and other HTTP/2 without TLS is `h2c`. @default "http" */
  readonly protocol?: "http" | "h2c";
  /** Further ports by name, e.g. `{ metrics: 9090 }`; same rules as `port`. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Absent: it has none. */
  readonly metrics?: MetricsSpec;
  readonly probes?: Probes;
  readonly replicas: Replicas;
  /** Targets of the autoscaler. Needed when `replicas.max` is above `replicas.min`. */
  readonly scaleOn?: ScaleOn;
  readonly rollout?: Rollout;
  /** Persistent volumes by name. */
  readonly volumes?: Readonly<Record<string, VolumeSpec>>;
  readonly migrate?: Migration;
  /** Containers that run one after the other before the service's own, in this order, by name. */
  readonly init?: Readonly<Record<string, HelperSpec>>;
  /** Containers that start before the service's own and stop after it, by name. */
  readonly sidecars?: Readonly<Record<string, HelperSpec>>;
  /** Seconds that a pod gets to finish its work once it gets no new requests. @default 30 */
  readonly graceSeconds?: number;
  /** Seconds that a pod with a port goes on answering while others learn that it stops. @default 5 */
  readonly drainSeconds?: number;
  /** Command that is run in place of that wait, within `drainSeconds` and `graceSeconds` together. @default only wait */
  readonly preStop?: readonly string[];
}

/** A pod that does one thing and ends: on a schedule, or once for each image and command. */
export interface JobSpec extends WorkloadSpec {
  /** Five fields of cron, in UTC, e.g. `0 2 * * *`. @default once, for each new image and command */
  readonly schedule?: string;
  /** What becomes of a run that is due while the last one still goes: it is left out, or takes its place. @default "Forbid" */
  readonly concurrency?: "Forbid" | "Replace";
  /** Longest that one run may take, all tries together. @default 1h */
  readonly timeout?: Duration;
  /** Further tries after the first has failed, 0 to 10. @default 2 */
  readonly retries?: number;
}
