import assert from "node:assert/strict";
import type { KubeObject } from "../../../rehearsal/kube/client";
import { checkIntegrity } from "../../../rehearsal/integrity";
import { compliant, object } from "./fixture";

const gatewayApi = "gateway.networking.k8s.io";

/** The fixture with policies about its gateway and its route, and a binding of its proxies. */
function guarded(change: (objects: Record<string, Loose>) => void = () => undefined): string[] {
  const added = {
    clients: object("gateway.envoyproxy.io/v1alpha1", "ClientTrafficPolicy", "clients", {
      metadata: { namespace: "edge" },
      spec: { targetRefs: [{ group: gatewayApi, kind: "Gateway", name: "public", sectionName: "https" }] },
    }),
    limits: object("gateway.envoyproxy.io/v1alpha1", "BackendTrafficPolicy", "limits", {
      metadata: { namespace: "shop" },
      spec: { targetRefs: [{ group: gatewayApi, kind: "HTTPRoute", name: "web", sectionName: "root" }] },
    }),
    binding: object("eks.amazonaws.com/v1", "TargetGroupBinding", "targets", {
      metadata: { namespace: "envoy" },
      spec: { serviceRef: { name: "proxies", port: 443 } },
    }),
  };
  const objects = [...compliant(), ...Object.values(added)];
  const of = (kind: string): Loose => objects.find((one) => one.kind === kind) as unknown as Loose;
  of("HTTPRoute").spec.rules[0].name = "root";
  of("EnvoyProxy").spec = { provider: { kubernetes: { envoyService: { name: "proxies" } } } };
  change({ ...added, objects, proxy: of("EnvoyProxy"), route: of("HTTPRoute") } as never);
  return checkIntegrity(objects).map(({ kind, name, message }) => `${kind}/${name}: ${message}`);
}

type Loose = any; // eslint-disable-line @typescript-eslint/no-explicit-any

describe("the integrity of the edge's policies", () => {
  it("finds nothing where each is about something", () => assert.deepEqual(guarded(), []));

  it("takes a Service that is there for the one of a binding", () => {
    const service = object("v1", "Service", "proxies", {
      metadata: { namespace: "envoy" },
      spec: { ports: [{ port: 443 }] },
    });
    const found = guarded(({ objects, proxy }) => {
      (objects as KubeObject[]).push(service);
      proxy.spec = {};
    });
    assert.deepEqual(found, []);
  });

  const cases: [title: string, change: Parameters<typeof guarded>[0], finding: string][] = [
    [
      "a policy about a Gateway that does not exist",
      ({ clients }) => (clients.spec.targetRefs[0].name = "gone"),
      'ClientTrafficPolicy/clients: spec.targetRefs[gone] names Gateway "gone", which does not exist in namespace "edge"',
    ],
    [
      "a policy about a listener that its Gateway does not have",
      ({ clients }) => (clients.spec.targetRefs[0].sectionName = "tls"),
      'ClientTrafficPolicy/clients: spec.targetRefs[public] names section "tls" of Gateway "public", which has none such',
    ],
    [
      "a policy about a route of another namespace",
      ({ limits }) => (limits.metadata.namespace = "edge"),
      'BackendTrafficPolicy/limits: spec.targetRefs[web] names HTTPRoute "web", which does not exist in namespace "edge"',
    ],
    [
      "a policy about a rule that its route does not name",
      ({ route }) => delete route.spec.rules[0].name,
      'BackendTrafficPolicy/limits: spec.targetRefs[web] names section "root" of HTTPRoute "web", which has none such',
    ],
    [
      "a binding of a Service that nothing makes",
      ({ binding }) => (binding.spec.serviceRef.name = "gone"),
      'TargetGroupBinding/targets: spec.serviceRef names Service "gone", which does not exist in namespace "envoy"',
    ],
    [
      "a binding of a port that no listener has",
      ({ binding }) => (binding.spec.serviceRef.port = 8443),
      'TargetGroupBinding/targets: spec.serviceRef names port 8443, which Service "proxies" does not have',
    ],
  ];
  for (const [title, change, finding] of cases) {
    it(`finds ${title}`, () => assert.deepEqual(guarded(change), [finding]));
  }
});
