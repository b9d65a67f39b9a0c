/** CPU in cores or millicores: `250m`, `1`. */
export type Cpu = `${number}m` | `${number}`;
/** Bytes with a binary suffix: `256Mi`, `10Gi`. */
export type Bytes = `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;
/** A span of time: `500ms`, `5m`, `1h`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Request and limit of one resource; equal in every stage. */
export type Bounds<T> = readonly [request: T, limit: T];

/** What one pod of a service gets. */
export interface Size {
  readonly cpu: Bounds<Cpu>;
  readonly memory: Bounds<Bytes>;
}

/** What a store's pod gets. Memory has one value: a store that is promised less than it may use is evicted first. */
export interface StoreSize {
  readonly cpu: Bounds<Cpu>;
  readonly memory: Bytes;
}

/** How many pods run: fewest and most, between which the autoscaler moves. */
export interface Replicas {
  readonly min: number;
  readonly max: number;
}

/** An HTTP check of one path on one of the service's declared ports. */
export interface HttpProbe {
  readonly path: string;
  /** Name of a declared port. @default "http" */
  readonly port?: string;
  /** Seconds between checks. */
  readonly periodSeconds: number;
  /** Failures in a row after which the check has failed. */
  readonly failureThreshold: number;
  /** Seconds to wait for an answer; at most `periodSeconds`. */
  readonly timeoutSeconds: number;
}

/** The three checks of a service; `http()` in `probes.ts` writes them for one path. */
export interface Probes {
  readonly startup: HttpProbe;
  readonly readiness: HttpProbe;
  readonly liveness: HttpProbe;
}

/**
 * A value of an environment variable: plain; a key of a store's secret (which also lets the service reach that
 * store); one of the system's own secrets; or the system's public address in this stage.
 */
export type EnvValue =
  | string
  | { readonly store: string; readonly key: StoreKey }
  | { readonly secret: string }
  | { readonly public: "host" | "url" };

/** The keys that every store's secret has, whatever runs behind it. */
export type StoreKey = "host" | "port" | "username" | "password" | "url" | "database";

/** A directory that the process writes to; it becomes a size-limited volume that lives as long as the pod. */
export interface Scratch {
  readonly path: string;
  readonly size: Bytes;
}

/** One kind of pod of a system: it answers on a port, or works without one. */
export interface ServiceSpec {
  /** Image name without registry and tag: `daira/backend`. The digest that runs is stack config. */
  readonly image: string;
  /** Port named `http` that the container listens on; 1024 or higher, for pods run without privileges. Absent for a worker. */
  readonly port?: number;
  /** Port of the Service. @default the container's port */
  readonly servicePort?: number;
  /** Further ports by name, e.g. `{ metrics: 9090 }`; same rules as `port`. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Where metrics are served, on a declared port (default `http`); absent: none. */
  readonly metrics?: { readonly path: string; readonly port?: string; readonly interval?: Duration };
  readonly probes?: Probes;
  readonly replicas: Replicas;
  readonly size: Size;
  /** Targets of the autoscaler, in percent of the request. Needed when `replicas.max` is above `replicas.min`. */
  readonly scaleOn?: { readonly cpu?: number; readonly memory?: number };
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Directories that the process writes to: everything else in the container is read-only. */
  readonly scratch?: readonly Scratch[];
  /** What it may reach beyond the stores that its `env` names: services and stores by name, `https` for 443 outside. */
  readonly reaches?: readonly string[];
  /** Numeric user that the image runs as; never 0. @default 10001 */
  readonly user?: number;
  /** Seconds that a pod gets to finish its work once it gets no new requests. @default 30 */
  readonly graceSeconds?: number;
}

interface StoreBase {
  /** Size of the volume. Half of it in stages that run at half size. */
  readonly storage: Bytes;
  readonly size: StoreSize;
}

export interface PostgresSpec extends StoreBase {
  readonly kind: "postgres";
  /** Major version. */
  readonly version: "15";
  /** Name of the database. @default the system's name, with `_` for `-` */
  readonly database?: string;
}

export interface RedisSpec extends StoreBase {
  readonly kind: "redis";
  /** Major version; 8 is Valkey, which speaks the same protocol. */
  readonly version: "7" | "8";
  /** `aof` keeps data over a restart and evicts only keys with an expiry; `none` is a plain cache. */
  readonly persistence: "aof" | "none";
}

/** A place for data. Its name is its host name for the system's services. */
export type StoreSpec = PostgresSpec | RedisSpec;

export interface RouteSpec {
  /** Path prefix, matched by whole segments: `/api` takes `/api/users`, not `/apis`. */
  readonly path: string;
  /** A service of the system that has a port. */
  readonly to: string;
  /** Long-lived connections: the route's request timeout is off. */
  readonly websocket?: boolean;
  /** Longest that a request may take. @default 30s */
  readonly timeout?: Duration;
}

/** What is different in one stage, where a document says something of it. */
export interface StageSpec {
  /** Public host of the system in this stage. @default `<stage>.<domain>` */
  readonly host?: string;
  /** Exact pod counts that the document gives for this stage. */
  readonly replicas?: Readonly<Record<string, Replicas>>;
  /** Environment variables that differ in this stage, by service. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, EnvValue>>>>;
}

export interface Objectives {
  /** Share of good requests in 30 days, in percent. */
  readonly availability: number;
  readonly latency?: Readonly<Partial<Record<"p95" | "p99", Duration>>>;
}

/** One system that runs on the platform, as data. `validateSpec` refuses one that contradicts itself. */
export interface SystemSpec {
  /** DNS label, at most 20 characters. */
  readonly name: string;
  /** Team that answers for it. */
  readonly owner: string;
  readonly tier: "critical" | "standard";
  /** @default the system's name */
  readonly namespace?: string;
  /** Domain under which a stage without a `host` of its own gets one: `staging.<domain>`. */
  readonly domain?: string;
  readonly services: Readonly<Record<string, ServiceSpec>>;
  readonly stores?: Readonly<Record<string, StoreSpec>>;
  readonly routes?: readonly RouteSpec[];
  /** Secrets that the platform generates for the system, by name: length in characters, 16 to 128. */
  readonly secrets?: Readonly<Record<string, { readonly length: number }>>;
  readonly stages?: Readonly<Record<string, StageSpec>>;
  /** The strategy that the document asks for; what is not built yet runs as `rolling`. */
  readonly delivery: { readonly strategy: "rolling" | "canary" | "blue-green" | "flag" };
  readonly objectives: Objectives;
}
