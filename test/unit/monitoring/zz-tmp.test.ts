import * as pulumi from "@pulumi/pulumi";
import { Monitoring } from "/work/main/components/monitoring/monitoring";
import { alertingOfStack } from "/work/main/test/config/support/alerting";
import { record } from "/work/main/test/support/recorder";
import { namedObjects } from "/work/main/test/support/manifests";
import { clusterContract, edgeContract, namespacesOf, pair, single, staged } from "/work/main/test/unit/monitoring/prometheus/fixtures";
describe("m", function () { this.timeout(60000);
for (const [stage, sizes] of [["production", pair], ["local", single]] as const)
it(stage, async () => {
  const systems = staged(stage);
  const all = await record(() => new Monitoring("monitoring", { cluster: clusterContract(), edge: edgeContract(), addons: "install", stage, sizes, systems, namespaces: namespacesOf(systems),
   publicHosts: { way: "internet", trusted: true }, runbooks: "https://x", alerting: alertingOfStack(stage), receiverSecrets: { slack: "a", pagerduty: "b", email: "c", heartbeat: "d" },
   ...(sizes.logs === "bucket" ? { logBucket: { name: "b", region: "eu-central-1", kmsKeyArn: "k", ready: [] }, traceStore: { url: "https://t:443", username: "j", password: pulumi.secret("p"), cidrs: ["10.0.0.0/24"], copies: 1 } } : {}) } as never), { outputs: namedObjects });
  console.log(all.resources.length, all.resources.filter(r => /loki|alloy|browser|jaeger/.test(r.name)).map(r => r.type.split(":").at(-1) + " " + r.name).join("\n"));
  console.log(JSON.stringify(all.one("kubernetes:core/v1:Namespace").inputs["metadata"]));
});});
