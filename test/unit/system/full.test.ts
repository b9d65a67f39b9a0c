import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { configName } from "../../../components/system/config";
import { quotaSpec } from "../../../components/system/quota";
import type { System } from "../../../components/system/system";
import { imagesOf } from "../../../components/spec/services";
import { PriorityClasses } from "../../../components/workload/priorities";
import { podOf, variable } from "../../support/pods";
import type { ContainerInputs } from "../../support/pods";
import type { Recorded, Recording } from "../../support/recorder";
import { record } from "../../support/recorder";
import { changed } from "../spec/contradictions";
import { full } from "../spec/full";
import { render } from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const JOB = "kubernetes:batch/v1:Job";
const CRON_JOB = "kubernetes:batch/v1:CronJob";

describe("a system with everything", () => {
  let all: Recording<System>;
  const asked: string[] = [];
  before(async () => {
    const registry = {
      image: (name: string) => {
        asked.push(name);
        return pulumi.output(`registry.test/${name}@sha256:${"0".repeat(64)}`);
      },
    };
    all = await render(full, { args: { registry } });
  });

  const end = (urn: string): string => urn.split("::").at(-1)!;

  it("looks up each image that it names once, and a pinned one never", () => {
    assert.deepEqual(asked, ["full/api", "full/agent", "full/worker", "full/node", "full/seed"]);
    assert.deepEqual(imagesOf(full), asked);
    const [proxy, agent, prepare] = podOf(all.one(DEPLOYMENT, "full-api-deployment")).initContainers ?? [];
    assert.match(proxy!.image, /^docker\.io\/library\/redis:7/);
    assert.match(agent!.image, /^registry\.test\/full\/agent@/);
    assert.match(prepare!.image, /^registry\.test\/full\/api@/);
  });

  it("makes of each config an immutable ConfigMap that is named by its texts", () => {
    const { inputs, ignoreChanges } = all.one(CONFIG_MAP, "full-settings-config");
    assert.match(String(inputs["metadata"].name), /^settings-[0-9a-f]{10}$/);
    assert.equal(inputs["immutable"], true);
    assert.deepEqual(inputs["data"], { "base-url": "https://api.example.com", mode: "fast" });
    assert.deepEqual(ignoreChanges, []);
  });

  it("names a ConfigMap anew for every other text, and not for another order", () => {
    const name = (data: Record<string, string>): string => configName("settings", { data });
    assert.equal(name({ a: "1", b: "2" }), name({ b: "2", a: "1" }));
    assert.notEqual(name({ a: "1" }), name({ a: "2" }));
    assert.notEqual(name({ a: "1" }), name({ b: "1" }));
  });

  it("lets go of a live config once it is made, under its own name", () => {
    const { inputs, ignoreChanges } = all.one(CONFIG_MAP, "full-switch-config");
    assert.equal(inputs["metadata"].name, "switch");
    assert.equal("immutable" in inputs, false);
    assert.deepEqual(ignoreChanges, ["data"]);
  });

  it("gives pods config by reference and as files", () => {
    const pod = podOf(all.one(DEPLOYMENT, "full-api-deployment"));
    const name = String(all.one(CONFIG_MAP, "full-settings-config").inputs["metadata"].name);
    assert.deepEqual(variable(pod.containers[0], "BASE_URL")?.valueFrom, {
      configMapKeyRef: { name, key: "base-url" },
    });
    const volume = (wanted: string): unknown => pod.volumes?.find(({ name: own }) => own === wanted);
    assert.deepEqual(volume("config-settings"), { name: "config-settings", configMap: { name } });
    assert.deepEqual(volume("config-switch"), { name: "config-switch", configMap: { name: "switch" } });
    assert.deepEqual(volume("secret-session"), {
      name: "secret-session",
      secret: { secretName: "full-session-secret-0a1b2c3d", defaultMode: 0o440 },
    });
  });

  it("gives every container of a pod the certificates of the stores that the pod uses, and no others", () => {
    const paths = ({ volumeMounts = [] }: ContainerInputs): string[] =>
      volumeMounts
        .map(({ mountPath }) => mountPath)
        .filter((path) => path.startsWith("/etc/slipway/stores/"));
    const pod = podOf(all.one(DEPLOYMENT, "full-api-deployment"));
    const both = ["/etc/slipway/stores/db", "/etc/slipway/stores/cache"];
    for (const container of [...pod.containers, ...(pod.initContainers ?? [])])
      assert.deepEqual(paths(container), both, container.name);
    assert.deepEqual(paths(podOf(all.one(DEPLOYMENT, "full-worker-deployment")).containers[0]), []);
    const { valueFrom } = variable(pod.containers[0], "DATABASE_CA")!;
    assert.equal((valueFrom as { secretKeyRef: { key: string } }).secretKeyRef.key, "ca.crt");
  });

  it("names the priority class of its tier for services and that of jobs for what ends", () => {
    const classes = (type: string): unknown[] => all.ofType(type).map((one) => podOf(one).priorityClassName);
    assert.deepEqual(classes(DEPLOYMENT), ["slipway-critical", "slipway-critical"]);
    assert.deepEqual(classes(JOB), ["slipway-job", "slipway-job"]);
  });

  it("runs a schedule in UTC, one run at a time, with the tries of its spec", () => {
    const { spec, metadata } = all.one(CRON_JOB, "full-nightly-schedule").inputs;
    const { jobTemplate, ...rest } = spec;
    assert.equal(metadata.name, "nightly");
    assert.deepEqual(rest, {
      schedule: "0 2 * * *",
      timeZone: "Etc/UTC",
      concurrencyPolicy: "Replace",
      startingDeadlineSeconds: 600,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
    });
    assert.equal(jobTemplate.spec.backoffLimit, 0);
    assert.equal(jobTemplate.spec.activeDeadlineSeconds, 1800);
    const [container] = podOf(all.one(CRON_JOB)).containers;
    assert.deepEqual(container.command, ["npm", "run", "clean"]);
    assert.deepEqual(variable(container, "DATABASE_URL")?.valueFrom, {
      secretKeyRef: { name: "full-db-connection-0a1b2c3d", key: "url" },
    });
  });

  it("runs a job without a schedule once, by its image, and asks for an hour and three tries", () => {
    const { spec, metadata } = all.one(JOB, "full-seed-run").inputs;
    assert.match(String(metadata.name), /^seed-[0-9a-f]{10}$/);
    assert.equal(spec.backoffLimit, 2);
    assert.equal(spec.activeDeadlineSeconds, 3600);
  });

  it("starts migrations and jobs only after the guards and the stores that they use", () => {
    const guards = /(ResourceQuota|LimitRange|NetworkPolicy|StorageClass)::/;
    const stores = (resource: Recorded): string[] =>
      resource.dependsOn.filter((urn) => urn.includes("StatefulSet::")).map(end);
    const migration = all.one(JOB, "full-api-migrate-run");
    const nightly = all.one(CRON_JOB, "full-nightly-schedule");
    const seed = all.one(JOB, "full-seed-run");
    const policies = all.ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy").length;
    for (const one of [migration, nightly, seed])
      assert.equal(one.dependsOn.filter((urn) => guards.test(urn)).length, policies + 3, one.name);
    assert.deepEqual(stores(migration).sort(), ["full-cache-member", "full-db-member"]);
    assert.deepEqual(stores(nightly), ["full-db-member"]);
    assert.deepEqual(stores(seed), []);
    assert.equal(all.one(DEPLOYMENT, "full-api-deployment").dependsOn.includes(migration.urn), true);
    assert.equal(all.one(DEPLOYMENT, "full-worker-deployment").dependsOn.includes(migration.urn), false);
  });

  it("opens its route only after the service, and so after its migration", () => {
    const route = all.one("kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    for (const after of ["full-api-deployment", "full-api-migrate-run"])
      assert.ok(route.dependsOn.map(end).includes(after), after);
  });

  it("lives in the stage's namespace, with the stage's texts and half its volumes", async () => {
    const { one, ofType } = await render(full, { stage: "staging", share: 0.5 });
    assert.equal(one("kubernetes:core/v1:Namespace").inputs["metadata"].name, "full-staging");
    const { data } = one(CONFIG_MAP, "full-settings-config").inputs;
    assert.deepEqual(data, { "base-url": "https://staging.example.com", mode: "fast" });
    const claims = ofType("kubernetes:core/v1:PersistentVolumeClaim").filter(({ name }) =>
      name.startsWith("full-node"),
    );
    assert.deepEqual(
      claims.map(({ inputs }): unknown => inputs["spec"].resources.requests.storage),
      ["5Gi"],
    );
    const [container] = podOf(one(CRON_JOB)).containers;
    assert.equal(variable(container, "MODE")?.value, "dry");
  });

  it("has a quota for all that it may claim and run at once", () => {
    const hard = (spec = full): Record<string, string> => quotaSpec(spec).hard as Record<string, string>;
    const { jobs: _jobs, ...jobless } = full;
    // Of jobs: two pods of nightly, which may replace itself, and two of seed.
    assert.equal(Number(hard()["pods"]) - Number(hard(jobless)["pods"]), 4);
    const unmigrated = changed([undefined, "services", "api", "migrate"], full);
    assert.equal(Number(hard()["pods"]) - Number(hard(unmigrated)["pods"]), 2);
    // 11Gi of the stores and four times 10Gi.
    assert.equal(hard()["requests.storage"], "51Gi");
    assert.equal(hard()["persistentvolumeclaims"], "6");
  });

  it("is exactly these resources in its namespace", () => {
    const count = (type: string): number => all.ofType(type).length;
    assert.deepEqual([count(DEPLOYMENT), count(STATEFUL_SET), count(JOB), count(CRON_JOB)], [2, 3, 2, 1]);
    assert.equal(count("slipway:workload:Workload"), 3);
    assert.equal(count("slipway:workload:Job"), 3);
    const urns = all.resources.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
  });
});

describe("PriorityClasses", () => {
  it("puts stores first and jobs last, none before pods without a class, and lets jobs push nobody aside", async () => {
    const { ofType } = await record(() => {
      new PriorityClasses("priorities", { provider: new k8s.Provider("cluster", {}), stage: "staging" });
    });
    const classes = ofType("kubernetes:scheduling.k8s.io/v1:PriorityClass").map(({ inputs }) => inputs);
    assert.deepEqual(
      classes.map(({ metadata, value, preemptionPolicy }): unknown[] => [
        metadata.name,
        value,
        preemptionPolicy,
      ]),
      [
        ["slipway-store", 0, "PreemptLowerPriority"],
        ["slipway-critical", -1, "PreemptLowerPriority"],
        ["slipway-standard", -2, "PreemptLowerPriority"],
        ["slipway-job", -3, "Never"],
      ],
    );
    assert.equal(
      classes.every(({ globalDefault }) => globalDefault === false),
      true,
    );
  });
});
