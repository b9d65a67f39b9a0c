/** CPU in cores or millicores: `250m`, `1`. */
export type Cpu = `${number}m` | `${number}`;
/** Bytes with a binary suffix: `256Mi`, `10Gi`. */
export type Bytes = `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;
/** A span of time: `500ms`, `5m`, `1h`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Request and limit of one resource; equal in every stage. */
export type Bounds<T> = readonly [request: T, limit: T];

export interface Size {
  readonly cpu: Bounds<Cpu>;
  readonly memory: Bounds<Bytes>;
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
  /** Seconds to wait for an answer. */
  readonly timeoutSeconds: number;
}

export interface Probes {
  readonly startup: HttpProbe;
  readonly readiness: HttpProbe;
  readonly liveness: HttpProbe;
}

/** A value of an environment variable: plain, or a key of a store's or the system's own secret. */
export type EnvValue =
  | string
  | { readonly store: string; readonly key: StoreKey }
  | { readonly secret: string };

/** The keys that every store's secret has, whatever runs behind it. */
export type StoreKey = "host" | "port" | "username" | "password" | "url" | "database";

export interface ServiceSpec {
  /** Image name without registry and tag: `daira/backend`. The digest that runs is stack config. */
  readonly image: string;
  /** Port the container listens on; 1024 or higher, for pods run without privileges. Absent for a worker. */
  readonly port?: number;
  /** Port of the Service. @default the container's port */
  readonly servicePort?: number;
  /** Path under which metrics are served on `port`; absent: none. */
  readonly metrics?: { readonly path: string; readonly interval?: Duration };
  readonly probes?: Probes;
  readonly replicas: Replicas;
  readonly size: Size;
  /** Targets of the autoscaler, in percent of the request. */
  readonly scaleOn?: { readonly cpu?: number; readonly memory?: number };
  readonly env?: Readonly<Record<string, EnvValue>>;
  /** Directories that the process writes to; each becomes a size-limited scratch volume. */
  readonly scratch?: readonly { readonly path: string; readonly size: Bytes }[];
  /** What it may reach: other services and stores of the system by name, `https` for 443 outside the cluster. */
  readonly reaches?: readonly string[];
  /** Numeric user that the image runs as; never 0. @default 10001 */
  readonly user?: number;
  /** Seconds that a pod gets to finish its work when it is stopped. @default 30 */
  readonly graceSeconds?: number;
}

export interface StoreSpec {
  readonly kind: "postgres" | "redis";
  /** Major version. */
  readonly version: "15" | "17" | "7" | "8";
  readonly storage: Bytes;
  readonly size: Size;
  /** Redis only: append-only file. */
  readonly persistence?: "aof" | "none";
  /** Postgres only: name of the database. @default the system's name */
  readonly database?: string;
}

export interface RouteSpec {
  /** Path prefix. */
  readonly path: string;
  /** A service of the system. */
  readonly to: string;
  /** Long-lived connections: the route's request timeout is off. */
  readonly websocket?: boolean;
}

/** What a document says of one stage, where it says something of its own. */
export interface StageSpec {
  /** Public host of the system in this stage. */
  readonly host: string;
  /** Exact pod counts that the document gives for this stage. */
  readonly replicas?: Readonly<Record<string, Replicas>>;
  /** Environment variables that differ in this stage. */
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
  readonly services: Readonly<Record<string, ServiceSpec>>;
  readonly stores?: Readonly<Record<string, StoreSpec>>;
  readonly routes?: readonly RouteSpec[];
  /** Secrets that the platform generates for the system, by name: length in characters. */
  readonly secrets?: Readonly<Record<string, { readonly length: number }>>;
  readonly stages: Readonly<Record<string, StageSpec>>;
  /** The strategy that the document asks for; what is not built yet runs as `rolling`. */
  readonly delivery: { readonly strategy: "rolling" | "canary" | "blue-green" | "flag" };
  readonly objectives: Objectives;
}
