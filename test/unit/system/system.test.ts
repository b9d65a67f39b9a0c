import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import { SlipwayError } from "../../../components/common/problems";
import { versions } from "../../../components/common/versions";
import { System } from "../../../components/system/system";
import { limitRangeSpec, quotaSpec } from "../../../components/system/quota";
import { systems } from "../../../infra/systems";
import { record } from "../../support/recorder";
import { mailer, shop } from "../spec/fixtures";
import { render } from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

describe("the renderer", () => {
  it("knows no system by name", () => {
    const files = ["spec", "workload", "data", "system"].flatMap((folder) => {
      const path = join(__dirname, "../../../components", folder);
      return readdirSync(path, { recursive: true, encoding: "utf8" }).map((file) => join(path, file));
    });
    const sources = files.filter((file) => file.endsWith(".ts"));
    assert.ok(sources.length > 20);
    for (const file of sources) {
      // Examples in TSDoc may name a system; code may not.
      const code = readFileSync(file, "utf8").replaceAll(/\/\*\*[\s\S]*?\*\/|"a name [^"]*"/g, "");
      for (const name of Object.keys(systems))
        assert.ok(!code.toLowerCase().includes(name), `${file} knows ${name}`);
    }
  });

  it("creates nothing for a spec that contradicts itself", async () => {
    const { worker } = shop.services;
    const spec = { ...shop, services: { ...shop.services, worker: { ...worker!, user: 0 } } };
    const recording = await record(() => {
      assert.throws(() => new System("shop", { spec } as never), { message: /services\.worker\.user is 0/ });
    });
    assert.deepEqual(recording.counts(), {});
  });

  it("creates nothing for a spec with routes that was not staged", async () => {
    const recording = await record(() => {
      assert.throws(() => new System("shop", { spec: shop } as never), { message: /"shop": host is absent/ });
    });
    assert.deepEqual(recording.counts(), {});
  });

  it("creates nothing when an image has no digest", async () => {
    const image = (): never => {
      throw new SlipwayError({ what: "no digest" });
    };
    const recording = await record(async () => {
      await assert.rejects(async () => {
        const provider = new k8s.Provider("cluster", {});
        new System("mailer", { spec: mailer, cluster: { provider }, registry: { image } } as never);
        await Promise.resolve();
      }, SlipwayError);
    });
    assert.deepEqual(recording.counts(), { "pulumi:providers:kubernetes": 1 });
  });

  it("creates nothing when the edge has no listener for its host", async () => {
    const httpsListener = (): never => {
      throw new SlipwayError({ what: "no listener" });
    };
    const recording = await record(async () => {
      const args = {
        spec: { ...shop, host: "shop.example.com" },
        cluster: {},
        edge: { httpsListener },
        registry: { image: (name: string) => name },
      };
      await assert.rejects(
        () => Promise.resolve().then(() => new System("shop", args as never)),
        SlipwayError,
      );
    });
    assert.deepEqual(recording.counts(), {});
  });

  it("renders a worker alone, without Service, route, budget, autoscaler, store or secret", async () => {
    const { result, counts, one } = await render(mailer);
    assert.deepEqual(counts(), {
      "pulumi:providers:kubernetes": 1,
      "test:index:Nodes": 1,
      "kubernetes:storage.k8s.io/v1:StorageClass": 1,
      "slipway:system:System": 1,
      "slipway:workload:Workload": 1,
      "kubernetes:core/v1:Namespace": 1,
      "kubernetes:core/v1:ResourceQuota": 1,
      "kubernetes:core/v1:LimitRange": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:apps/v1:Deployment": 1,
    });
    const { spec } = one(DEPLOYMENT).inputs;
    assert.equal(spec.replicas, 1);
    const [container] = spec.template.spec.containers;
    for (const absent of [
      "startupProbe",
      "readinessProbe",
      "livenessProbe",
      "lifecycle",
      "env",
      "ports",
      "volumeMounts",
    ]) {
      assert.equal(absent in container, false, absent);
    }
    assert.equal("volumes" in spec.template.spec, false);
    assert.equal(spec.template.spec.terminationGracePeriodSeconds, 30);
    assert.equal(result.url, undefined);
    assert.deepEqual(result.serviceNames, {});
  });

  it("enforces Pod Security restricted at the pinned minor version in the namespace", async () => {
    const { one } = await render(mailer);
    const { labels, name } = one("kubernetes:core/v1:Namespace").inputs["metadata"];
    assert.equal(name, "mailer");
    for (const mode of ["enforce", "audit", "warn"]) {
      assert.equal(labels[`pod-security.kubernetes.io/${mode}`], "restricted");
      assert.equal(labels[`pod-security.kubernetes.io/${mode}-version`], `v${versions.kubernetes.minor}`);
    }
    assert.equal(labels["slipway.dev/system"], "mailer");
  });

  it("starts pods only after quota, limits, policies and nodes, and after the stores that they reach", async () => {
    const { one, ofType } = await render(shop);
    const guards = /(ResourceQuota|LimitRange|NetworkPolicy|StorageClass)::/;
    for (const pods of [...ofType(DEPLOYMENT), ...ofType("kubernetes:apps/v1:StatefulSet")]) {
      // Quota, limits, class, default deny, and a policy for each of three services and two stores.
      assert.equal(pods.dependsOn.filter((urn) => guards.test(urn)).length, 9, pods.name);
    }
    const stores = (name: string): string[] =>
      one(DEPLOYMENT, name)
        .dependsOn.filter((urn) => urn.includes("StatefulSet::"))
        .map((urn) => urn.split("::").at(-1)!);
    assert.deepEqual(stores("shop-api-deployment"), ["shop-db-member"]);
    assert.deepEqual(stores("shop-worker-deployment"), ["shop-cache-member"]);
    assert.deepEqual(stores("shop-web-deployment"), []);
  });

  it("never makes pods wait for a Service, which itself waits for pods", async () => {
    const { ofType } = await render(shop);
    for (const { name, dependsOn } of ofType(DEPLOYMENT)) {
      assert.deepEqual(
        dependsOn.filter((urn) => urn.includes("core/v1:Service::")),
        [],
        name,
      );
    }
  });
});

describe("the quota", () => {
  it("counts twice the most pods of each service, each store with its helpers and a change of its password, and volumes", () => {
    // api 12, web 6, worker 2, db 2, cache 2.
    const helpers = { requests: 2 * (10 + 5) + 2 * 10, limits: 2 * (100 + 100) + 2 * 250 };
    const disk = 12 * 128 + 6 * 64 + 2 * 64 + (129 + 2 * 64 + 65) + (81 + 2 * 64 + 65);
    assert.deepEqual(quotaSpec(shop).hard, {
      "requests.cpu": `${12 * 250 + 6 * 100 + 2 * 1000 + 100 + 50 + helpers.requests}m`,
      "limits.cpu": `${12 * 500 + 6 * 200 + 2 * 1000 + 1000 + 100 + helpers.limits}m`,
      "requests.memory": `${12 * 256 + 6 * 64 + 2 * 1024 + (512 + 48 + 24 + 64) + (128 + 32 + 24 + 64)}Mi`,
      "limits.memory": `${12 * 512 + 6 * 128 + 2 * 1024 + (512 + 48 + 24 + 64) + (128 + 32 + 24 + 64)}Mi`,
      "requests.ephemeral-storage": `${disk}Mi`,
      "limits.ephemeral-storage": `${disk}Mi`,
      "requests.storage": "11Gi",
      persistentvolumeclaims: "2",
      pods: "24",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    });
  });

  it("counts of a store that is outside of the cluster its exporter alone", () => {
    const { hard } = quotaSpec(shop, ["db", "cache"]) as { hard: Record<string, string> };
    assert.equal(hard["requests.storage"], "0");
    assert.equal(hard["persistentvolumeclaims"], "0");
    // Twenty of the services and jobs, and each of the two with its successor.
    assert.equal(hard["pods"], "24");
  });

  it("lets a system without stores claim no volume", () => {
    const { hard } = quotaSpec(mailer) as { hard: Record<string, string> };
    assert.equal(hard["requests.storage"], "0");
    assert.equal(hard["persistentvolumeclaims"], "0");
    assert.equal(hard["pods"], "2");
  });

  it("comes with defaults for a container that names no sizes", () => {
    const [limit] = limitRangeSpec.limits as { default: object; defaultRequest: object }[];
    const names = ["cpu", "memory", "ephemeral-storage"];
    assert.deepEqual(Object.keys(limit!.default), names);
    assert.deepEqual(Object.keys(limit!.defaultRequest), names);
  });
});
