import { platformNamespaces } from "../../../components/common/namespaces";
import type { SystemSpec } from "../../../components/spec/types";
import { shop } from "./fixtures";

export type Change = [value: unknown, ...path: (string | number)[]];

/** The shop with one field set; `undefined` removes it. */
export function changed([value, ...path]: Change, base: SystemSpec = shop): SystemSpec {
  const copy = structuredClone(base) as unknown as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy as unknown as SystemSpec;
}

const api = shop.services["api"]!;
const db = shop.stores!["db"]!;
const probe = { path: "/x", periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 1 };

/** Title, the change that breaks the shop, the field that is named, and part of what is said to be allowed. */
// prettier-ignore
export const cases: [title: string, change: Change, field: string, allowed: RegExp][] = [
  ["a name that is no DNS label", ["Shop", "name"], "name", /DNS label/],
  ["a name of more than 20 characters", ["a".repeat(21), "name"], "name", /20/],
  ["an owner that is no label", ["", "owner"], "owner", /DNS label/],
  ["an unknown tier", ["gold", "tier"], "tier", /critical, standard/],
  [
    "an unknown strategy",
    ["yolo", "delivery", "strategy"],
    "delivery.strategy",
    /rolling, canary, blue-green, flag/,
  ],
  ["a namespace of the cluster", ["kube-system", "namespace"], "namespace", /kube-/],
  ["the default namespace", ["default", "namespace"], "namespace", /default/],
  ...Object.values(platformNamespaces).flatMap((taken): [string, Change, string, RegExp][] => [
    [`the namespace ${taken}`, [taken, "namespace"], "namespace", /the platform's own: /],
    [`the name ${taken}, whose namespace is the platform's`, [taken, "name"], "name", /the platform's own: /],
    [
      `the namespace ${taken} in one stage`,
      [taken, "stages", "staging", "namespace"],
      "stages.staging.namespace",
      /the platform's own: /,
    ],
  ]),
  [
    "an availability of 100 percent",
    [100, "objectives", "availability"],
    "objectives.availability",
    /below 100/,
  ],
  ["an availability that nobody could miss", [50, "objectives", "availability"], "objectives.availability", /above 90/],
  ["a quantile that nothing measures", ["1s", "objectives", "latency", "p50"], "objectives.latency.p50", /p95, p99/],
  ["a latency that nothing measures", [undefined, "objectives", "indicators"], "objectives.latency", /objectives\.indicators/],
  ["indicators of no service", ["apo", "objectives", "indicators", "service"], "objectives.indicators.service", /: api$/],
  ["indicators of a service that exposes nothing", ["web", "objectives", "indicators", "service"], "objectives.indicators.service", /: api$/],
  ["requests that no service counts", ["hits_total", "objectives", "indicators", "requests"], "objectives.indicators.requests", /: shop_requests_total$/],
  ["requests that are no counter", ["shop_open_carts", "objectives", "indicators", "requests"], "objectives.indicators.requests", /: shop_requests_total$/],
  ["errors that are no selector", ["rate(shop_requests_total[5m])", "objectives", "indicators", "errors"], "objectives.indicators.errors", /a counter/],
  ["errors that cannot be read", ["shop_requests_total{code=}", "objectives", "indicators", "errors"], "objectives.indicators.errors", /a counter/],
  ["a latency without a histogram", [undefined, "objectives", "indicators", "duration"], "objectives.indicators.duration", /: shop_seconds$/],
  ["a histogram that is none", ["shop_requests_total", "objectives", "indicators", "duration"], "objectives.indicators.duration", /: shop_seconds$/],
  ["a metric whose name Prometheus does not take", ["gauge", "services", "api", "metrics", "exposes", "shop-carts"], "services.api.metrics.exposes", /letters, digits/],
  ["a metric of an unknown type", ["number", "services", "api", "metrics", "exposes", "shop_carts"], "services.api.metrics.exposes.shop_carts", /counter, gauge/],
  ["a gauge of pages", ["gauge", "browser", "metrics", "heap"], "browser.metrics.heap", /counter or histogram/],
  ["a counter of pages without its ending", ["counter", "browser", "metrics", "page_errors"], "browser.metrics", /page_errors_total/],
  ["pages that measure nothing", [{}, "browser", "metrics"], "browser.metrics", /1 to 20/],
  ["a browser's metric of an unknown type", ["event", "browser", "metrics", "page_loads_total"], "browser.metrics.page_loads_total", /counter, gauge/],
  ["a latency without unit", ["500", "objectives", "latency", "p95"], "objectives.latency.p95", /500ms/],
  ["no services", [{}, "services"], "services", /at least one/],
  ["a service name that is no DNS label", [api, "services", "My_Api"], "services", /DNS label/],
  [
    "a service named like a party of the edge",
    [api, "services", "gateway"],
    "services",
    /other than gateway, dns, https/,
  ],
  [
    "a service named like the account of every namespace",
    [api, "services", "default"],
    "services",
    /other than/,
  ],
  [
    "an image with a tag",
    ["shop/api:1", "services", "api", "image"],
    "services.api.image",
    /without registry/,
  ],
  [
    "an image with a digest",
    ["shop/api@sha256:00", "services", "api", "image"],
    "services.api.image",
    /digest/,
  ],
  ["a port below 1024", [80, "services", "api", "port"], "services.api.port", /1024 to 65535/],
  ["a port above 65535", [65536, "services", "api", "port"], "services.api.port", /1024 to 65535/],
  ["a port that is no integer", [3000.5, "services", "api", "port"], "services.api.port", /integer/],
  [
    "a further port below 1024",
    [81, "services", "api", "ports", "metrics"],
    "services.api.ports.metrics",
    /1024/,
  ],
  [
    "two ports of one number",
    [3000, "services", "api", "ports", "metrics"],
    "services.api.ports.metrics",
    /not already "http"/,
  ],
  [
    "a further port named http",
    [3001, "services", "api", "ports", "http"],
    "services.api.ports.http",
    /another name/,
  ],
  [
    "a port name of more than 15 characters",
    [9091, "services", "api", "ports", "a".repeat(16)],
    `services.api.ports.${"a".repeat(16)}`,
    /15/,
  ],
  ["a Service port of 0", [0, "services", "web", "servicePort"], "services.web.servicePort", /1 to 65535/],
  [
    "a Service port without a port",
    [80, "services", "worker", "servicePort"],
    "services.worker.servicePort",
    /with a port/,
  ],
  [
    "a probe of a port that is not declared",
    [{ ...probe, port: "admin" }, "services", "api", "probes", "liveness"],
    "services.api.probes.liveness.port",
    /http, metrics/,
  ],
  [
    "a probe of a worker",
    [{ readiness: probe }, "services", "worker", "probes"],
    "services.worker.probes.readiness.port",
    /none/,
  ],
  [
    "a probe path without slash",
    [{ ...probe, path: "x" }, "services", "api", "probes", "startup"],
    "services.api.probes.startup.path",
    /\//,
  ],
  [
    "a probe that waits longer than its period",
    [{ ...probe, timeoutSeconds: 6 }, "services", "api", "probes", "readiness"],
    "services.api.probes.readiness.timeoutSeconds",
    /1 to 5/,
  ],
  [
    "a probe without failures",
    [{ ...probe, failureThreshold: 0 }, "services", "api", "probes", "readiness"],
    "services.api.probes.readiness.failureThreshold",
    /integer from 1/,
  ],
  [
    "metrics on a port that is not declared",
    [{ path: "/m", port: "x" }, "services", "api", "metrics"],
    "services.api.metrics.port",
    /http, metrics/,
  ],
  [
    "metrics every 1.5 seconds",
    ["1.5s", "services", "api", "metrics", "interval"],
    "services.api.metrics.interval",
    /whole number/,
  ],
  [
    "fewer than one replica",
    [0, "services", "worker", "replicas", "min"],
    "services.worker.replicas.min",
    /integer from 1/,
  ],
  ["half a replica", [1.5, "services", "api", "replicas", "min"], "services.api.replicas.min", /integer/],
  ["max below min", [1, "services", "api", "replicas", "max"], "services.api.replicas.max", /from min, 2/],
  [
    "replicas that vary without a target",
    [undefined, "services", "api", "scaleOn"],
    "services.api.scaleOn",
    /replicas\.max is above/,
  ],
  ["scaling on nothing", [{}, "services", "api", "scaleOn"], "services.api.scaleOn", /cpu or memory/],
  [
    "scaling on 0 percent",
    [0, "services", "api", "scaleOn", "cpu"],
    "services.api.scaleOn.cpu",
    /integer from 1/,
  ],
  [
    "a cpu limit below its request",
    [["500m", "250m"], "services", "api", "size", "cpu"],
    "services.api.size.cpu[1]",
    /at least the request, 500m/,
  ],
  [
    "a memory limit below its request",
    [["1Gi", "512Mi"], "services", "api", "size", "memory"],
    "services.api.size.memory[1]",
    /at least the request, 1Gi/,
  ],
  [
    "cpu in half millicores",
    [["0.5m", "1"], "services", "api", "size", "cpu"],
    "services.api.size.cpu[0]",
    /millicores/,
  ],
  [
    "memory without suffix",
    [["256", "512Mi"], "services", "api", "size", "memory"],
    "services.api.size.memory[0]",
    /Ki, Mi, Gi or Ti/,
  ],
  [
    "a variable with a dash",
    ["x", "services", "api", "env", "MY-VAR"],
    "services.api.env.MY-VAR",
    /letters, digits and _/,
  ],
  [
    "a store in env that does not exist",
    [{ store: "dbx", key: "url" }, "services", "api", "env", "DATABASE_URL"],
    "services.api.env.DATABASE_URL.store",
    /db, cache/,
  ],
  [
    "a key that no store has",
    [{ store: "db", key: "uri" }, "services", "api", "env", "DATABASE_URL"],
    "services.api.env.DATABASE_URL.key",
    /^host, port, username, password, database, url, readerHosts, ca$/,
  ],
  [
    "a secret in env that does not exist",
    [{ secret: "jwt" }, "services", "api", "env", "SESSION_SECRET"],
    "services.api.env.SESSION_SECRET.secret",
    /session/,
  ],
  [
    "an unknown part of the public address",
    [{ public: "port" }, "services", "api", "env", "ORIGIN"],
    "services.api.env.ORIGIN.public",
    /host, url/,
  ],
  [
    "a scratch directory with dots",
    [[{ path: "/a/../b", size: "1Mi" }], "services", "api", "scratch"],
    "services.api.scratch[0].path",
    /absolute path/,
  ],
  [
    "the root as scratch directory",
    [[{ path: "/", size: "1Mi" }], "services", "api", "scratch"],
    "services.api.scratch[0].path",
    /absolute path/,
  ],
  [
    "two scratch directories of one name",
    [
      [
        { path: "/a/b", size: "1Mi" },
        { path: "/a-b", size: "1Mi" },
      ],
      "services",
      "api",
      "scratch",
    ],
    "services.api.scratch[1].path",
    /told apart from \/a\/b/,
  ],
  [
    "a scratch directory of no size",
    [[{ path: "/a", size: "0Mi" }], "services", "api", "scratch"],
    "services.api.scratch[0].size",
    /positive/,
  ],
  [
    "reaching what does not exist",
    [["apx"], "services", "web", "reaches"],
    "services.web.reaches[0]",
    /^api, db, cache, https$/,
  ],
  [
    "reaching a service without port",
    [["worker"], "services", "web", "reaches"],
    "services.web.reaches[0]",
    /^api, db, cache, https$/,
  ],
  ["reaching itself", [["web"], "services", "web", "reaches"], "services.web.reaches[0]", /^api, db/],
  [
    "reaching a target twice",
    [["api", "api"], "services", "web", "reaches"],
    "services.web.reaches[1]",
    /once/,
  ],
  ["running as root", [0, "services", "api", "user"], "services.api.user", /from 1/],
  ["no time to stop", [0, "services", "api", "graceSeconds"], "services.api.graceSeconds", /1 to 3600/],
  ["an unknown kind of store", ["mysql", "stores", "db", "kind"], "stores.db.kind", /postgres, redis/],
  ["a version that is not pinned", ["16", "stores", "db", "version"], "stores.db.version", /^15$/],
  ["a version of another kind", ["15", "stores", "cache", "version"], "stores.cache.version", /7, 8/],
  ["storage in a decimal suffix", ["10G", "stores", "db", "storage"], "stores.db.storage", /Gi/],
  [
    "a store's cpu limit below its request",
    [["1", "100m"], "stores", "db", "size", "cpu"],
    "stores.db.size.cpu[1]",
    /at least the request, 1/,
  ],
  [
    "a store's memory of no size",
    ["0Mi", "stores", "db", "size", "memory"],
    "stores.db.size.memory",
    /positive/,
  ],
  [
    "redis that does not say if it keeps data",
    [undefined, "stores", "cache", "persistence"],
    "stores.cache.persistence",
    /aof, none/,
  ],
  [
    "postgres with redis's persistence",
    ["aof", "stores", "db", "persistence"],
    "stores.db.persistence",
    /always keeps/,
  ],
  ["redis with a database name", ["x", "stores", "cache", "database"], "stores.cache.database", /numbers/],
  [
    "a database name that needs quoting",
    ["my-db", "stores", "db", "database"],
    "stores.db.database",
    /lower-case/,
  ],
  ["a store named like a service", [db, "stores", "api"], "stores", /no service has/],
  ["a store named like the members of another", [db, "stores", "db-members"], "stores", /db-members/],
  ["a secret of 15 characters", [15, "secrets", "session", "length"], "secrets.session.length", /16 to 128/],
  ["a route to no service", ["apx", "routes", 0, "to"], "routes[0].to", /api, web \(did you mean "api"\?\)$/],
  [
    "a route to a service without port",
    ["worker", "routes", 0, "to"],
    "routes[0].to",
    /service with a port: api, web$/,
  ],
  ["a route to a store", ["db", "routes", 0, "to"], "routes[0].to", /api, web$/],
  ["two routes with one path", ["/", "routes", 0, "path"], "routes[2].path", /routes\[0\] does not have/],
  [
    "more routes to one service than an HTTPRoute takes",
    [Array.from({ length: 17 }, (_, index) => ({ path: `/${index}`, to: "web" })), "routes"],
    "routes",
    /at most 16/,
  ],
  ["a path without slash", ["api", "routes", 0, "path"], "routes[0].path", /segments/],
  [
    "a path that ends in a slash",
    ["/api/", "routes", 0, "path"],
    "routes[0].path",
    /without a slash at the end/,
  ],
  ["a timeout of no length", ["0s", "routes", 0, "timeout"], "routes[0].timeout", /positive/],
  ["a timeout of a websocket", ["5s", "routes", 1, "timeout"], "routes[1].timeout", /turns it off/],
  ["a host of one label", ["shop", "stages", "production", "host"], "stages.production.host", /two labels/],
  [
    "a host in capitals",
    ["Shop.example.com", "stages", "production", "host"],
    "stages.production.host",
    /lower case/,
  ],
  ["a stage without host though it has routes", [{}, "stages", "qa"], "stages.qa.host", /routes/],
  ["a domain that is no host", ["-x", "domain"], "domain", /host name/],
  [
    "counts for a service that does not exist",
    [{ apx: { min: 1, max: 1 } }, "stages", "staging", "replicas"],
    "stages.staging.replicas",
    /api, web, worker/,
  ],
  [
    "a stage's max below its min",
    [{ api: { min: 3, max: 2 } }, "stages", "staging", "replicas"],
    "stages.staging.replicas.api.max",
    /from min, 3/,
  ],
  [
    "variables for a service that does not exist",
    [{ apx: {} }, "stages", "staging", "env"],
    "stages.staging.env",
    /api, web, worker/,
  ],
  [
    "a stage's variable of an unknown secret",
    [{ api: { X: { secret: "y" } } }, "stages", "staging", "env"],
    "stages.staging.env.api.X.secret",
    /session/,
  ],
];
