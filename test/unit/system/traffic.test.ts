import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { ruleName, trafficSpec } from "../../../components/system/traffic";
import type { RouteSpec, SystemSpec } from "../../../components/spec/types";
import { daira } from "../../../infra/systems/daira";
import { shop } from "../spec/fixtures";
import { render } from "./fixtures";

const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const TRAFFIC = "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy";

const limited: SystemSpec = { ...shop, rateLimits: { api: { requests: 30, per: "second" } } };
const target = (sectionName: string): object[] => [
  { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "api", sectionName },
];
const merged = { mergeType: "StrategicMerge" };

describe("the treatment of a route", () => {
  const cases: [title: string, route: RouteSpec, spec: object][] = [
    [
      "takes bodies of 1Mi where nothing is said",
      { path: "/api", to: "api" },
      { targetRefs: target("api"), ...merged, requestBuffer: { limit: "1Mi" } },
    ],
    [
      "takes the bodies that it names",
      { path: "/", to: "api", bodyLimit: "16Mi" },
      { targetRefs: target("root"), ...merged, requestBuffer: { limit: "16Mi" } },
    ],
    [
      "buffers nothing of a websocket, for that would turn upgrades off, and cuts it after an hour of silence",
      { path: "/live", to: "api", websocket: true },
      { targetRefs: target("live"), ...merged, timeout: { http: { streamIdleTimeout: "1h" } } },
    ],
    [
      "cuts a silent connection when it is told to",
      { path: "/live", to: "api", websocket: true, idleTimeout: "90s" },
      { targetRefs: target("live"), ...merged, timeout: { http: { streamIdleTimeout: "90s" } } },
    ],
    [
      "limits each client address, with one block a rule",
      { path: "/api", to: "api", rateLimit: "api" },
      {
        targetRefs: target("api"),
        ...merged,
        rateLimit: {
          local: {
            rules: ["0.0.0.0/0", "::/0"].map((value) => ({
              clientSelectors: [{ sourceCIDR: { type: "Distinct", value } }],
              limit: { requests: 30, unit: "Second" },
            })),
          },
        },
        requestBuffer: { limit: "1Mi" },
      },
    ],
  ];
  for (const [title, route, spec] of cases) {
    it(title, () => assert.deepEqual(trafficSpec(route, "api", limited), spec));
  }
});

describe("the name of a rule", () => {
  for (const [path, name] of [
    ["/", "root"],
    ["/api", "api"],
    ["/admin-area", "admin-area"],
  ] as const) {
    it(`of ${path} is ${name}`, () => assert.equal(ruleName(path), name));
  }

  for (const [path, head] of [
    ["/socket.io", /^socket-io-[0-9a-f]{8}$/],
    ["/api/v1", /^api-v1-[0-9a-f]{8}$/],
    ["/API", /^api-[0-9a-f]{8}$/],
    ["/root", /^root-[0-9a-f]{8}$/],
    ["/~", /^path-[0-9a-f]{8}$/],
  ] as const) {
    it(`of ${path} ends in a hash, for another path reads like it`, () => assert.match(ruleName(path), head));
  }

  it("is a label of its own for each path", () => {
    const segment = fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+,;=:@-]{1,60}$/);
    const path = fc.array(segment, { maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 2, maxLength: 8 }), (paths) => {
        const names = paths.map(ruleName);
        assert.equal(new Set(names).size, paths.length);
        for (const name of names) assert.match(name, /^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/);
      }),
    );
  });
});

describe("the routes of a system", () => {
  it("have a policy each in the system's namespace, there before the first request is let through", async () => {
    const all = await render(daira);
    const policies = all.ofType(TRAFFIC);
    assert.deepEqual(policies.map(({ name }) => name).sort(), [
      "daira-backend-api-traffic",
      `daira-backend-${ruleName("/socket.io")}-traffic`,
      "daira-frontend-root-traffic",
    ]);
    for (const { inputs, name, parent } of policies) {
      assert.equal(inputs["metadata"].namespace, "daira", name);
      assert.match(parent, /slipway:system:System/);
    }
    const backend = all.one(ROUTE, "daira-backend-route");
    for (const policy of policies.filter(({ name }) => name.startsWith("daira-backend-")))
      assert.ok(backend.dependsOn.includes(policy.urn), policy.name);
    assert.ok(backend.dependsOn.some((urn) => urn.includes("daira-backend-deployment")));
  });

  it("wait for the controllers that bring their kinds", async () => {
    // Read while the system is made, for no resource can be made before.
    const args = {
      get edge() {
        return {
          gateway: { name: pulumi.output("edge"), namespace: pulumi.output("edge") },
          httpsListener: () => "https",
          podSelector: {},
          podNamespace: "envoy-gateway-system",
          controllers: [new k8s.core.v1.ConfigMap("controllers")],
        };
      },
    };
    const all = await render(shop, { args });
    const controller = all.one("kubernetes:core/v1:ConfigMap", "controllers").urn;
    for (const { name, dependsOn } of [...all.ofType(TRAFFIC), ...all.ofType(ROUTE)])
      assert.ok(dependsOn.includes(controller), name);
  });

  it("name every rule that a policy is about", async () => {
    const all = await render(shop);
    for (const { inputs, name } of all.ofType(TRAFFIC)) {
      const [ref] = inputs["spec"].targetRefs as { name: string; sectionName: string }[];
      const { rules } = all.one(ROUTE, `shop-${ref!.name}-route`).inputs["spec"] as {
        rules: { name: string }[];
      };
      assert.equal(rules.filter((rule) => rule.name === ref!.sectionName).length, 1, name);
    }
  });

  it("limit DAIRA's API to 30 a second and its pages to 10, each by address", async () => {
    const all = await render(daira);
    const limits = Object.fromEntries(
      all
        .ofType(TRAFFIC)
        .map(({ name, inputs }) => [
          name,
          (inputs["spec"].rateLimit.local.rules as { limit: object }[]).map(({ limit }) => limit),
        ]),
    );
    const twice = (requests: number): object[] => [1, 2].map(() => ({ requests, unit: "Second" }));
    assert.deepEqual(limits["daira-backend-api-traffic"], twice(30));
    assert.deepEqual(limits["daira-frontend-root-traffic"], twice(10));
  });

  it("set the platform's security headers, and the document's own over them", async () => {
    const all = await render(daira);
    const headers = {
      "Referrer-Policy": "no-referrer-when-downgrade",
      "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "SAMEORIGIN",
      "X-XSS-Protection": "0",
    };
    for (const { inputs, name } of all.ofType(ROUTE)) {
      for (const rule of inputs["spec"].rules as { filters: object[] }[]) {
        assert.deepEqual(
          rule.filters,
          [
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: {
                set: Object.entries(headers).map(([key, value]) => ({ name: key, value })),
              },
            },
          ],
          name,
        );
      }
    }
  });
});
