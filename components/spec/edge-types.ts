import type { Bytes, Duration } from "./units";

/** One path of a system's public host, and how requests to it are treated at the edge. */
export interface RouteSpec {
  /** Path prefix, matched by whole segments: `/api` takes `/api/users`, not `/apis`. */
  readonly path: string;
  /** A service of the system that has a port. */
  readonly to: string;
  /** Long-lived connections: the route's request timeout is off, and its bodies are streamed, not counted. */
  readonly websocket?: boolean;
  /** Longest that a request may take. @default 30s */
  readonly timeout?: Duration;
  /**
   * Longest silence on an open request or connection; at most 1h, for the load balancers cut after that.
   *
   * @default 1h
   */
  readonly idleTimeout?: Duration;
  /** Largest body of a request; a larger one is answered with 413. Not with `websocket`. @default 1Mi */
  readonly bodyLimit?: Bytes;
  /** Name of one of the system's `rateLimits`. @default no limit */
  readonly rateLimit?: string;
}

/**
 * How often one client address may ask. What is above is answered with 429. A bucket holds `requests` and is filled
 * again each `per`, so `{ requests: 600, per: "minute" }` lets a page load many files at once where
 * `{ requests: 10, per: "second" }` does not, at the same mean. Each proxy of the edge counts for itself.
 */
export interface RateLimit {
  /** 1 to 1,000,000. */
  readonly requests: number;
  readonly per: "second" | "minute" | "hour";
}

/** A bucket for files that belong to a system but not into its pods: versioned, encrypted, by TLS alone. */
export interface BucketSpec {
  /** What it is for, in one line. */
  readonly purpose: string;
  /** Days after which an object goes. @default never */
  readonly expireAfterDays?: number;
  /** Days for which a version that was overwritten or deleted can still be had. @default 30 */
  readonly keepVersionsDays?: number;
}

/** What a CDN in front of the system keeps; only a stack that has one in its config does. */
export interface CdnSpec {
  readonly cache: readonly CachedPath[];
}

/** Files that never change under one name. */
export interface CachedPath {
  /** Path prefix by whole segments: `/assets` takes `/assets/app.js`, not `/assets2`. */
  readonly path: string;
  /** How long the CDN keeps them; at most 365d. */
  readonly edge: Duration;
  /** How long a browser keeps them; at most 365d. */
  readonly browser: Duration;
}
