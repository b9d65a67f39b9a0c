import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { toolObjects } from "../../../components/monitoring/tool";
import type { ToolPlan } from "../../../components/monitoring/tool";
import type { Recording } from "../../support/recorder";
import { recordOn } from "./prometheus/fixtures";

const SERVICE = "kubernetes:core/v1:Service";
const MONITOR = "kubernetes:monitoring.coreos.com/v1:ServiceMonitor";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";
const labels = { "app.kubernetes.io/part-of": "slipway", "app.kubernetes.io/name": "loom" };

function recordTool(changes: Partial<ToolPlan> = {}): Promise<Recording<unknown>> {
  const plan: ToolPlan = {
    tool: "loom",
    ports: { http: 8080, admin: 9000 },
    replicas: 1,
    ingress: [],
    egress: [],
    ...changes,
  };
  return recordOn((site) => {
    const parent = new pulumi.ComponentResource("test:index:Tool", "loom");
    toolObjects(site, "loom", plan, parent);
  });
}

describe("what all tools of monitoring have alike", () => {
  it("are an account without a token, a Service, a policy and a monitor, and a budget for a pair", async () => {
    const one = await recordTool();
    assert.deepEqual(one.counts(), {
      "test:index:Tool": 1,
      "pulumi:providers:kubernetes": 1,
      "kubernetes:core/v1:ConfigMap": 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      [SERVICE]: 1,
      [POLICY]: 1,
      [MONITOR]: 1,
    });
    assert.equal(one.one("kubernetes:core/v1:ServiceAccount").inputs["automountServiceAccountToken"], false);
    const two = await recordTool({ replicas: 2 });
    assert.deepEqual(two.one(BUDGET).inputs["spec"], {
      maxUnavailable: 1,
      selector: { matchLabels: labels },
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
  });

  it("let Prometheus in at the ports that are scraped, and nobody else anywhere", async () => {
    const ingress = async (changes: Partial<ToolPlan>): Promise<unknown> =>
      (await recordTool(changes)).one(POLICY).inputs["spec"].ingress;
    const scraping = (...ports: number[]): unknown => ({
      from: [
        {
          podSelector: {
            matchLabels: { "app.kubernetes.io/part-of": "slipway", "app.kubernetes.io/name": "prometheus" },
          },
        },
      ],
      ports: ports.map((port) => ({ protocol: "TCP", port })),
    });
    assert.deepEqual(await ingress({}), [scraping(8080)]);
    assert.deepEqual(await ingress({ monitor: [{ port: "http" }, { port: "admin" }] }), [
      scraping(8080, 9000),
    ]);
    const own = { from: [{ podSelector: {} }] };
    assert.deepEqual(await ingress({ ingress: [own] }), [scraping(8080), own]);
    const closed = await recordTool({ monitor: "none" });
    assert.deepEqual(closed.one(POLICY).inputs["spec"], {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress", "Egress"],
    });
    assert.deepEqual(closed.ofType(MONITOR), []);
  });

  it("are scraped by the Service's labels in the namespace of monitoring, once the kind is there", async () => {
    const made = await recordTool({ monitor: { port: "admin", path: "/own", honorLabels: true } });
    const monitor = made.one(MONITOR);
    assert.deepEqual(monitor.inputs["spec"], {
      selector: { matchLabels: labels },
      namespaceSelector: { matchNames: ["monitoring"] },
      jobLabel: "app.kubernetes.io/name",
      endpoints: [{ port: "admin", path: "/own", interval: "15s", honorLabels: true }],
    });
    assert.ok(monitor.dependsOn.some((urn) => urn.endsWith("::operator")));
  });

  it("keep a client on one pod only where that is asked for", async () => {
    assert.equal("sessionAffinity" in (await recordTool()).one(SERVICE).inputs["spec"], false);
    const sticky = await recordTool({ sticky: true, headless: true });
    const { sessionAffinity, clusterIP } = sticky.one(SERVICE).inputs["spec"];
    assert.deepEqual([sessionAffinity, clusterIP], ["ClientIP", "None"]);
  });
});
