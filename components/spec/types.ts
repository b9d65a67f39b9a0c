import type { ConfigSpec, EnvValue } from "./container-types";
import type { BucketSpec, CdnSpec, RateLimit, RouteSpec } from "./edge-types";
import type { BrowserSpec, DashboardSpec, Objectives, SystemAlert } from "./monitoring-types";
import type { JobSpec, Replicas, ServiceSpec } from "./service-types";
import type { StoreSpec } from "./store-types";

export type * from "./container-types";
export type * from "./edge-types";
export type * from "./monitoring-types";
export type * from "./probe-types";
export type * from "./service-types";
export type * from "./store-types";
export type * from "./units";

/** What is different in one stage, where a document says something of it. */
export interface StageSpec {
  /** Public host of the system in this stage. @default `<stage>.<domain>` */
  readonly host?: string;
  /** Exact pod counts in this stage, where the document gives them or its share of the others is too many. */
  readonly replicas?: Readonly<Record<string, Replicas>>;
  /** Environment variables that differ in this stage, by service or job. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, EnvValue>>>>;
  /** Keys of configs that differ in this stage, by config. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Namespace in this stage. @default the system's */
  readonly namespace?: string;
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
  readonly jobs?: Readonly<Record<string, JobSpec>>;
  readonly stores?: Readonly<Record<string, StoreSpec>>;
  readonly config?: Readonly<Record<string, ConfigSpec>>;
  readonly routes?: readonly RouteSpec[];
  /** Limits that routes name, by name: `{ api: { requests: 30, per: "second" } }`. */
  readonly rateLimits?: Readonly<Record<string, RateLimit>>;
  /** Headers of every response, over the platform's own security headers; null leaves one of those out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Buckets of the system, by name; only stages with a cloud have them. */
  readonly buckets?: Readonly<Record<string, BucketSpec>>;
  /** What a CDN may keep of the system's responses; without it no CDN stands before the system. */
  readonly cdn?: CdnSpec;
  /** Secrets that the platform generates for the system, by name: length in characters, 16 to 128. */
  readonly secrets?: Readonly<Record<string, { readonly length: number }>>;
  readonly stages?: Readonly<Record<string, StageSpec>>;
  /** The strategy that the document asks for; what is not built yet runs as `rolling`. */
  readonly delivery: { readonly strategy: "rolling" | "canary" | "blue-green" | "flag" };
  readonly objectives: Objectives;
  /** Alerts of the system, changes of those that the platform ships for every system, and which of these are off. */
  readonly alerts?: Readonly<Record<string, SystemAlert>>;
  readonly dashboards?: readonly DashboardSpec[];
  /** What the system's pages report. @default nothing, and nobody may send anything */
  readonly browser?: BrowserSpec;
}
