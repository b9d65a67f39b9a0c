import assert from "node:assert/strict";
import { intersect } from "../../../rehearsal/integrity/gateway-api";
import type { Breaking } from "./change";
import { findings, remove } from "./change";
import { object } from "./fixture";

const grant = object("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "routes", {
  metadata: { namespace: "other" },
  spec: {
    from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace: "shop" }],
    to: [{ group: "", kind: "Service", name: "far" }],
  },
});
const far = object("v1", "Service", "far", {
  metadata: { namespace: "other" },
  spec: { ports: [{ port: 80 }] },
});
const farBackend = { name: "far", namespace: "other", port: 80 };
const farSecret = object("v1", "Secret", "public-tls", {
  metadata: { namespace: "other" },
  data: { "tls.crt": "", "tls.key": "" },
});

const breaking: Readonly<Record<string, readonly Breaking[]>> = {
  routes: [
    {
      name: "a Gateway that does not exist",
      change: (get) => (get("HTTPRoute", "web").spec.parentRefs[0].name = "gone"),
      finds: [
        'HTTPRoute/web: spec.parentRefs[gone] names Gateway "gone", which does not exist in namespace "edge"',
      ],
    },
    {
      name: "a listener that the Gateway does not have",
      change: (get) => (get("HTTPRoute", "web").spec.parentRefs[0].sectionName = "tls"),
      finds: [
        'HTTPRoute/web: spec.parentRefs[public] names listener "tls" of Gateway "public", which has none such',
      ],
    },
    {
      name: "a port that no listener of the Gateway has",
      change: (get) =>
        (get("HTTPRoute", "web").spec.parentRefs[0] = { name: "public", namespace: "edge", port: 8443 }),
      finds: [
        'HTTPRoute/web: spec.parentRefs[public] names port 8443 of Gateway "public", which has none such',
      ],
    },
    {
      name: "a listener that takes no routes of this namespace by its selector",
      change: (get) => delete get("Namespace", "shop").metadata.labels.edge,
      finds: [
        'HTTPRoute/web: spec.parentRefs[public] is refused by Gateway "public": listener "https" takes no routes of namespace "shop"',
      ],
    },
    {
      name: "a listener that takes only routes of its own namespace, as is the default",
      change: (get) => (get("HTTPRoute", "web").spec.parentRefs[0].sectionName = "http"),
      finds: [
        'HTTPRoute/web: spec.parentRefs[public] is refused by Gateway "public": listener "http" takes no routes of namespace "shop"',
      ],
    },
    {
      name: "a listener that takes no routes of this kind",
      change: (get) =>
        (get("Gateway", "public").spec.listeners[0].allowedRoutes.kinds = [{ kind: "GRPCRoute" }]),
      finds: [
        'HTTPRoute/web: spec.parentRefs[public] is refused by Gateway "public": listener "https" takes no HTTPRoute',
      ],
    },
    {
      name: "a hostname that no listener is for",
      change: (get) => {
        get("HTTPRoute", "web").spec.hostnames = ["shop.example.org"];
        delete get("HTTPRoute", "web").spec.parentRefs[0].sectionName;
      },
      finds: [
        `HTTPRoute/web: spec.parentRefs[public] is refused by Gateway "public": listener "https" is for "*.example.com", which is none of the route's hostnames, listener "http" takes no routes of namespace "shop"`,
      ],
    },
    {
      name: "a Service that does not exist",
      change: (get) => (get("HTTPRoute", "web").spec.rules[0].backendRefs[0].name = "gone"),
      finds: [
        'HTTPRoute/web: spec.rules[0].backendRefs[gone] names Service "gone", which does not exist in namespace "shop"',
      ],
    },
    {
      name: "a port that the Service does not have, although its pods do",
      change: (get) => (get("HTTPRoute", "web").spec.rules[0].backendRefs[0].port = 3000),
      finds: [
        'HTTPRoute/web: spec.rules[0].backendRefs[web] names port 3000, which Service "web" does not have',
      ],
    },
    {
      name: "a Service of another namespace without a ReferenceGrant",
      change: (get, objects) => (
        objects.push(far),
        (get("HTTPRoute", "web").spec.rules[0].backendRefs = [farBackend])
      ),
      finds: [
        'HTTPRoute/web: spec.rules[0].backendRefs[far] leads to namespace "other", where no ReferenceGrant allows it',
      ],
    },
    {
      name: "a Service of another namespace whose ReferenceGrant is for another one",
      change: (get, objects) => {
        const { spec, ...rest } = structuredClone(grant) as typeof grant & { spec: { to: object[] } };
        objects.push(far, { ...rest, spec: { ...spec, to: [{ group: "", kind: "Service", name: "near" }] } });
        get("HTTPRoute", "web").spec.rules[0].backendRefs = [farBackend];
      },
      finds: [
        'HTTPRoute/web: spec.rules[0].backendRefs[far] leads to namespace "other", where no ReferenceGrant allows it',
      ],
    },
    {
      name: "a Service of another namespace whose ReferenceGrant is in a third one",
      change: (get, objects) => {
        objects.push(far, { ...grant, metadata: { ...grant.metadata, namespace: "shop" } });
        get("HTTPRoute", "web").spec.rules[0].backendRefs = [farBackend];
      },
      finds: [
        'HTTPRoute/web: spec.rules[0].backendRefs[far] leads to namespace "other", where no ReferenceGrant allows it',
      ],
    },
    {
      name: "a mirror that does not exist",
      change: (get) =>
        (get("HTTPRoute", "web").spec.rules[0].filters = [
          { requestMirror: { backendRef: { name: "gone", port: 1 } } },
        ]),
      finds: [
        'HTTPRoute/web: spec.rules[0].filters[0].requestMirror names Service "gone", which does not exist in namespace "shop"',
      ],
    },
    {
      name: "a filter of another kind that does not exist",
      change: remove("HTTPRouteFilter", "limit"),
      finds: [
        'HTTPRoute/web: spec.rules[0].filters[0].extensionRef names HTTPRouteFilter "limit", which does not exist in namespace "shop"',
      ],
    },
    {
      name: "a GRPCRoute's Gateway that does not exist",
      change: (_get, objects) =>
        objects.push(
          object("gateway.networking.k8s.io/v1", "GRPCRoute", "api", {
            metadata: { namespace: "shop" },
            spec: { parentRefs: [{ name: "gone" }] },
          }),
        ),
      finds: [
        'GRPCRoute/api: spec.parentRefs[gone] names Gateway "gone", which does not exist in namespace "shop"',
      ],
    },
  ],
  gateways: [
    {
      name: "a GatewayClass that does not exist",
      change: remove("GatewayClass", "envoy"),
      finds: ['Gateway/public: spec.gatewayClassName names GatewayClass "envoy", which does not exist'],
    },
    {
      name: "settings of a Gateway and of its class that do not exist",
      change: remove("EnvoyProxy", "proxy"),
      finds: [
        'Gateway/public: spec.infrastructure.parametersRef names EnvoyProxy "proxy", which does not exist in namespace "edge"',
        'GatewayClass/envoy: spec.parametersRef names EnvoyProxy "proxy", which does not exist in namespace "edge"',
      ],
    },
    {
      name: "a listener's Secret that neither exists nor is written by a Certificate",
      change: (get) => (get("Certificate", "public").spec.secretName = "other"),
      finds: [
        'Gateway/public: spec.listeners[https].tls.certificateRefs[public-tls] names Secret "public-tls", which does not exist in namespace "edge", and no Certificate writes it',
      ],
    },
    {
      name: "a listener's Secret that is written in another namespace",
      change: (get) => (get("Certificate", "public").metadata.namespace = "shop"),
      finds: [
        'Gateway/public: spec.listeners[https].tls.certificateRefs[public-tls] names Secret "public-tls", which does not exist in namespace "edge", and no Certificate writes it',
      ],
    },
    {
      name: "a listener's Secret without a key pair",
      change: (_get, objects) =>
        objects.push(
          object("v1", "Secret", "public-tls", { metadata: { namespace: "edge" }, data: { "tls.crt": "" } }),
        ),
      finds: [
        'Gateway/public: spec.listeners[https].tls.certificateRefs[public-tls] needs key "tls.key", which Secret "public-tls" does not have',
      ],
    },
    {
      name: "a listener's Secret of another namespace without a ReferenceGrant",
      change: (get, objects) => {
        objects.push(farSecret);
        get("Gateway", "public").spec.listeners[0].tls.certificateRefs[0].namespace = "other";
      },
      finds: [
        'Gateway/public: spec.listeners[https].tls.certificateRefs[public-tls] names a Secret of namespace "other", where no ReferenceGrant allows it',
      ],
    },
  ],
  certificates: [
    {
      name: "an issuer that does not exist",
      change: remove("ClusterIssuer", "acme"),
      finds: ['Certificate/public: spec.issuerRef names ClusterIssuer "acme", which does not exist'],
    },
    {
      name: "an issuer of another namespace",
      change: (get, objects) => {
        get("Certificate", "public").spec.issuerRef = { name: "own" };
        objects.push(
          object("cert-manager.io/v1", "Issuer", "own", { metadata: { namespace: "shop" }, spec: {} }),
        );
      },
      finds: [
        'Certificate/public: spec.issuerRef names Issuer "own", which does not exist in namespace "edge"',
      ],
    },
    {
      name: "an issuer's authority that does not exist",
      change: (_get, objects) =>
        objects.push(
          object("cert-manager.io/v1", "Issuer", "own", {
            metadata: { namespace: "edge" },
            spec: { ca: { secretName: "root" } },
          }),
        ),
      finds: ['Issuer/own: spec.ca.secretName names Secret "root", which does not exist in namespace "edge"'],
    },
  ],
  access: [
    {
      name: "a Role that does not exist",
      change: remove("Role", "web"),
      finds: ['RoleBinding/web: roleRef names Role "web", which does not exist in namespace "shop"'],
    },
    {
      name: "a ClusterRole that does not exist",
      change: remove("ClusterRole", "read"),
      finds: ['ClusterRoleBinding/read: roleRef names ClusterRole "read", which does not exist'],
    },
    {
      name: "a ServiceAccount that does not exist",
      change: (get) => (get("RoleBinding", "web").subjects[0].name = "gone"),
      finds: [
        'RoleBinding/web: subjects[gone] names ServiceAccount "gone", which does not exist in namespace "shop"',
      ],
    },
    {
      name: "a ServiceAccount of another namespace",
      change: (get) => (get("ClusterRoleBinding", "read").subjects[0].namespace = "edge"),
      finds: [
        'ClusterRoleBinding/read: subjects[web] names ServiceAccount "web", which does not exist in namespace "edge"',
      ],
    },
  ],
};

describe("checkIntegrity", () => {
  for (const [area, cases] of Object.entries(breaking)) {
    describe(area, () => {
      for (const { name, change, finds } of cases)
        it(`finds ${name}`, () => assert.deepEqual(findings(change), finds));
    });
  }
});

describe("intersect", () => {
  for (const [one, other, expected] of [
    ["a.example.com", "a.example.com", true],
    ["A.example.com", "a.EXAMPLE.com", true],
    ["a.example.com", "b.example.com", false],
    ["*.example.com", "a.example.com", true],
    ["a.example.com", "*.example.com", true],
    ["*.example.com", "a.b.example.com", true],
    ["*.example.com", "example.com", false],
    ["*.example.com", "*.b.example.com", true],
    ["*.example.com", "*.example.org", false],
    ["*.example.com", "a.badexample.com", false],
  ] as const) {
    it(`says ${expected} of ${one} and ${other}`, () => assert.equal(intersect(one, other), expected));
  }
});
