import assert from "node:assert/strict";
import { headersOf, securityHeaders } from "../../../components/spec/headers";
import type { SystemSpec } from "../../../components/spec/types";
import { contradictions } from "../../../components/spec/validate";
import { changed } from "./contradictions";
import type { Change } from "./contradictions";
import { shop } from "./fixtures";

/** The shop with limits, headers and a bucket: each case changes one thing in it. */
const guarded: SystemSpec = {
  ...shop,
  routes: shop.routes!.map((route, index) => (index === 0 ? { ...route, rateLimit: "api" } : route)),
  rateLimits: { api: { requests: 30, per: "second" } },
  headers: { "X-Frame-Options": "SAMEORIGIN" },
  cdn: { cache: [{ path: "/assets", edge: "30d", browser: "1h" }] },
  buckets: { artifacts: { purpose: "Build artifacts", keepVersionsDays: 30 } },
};
const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`X-Own-${index}`, "1"]));

const cases: [title: string, change: Change, field: string, allowed: RegExp][] = [
  [
    "a limit that is not there, naming the nearest",
    ["apy", "routes", 0, "rateLimit"],
    "routes[0].rateLimit",
    /^one of rateLimits: api \(did you mean "api"\?\)$/,
  ],
  [
    "a limit that no route names",
    [{ requests: 1, per: "hour" }, "rateLimits", "spare"],
    "rateLimits",
    /a route names/,
  ],
  ["a limit of no requests", [0, "rateLimits", "api", "requests"], "rateLimits.api.requests", /1 to 1000000/],
  [
    "a limit per nothing that we know",
    ["secnd", "rateLimits", "api", "per"],
    "rateLimits.api.per",
    /second, minute, hour \(did you mean "second"\?\)/,
  ],
  [
    "a limit's name that is no label",
    [{ requests: 1, per: "hour" }, "rateLimits", "My_Limit"],
    "rateLimits",
    /DNS label/,
  ],
  [
    "a cached path that would be quoted",
    ['/a"b', "cdn", "cache", 0, "path"],
    "cdn.cache[0].path",
    /segments like \/assets/,
  ],
  [
    "a cached path with a slash at its end",
    ["/assets/", "cdn", "cache", 0, "path"],
    "cdn.cache[0].path",
    /without a slash at the end/,
  ],
  [
    "one cached path twice",
    [{ path: "/assets", edge: "1d", browser: "1d" }, "cdn", "cache", 1],
    "cdn.cache[1].path",
    /each path once/,
  ],
  [
    "a file that is kept for two years",
    ["730d", "cdn", "cache", 0, "edge"],
    "cdn.cache[0].edge",
    /whole seconds, at most 365d/,
  ],
  [
    "a file that is kept for half a second",
    ["500ms", "cdn", "cache", 0, "browser"],
    "cdn.cache[0].browser",
    /whole seconds/,
  ],
  ["a span without a unit", ["60", "cdn", "cache", 0, "edge"], "cdn.cache[0].edge", /./],
  [
    "a silence that no load balancer waits for",
    ["2h", "routes", 1, "idleTimeout"],
    "routes[1].idleTimeout",
    /at most 1h/,
  ],
  ["a silence of no length", ["0s", "routes", 1, "idleTimeout"], "routes[1].idleTimeout", /positive/],
  ["a body that fills a proxy", ["1Gi", "routes", 0, "bodyLimit"], "routes[0].bodyLimit", /at most 64Mi/],
  ["a body without a unit", ["16M", "routes", 0, "bodyLimit"], "routes[0].bodyLimit", /Mi/],
  [
    "a body limit of a websocket",
    ["1Mi", "routes", 1, "bodyLimit"],
    "routes[1].bodyLimit",
    /websocket streams/,
  ],
  ["a header that is none", ["x", "headers", "X Frame"], "headers", /letters, digits and -/],
  ["one header in two cases", ["DENY", "headers", "x-frame-options"], "headers", /each header once/],
  ["a header of the connection", ["close", "headers", "Connection"], "headers", /one connection/],
  [
    "a header that would start another",
    ["a\r\nSet-Cookie: b", "headers", "X-Own"],
    "headers.X-Own",
    /printable ASCII/,
  ],
  ["an empty header", ["", "headers", "X-Own"], "headers.X-Own", /null for none/],
  [
    "no HSTS",
    [null, "headers", "Strict-Transport-Security"],
    "headers.Strict-Transport-Security",
    /HTTPS alone/,
  ],
  [
    "HSTS of a day",
    ["max-age=86400", "headers", "strict-transport-security"],
    "headers.strict-transport-security",
    /31536000/,
  ],
  ["more headers than a filter sets", [many, "headers"], "headers", /at most 16 together/],
  [
    "a bucket for nothing",
    ["", "buckets", "artifacts", "purpose"],
    "buckets.artifacts.purpose",
    /what it is for/,
  ],
  [
    "a bucket whose purpose is no tag",
    ["a, b", "buckets", "artifacts", "purpose"],
    "buckets.artifacts.purpose",
    /becomes a tag/,
  ],
  [
    "a bucket's name that leaves no room for the system's",
    [{ purpose: "x" }, "buckets", "a".repeat(25)],
    "buckets",
    /at most 24 characters/,
  ],
  [
    "a bucket that keeps versions for no day",
    [0, "buckets", "artifacts", "keepVersionsDays"],
    "buckets.artifacts.keepVersionsDays",
    /1 to 3650/,
  ],
  [
    "a bucket whose objects expire in half a day",
    [0.5, "buckets", "artifacts", "expireAfterDays"],
    "buckets.artifacts.expireAfterDays",
    /1 to 3650/,
  ],
];

describe("the edge of a spec", () => {
  it("is sound with limits, headers and buckets", () => {
    assert.deepEqual(contradictions(guarded), []);
  });

  for (const [title, change, field, allowed] of cases) {
    it(`is refused with ${title}`, () => {
      const found = contradictions(changed(change, guarded));
      const named = found.filter((one) => one.field === field && allowed.test(one.allowed));
      assert.equal(named.length, 1, JSON.stringify(found));
    });
  }

  it("is refused with all its mistakes at once", () => {
    const twice = changed(
      ["apy", "routes", 0, "rateLimit"],
      changed(["9h", "routes", 1, "idleTimeout"], guarded),
    );
    assert.deepEqual(
      contradictions(twice).map(({ field }) => field),
      ["routes[0].rateLimit", "routes[1].idleTimeout", "rateLimits"],
    );
  });

  it("takes what stands exactly on a bound", () => {
    const bounds: Change[] = [
      ["1h", "routes", 1, "idleTimeout"],
      ["64Mi", "routes", 0, "bodyLimit"],
      ["max-age=31536000", "headers", "Strict-Transport-Security"],
      [1_000_000, "rateLimits", "api", "requests"],
    ];
    for (const change of bounds) assert.deepEqual(contradictions(changed(change, guarded)), []);
  });
});

describe("the headers of a system", () => {
  it("are the platform's own, without the retired filter of browsers", () => {
    assert.deepEqual(headersOf({}), {
      "Referrer-Policy": "strict-origin-when-cross-origin",
      "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
      "X-XSS-Protection": "0",
    });
  });

  it("are overridden by the spec in any case, and left out by null", () => {
    const headers = headersOf({
      headers: {
        "x-frame-options": "SAMEORIGIN",
        "X-XSS-Protection": null,
        "Content-Security-Policy": "default-src 'self'",
      },
    });
    assert.deepEqual(Object.entries(headers), [
      ["Content-Security-Policy", "default-src 'self'"],
      ["Referrer-Policy", securityHeaders["Referrer-Policy"]],
      ["Strict-Transport-Security", securityHeaders["Strict-Transport-Security"]],
      ["X-Content-Type-Options", "nosniff"],
      ["x-frame-options", "SAMEORIGIN"],
    ]);
  });
});
