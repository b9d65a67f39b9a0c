import assert from "node:assert/strict";
import { requireTlsOnListeners } from "../../policies/rules/tls/require-tls-on-listeners";
import { requireTlsOnRoutes } from "../../policies/rules/tls/require-tls-on-routes";
import { judge, unknownObject, unknownString, withChange } from "../support/policy";

const GATEWAY = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const clean = { violations: [], undecided: undefined };

const gateway = {
  spec: {
    listeners: [
      { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } },
      {
        name: "https-daira",
        port: 443,
        protocol: "HTTPS",
        tls: { mode: "Terminate", certificateRefs: [{ name: "daira" }] },
      },
    ],
  },
};
const listener = (index: number, ...rest: (string | number)[]): (string | number)[] => [
  "spec",
  "listeners",
  index,
  ...rest,
];

describe(requireTlsOnListeners.name, () => {
  const cases: readonly (readonly [
    string,
    readonly (string | number)[],
    unknown,
    RegExp | undefined,
    string?,
  ])[] = [
    [
      "passes TLS through without a certificate of its own",
      listener(1, "tls"),
      { mode: "Passthrough" },
      undefined,
    ],
    [
      "takes an HTTP listener that lets only its own namespace in by default",
      listener(0, "allowedRoutes"),
      undefined,
      undefined,
    ],
    [
      "refuses an HTTP listener open to all namespaces",
      listener(0, "allowedRoutes", "namespaces", "from"),
      "All",
      /listeners\[http\] takes plain HTTP from routes of namespaces "All"/,
    ],
    [
      "refuses an HTTP listener open to selected namespaces",
      listener(0, "allowedRoutes", "namespaces", "from"),
      "Selector",
      /"Selector"/,
    ],
    [
      "refuses HTTPS without a tls block",
      listener(1, "tls"),
      undefined,
      /listeners\[https-daira\] terminates TLS without a certificate/,
    ],
    [
      "refuses HTTPS with an empty list of certificates",
      listener(1, "tls", "certificateRefs"),
      [],
      /without a certificate/,
    ],
    [
      "refuses certificates of the wrong type",
      listener(1, "tls", "certificateRefs"),
      "daira",
      /without a certificate/,
    ],
    ["refuses plain TCP", listener(1, "protocol"), "TCP", /protocol "TCP", which is not encrypted/],
    ["refuses a listener without a protocol", listener(1, "protocol"), undefined, /protocol absent/],
    [
      "does not decide on an unknown protocol",
      listener(1, "protocol"),
      unknownString,
      undefined,
      "spec.listeners.1.protocol",
    ],
    [
      "does not decide on unknown listeners",
      ["spec", "listeners"],
      unknownObject,
      undefined,
      "spec.listeners",
    ],
  ];
  it("passes the compliant gateway", () =>
    assert.deepEqual(judge(requireTlsOnListeners, GATEWAY, gateway), clean));
  for (const [title, path, value, expected, undecided] of cases) {
    it(title, () => {
      const verdict = judge(requireTlsOnListeners, GATEWAY, withChange(gateway, path, value));
      assert.equal(verdict.violations.length, expected === undefined ? 0 : 1, verdict.violations.join("\n"));
      if (expected !== undefined) assert.match(verdict.violations[0]!, expected);
      assert.equal(verdict.undecided, undecided);
    });
  }
  it("judges an Ingress by its tls block", () => {
    const type = "kubernetes:networking.k8s.io/v1:Ingress";
    assert.deepEqual(judge(requireTlsOnListeners, type, { spec: { tls: [{ hosts: ["a"] }] } }), clean);
    assert.match(judge(requireTlsOnListeners, type, { spec: {} }).violations[0]!, /no tls block/);
    assert.equal(judge(requireTlsOnListeners, type, { spec: { tls: unknownString } }).undecided, "spec.tls");
  });
  it("judges the listener of a load balancer by its protocol or its redirect", () => {
    const type = "aws:lb/listener:Listener";
    const redirect = [{ type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301" } }];
    assert.deepEqual(judge(requireTlsOnListeners, type, { protocol: "HTTPS" }), clean);
    assert.deepEqual(judge(requireTlsOnListeners, type, { protocol: "TCP", port: 443 }), clean);
    assert.deepEqual(
      judge(requireTlsOnListeners, type, { protocol: "HTTP", defaultActions: redirect }),
      clean,
    );
    assert.equal(
      judge(requireTlsOnListeners, type, { protocol: "HTTP", defaultActions: [{ type: "forward" }] })
        .violations.length,
      1,
    );
    assert.equal(judge(requireTlsOnListeners, type, { protocol: "TCP", port: 80 }).violations.length, 1);
    const tags = { "slipway:redirects-to": "https" };
    assert.deepEqual(judge(requireTlsOnListeners, type, { protocol: "TCP", port: 80, tags }), clean);
    assert.equal(
      judge(requireTlsOnListeners, type, { protocol: "TCP", port: 8080, tags }).violations.length,
      1,
    );
    assert.equal(
      judge(requireTlsOnListeners, type, { protocol: "TCP", port: 80, tags: { "slipway:redirects-to": "" } })
        .violations.length,
      1,
    );
    assert.equal(
      judge(requireTlsOnListeners, type, { protocol: "TCP", port: 80, tags: unknownString }).undecided,
      "tags",
    );
    assert.equal(judge(requireTlsOnListeners, type, {}).violations.length, 1);
    assert.equal(judge(requireTlsOnListeners, type, { protocol: unknownString }).undecided, "protocol");
  });
  it("leaves other kinds alone", () =>
    assert.deepEqual(
      judge(requireTlsOnListeners, "kubernetes:example.com/v1:Gateway", { spec: { listeners: [{}] } }),
      clean,
    ));
});

const route = {
  spec: {
    parentRefs: [{ name: "public", namespace: "edge", sectionName: "https-daira" }],
    rules: [{ backendRefs: [{ name: "api", port: 80 }] }],
  },
};
const redirecting = {
  spec: {
    parentRefs: [{ name: "public", sectionName: "http" }],
    rules: [{ filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https" } }] }],
  },
};

describe(requireTlsOnRoutes.name, () => {
  const cases: readonly (readonly [
    string,
    object,
    readonly (string | number)[],
    unknown,
    RegExp | undefined,
    string?,
  ])[] = [
    [
      "refuses a route that names no listener",
      route,
      ["spec", "parentRefs", 0, "sectionName"],
      undefined,
      /attaches to listener absent, which may be plain HTTP/,
    ],
    [
      "refuses a route on the plain listener",
      route,
      ["spec", "parentRefs", 0, "sectionName"],
      "http",
      /listener "http"/,
    ],
    [
      "refuses a listener name of the wrong type",
      route,
      ["spec", "parentRefs", 0, "sectionName"],
      443,
      /listener 443/,
    ],
    [
      "lets routes between services of a mesh be",
      route,
      ["spec", "parentRefs", 0],
      { kind: "Service", name: "api" },
      undefined,
    ],
    [
      "refuses a redirect that stays on http",
      redirecting,
      ["spec", "rules", 0, "filters", 0, "requestRedirect", "scheme"],
      "http",
      /listener "http"/,
    ],
    [
      "refuses a redirect without a scheme",
      redirecting,
      ["spec", "rules", 0, "filters", 0, "requestRedirect", "scheme"],
      undefined,
      /listener "http"/,
    ],
    [
      "refuses a second rule that does not redirect",
      redirecting,
      ["spec", "rules", 1],
      { backendRefs: [] },
      /listener "http"/,
    ],
    [
      "refuses a route without rules on the plain listener",
      redirecting,
      ["spec", "rules"],
      [],
      /listener "http"/,
    ],
    [
      "does not decide on an unknown listener",
      route,
      ["spec", "parentRefs", 0, "sectionName"],
      unknownString,
      undefined,
      "spec.parentRefs.0.sectionName",
    ],
  ];
  it("passes a route on an HTTPS listener", () =>
    assert.deepEqual(judge(requireTlsOnRoutes, ROUTE, route), clean));
  it("passes a route on the plain listener that only redirects", () =>
    assert.deepEqual(judge(requireTlsOnRoutes, ROUTE, redirecting), clean));
  for (const [title, fixture, path, value, expected, undecided] of cases) {
    it(title, () => {
      const verdict = judge(requireTlsOnRoutes, ROUTE, withChange(fixture, path, value));
      assert.equal(verdict.violations.length, expected === undefined ? 0 : 1, verdict.violations.join("\n"));
      if (expected !== undefined) assert.match(verdict.violations[0]!, expected);
      assert.equal(verdict.undecided, undecided);
    });
  }
  it("leaves other kinds alone", () =>
    assert.deepEqual(
      judge(requireTlsOnRoutes, "kubernetes:example.com/v1:HTTPRoute", { spec: { parentRefs: [{}] } }),
      clean,
    ));
});
