import assert from "node:assert/strict";
import { findSystem } from "../../../infra/systems";
import { stackFile } from "../../support/program";
import { operatedPods, podsOf, requestsOf, sum, times } from "../../support/requests";
import type { Requests, Sized } from "../../support/requests";
import { recordStack } from "../../support/stack";
import type { Recording } from "../../support/recorder";

type Replicated = Sized & { readonly replicaCount: number };
interface Proxy {
  readonly provider: {
    readonly kubernetes: {
      readonly envoyDeployment: { readonly replicas: number; readonly container: Sized };
    };
  };
}
interface Charts {
  readonly "envoy-gateway": {
    readonly deployment: { readonly replicas: number; readonly envoyGateway: Sized };
  };
  readonly "cert-manager": Replicated & { readonly webhook: Replicated; readonly cainjector: Replicated };
}

/** Pods of the edge: the proxies, and the controllers that its charts install. */
function edgePods({ one, ofType }: Recording<unknown>): readonly (readonly [string, Requests])[] {
  const proxy = one("kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy").inputs["spec"] as Proxy;
  const { envoyDeployment } = proxy.provider.kubernetes;
  const charts: Record<string, unknown> = Object.fromEntries(
    ofType("kubernetes:helm.sh/v3:Release").map(({ inputs }) => [inputs["name"], inputs["values"]]),
  );
  // The last one makes definitions alone, and no pod.
  assert.deepEqual(Object.keys(charts).sort(), ["cert-manager", "envoy-gateway", "prometheus-operator-crds"]);
  const { "envoy-gateway": gateway, "cert-manager": certManager } = charts as unknown as Charts;
  const replicated = (values: Replicated): Requests => times(values.replicaCount, requestsOf(values));
  return [
    ["proxies", times(envoyDeployment.replicas, requestsOf(envoyDeployment.container))],
    ["envoy-gateway", times(gateway.deployment.replicas, requestsOf(gateway.deployment.envoyGateway))],
    ["cert-manager", replicated(certManager)],
    ["cert-manager's webhook", replicated(certManager.webhook)],
    ["cert-manager's injector", replicated(certManager.cainjector)],
  ];
}

const five = ["daira", "dwcp", "kova", "noa", "omnitide"];

describe("a laptop of 4 cores and 8 GiB", function () {
  this.timeout(60_000);
  let named: readonly string[];
  let pods: ReadonlyMap<string, Requests>;
  before(async () => {
    // Whoever adds one of his own to the stack's file may have to leave others out of it.
    const recording = await recordStack("local", { systems: five });
    named = recording.ofType("slipway:system:System").map(({ name }) => name);
    pods = new Map([...podsOf(recording), ...edgePods(recording), ...operatedPods(recording)]);
  });

  it("runs the five systems of the documents, which its file names", () => {
    assert.deepEqual([...named].sort(), five);
    const own = stackFile("local")["slipway:systems"] as readonly string[];
    assert.deepEqual(
      five.filter((name) => !own.includes(name)),
      [],
    );
  });

  it("is asked for whole numbers by every kind of pod", () => {
    for (const [name, { cpu, memory }] of pods) {
      assert.ok(Number.isInteger(cpu) && cpu > 0 && Number.isInteger(memory) && memory > 0, name);
    }
    const specs = named.map(findSystem);
    const stores = specs.flatMap((spec) => Object.keys(spec.stores ?? {}));
    const services = specs.flatMap((spec) => Object.keys(spec.services));
    assert.equal(pods.size, stores.length + services.length + 5 + 11);
  });

  it("has room for all systems with their stores, the edge and what watches them, at the fewest replicas", () => {
    const { cpu, memory } = sum([...pods.values()]);
    const table = [...pods].map(([name, each]) => `${name} ${each.cpu}m ${each.memory / 1024 ** 2}Mi`);
    assert.ok(cpu <= 4000, `${cpu}m of 4000m: ${table.join(", ")}`);
    assert.ok(memory <= 8 * 1024 ** 3, `${memory / 1024 ** 2}Mi of 8192Mi: ${table.join(", ")}`);
  });
});
