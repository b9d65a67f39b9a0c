import { z } from "zod";
import { nearest } from "../../common/nearest";
import type { Report } from "../rules/report";
import type { BucketSpec, CachedPath, CdnSpec, RateLimit, RouteSpec, StageSpec, SystemSpec } from "../types";
import { alert, browser, dashboard, objectives } from "./monitoring";
import { list, number, object, record, text } from "./parts";
import type { Fields } from "./parts";
import { config, env, job, replicas, service } from "./services";

const route = object({
  path: text,
  to: text,
  websocket: z.boolean("true or false").optional(),
  timeout: text.optional(),
  idleTimeout: text.optional(),
  bodyLimit: text.optional(),
  rateLimit: text.optional(),
} satisfies Fields<RouteSpec>);

const rateLimit = object({ requests: number, per: text } satisfies Fields<RateLimit>);

const bucket = object({
  purpose: text,
  expireAfterDays: number.optional(),
  keepVersionsDays: number.optional(),
} satisfies Fields<BucketSpec>);

const cachedPath = object({ path: text, edge: text, browser: text } satisfies Fields<CachedPath>);
const cdn = object({ cache: list(cachedPath) } satisfies Fields<CdnSpec>);

/** Which fields a store has depends on its kind, which its rules know. */
const store = z.looseObject(
  {
    kind: text,
    version: text,
    storage: text,
    size: z.looseObject({ cpu: list(text), memory: text }, "an object"),
  },
  "an object",
);

const stage = object({
  host: text.optional(),
  namespace: text.optional(),
  replicas: record(replicas).optional(),
  env: record(env).optional(),
  config: record(record(text)).optional(),
} satisfies Fields<StageSpec>);

const system = object({
  name: text,
  owner: text,
  tier: text,
  namespace: text.optional(),
  domain: text.optional(),
  services: record(service),
  jobs: record(job).optional(),
  stores: record(store).optional(),
  config: record(config).optional(),
  routes: list(route).optional(),
  rateLimits: record(rateLimit).optional(),
  headers: record(z.union([text, z.null()], "a text or null")).optional(),
  buckets: record(bucket).optional(),
  cdn: cdn.optional(),
  secrets: record(object({ length: number })).optional(),
  stages: record(stage).optional(),
  delivery: object({ strategy: text }),
  objectives,
  alerts: record(alert).optional(),
  dashboards: list(dashboard).optional(),
  browser: browser.optional(),
} satisfies Fields<SystemSpec>);

/**
 * Reports fields that are missing, of the wrong type, or not known. The compiler says the same of a spec in
 * TypeScript, but nothing compiles a spec before it runs.
 */
export function checkShape(report: Report, spec: unknown): void {
  // What a stage adds to a spec is not the spec's own.
  const own = withoutHost(spec);
  const result = system.safeParse(own);
  for (const issue of result.error?.issues ?? []) {
    const field = formatField(issue.path);
    if (issue.code !== "unrecognized_keys") {
      report(field, lookUp(own, issue.path), issue.message);
      continue;
    }
    const known = issue.message.split(", ");
    for (const key of issue.keys) {
      const at = formatField([...issue.path, key]);
      report(
        at,
        lookUp(own, [...issue.path, key]),
        `no such field${nearest(key, known)}; known: ${issue.message}`,
      );
    }
  }
}

function withoutHost(spec: unknown): unknown {
  if (typeof spec !== "object" || spec === null) return spec;
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== "host"));
}

/** `routes[0].to`, `services.api.port`. */
function formatField(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`,
    )
    .join("");
}

function lookUp(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
