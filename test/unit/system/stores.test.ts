import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { SystemSpec } from "../../../components/spec/types";
import { createStores, storeCidrs } from "../../../components/system/stores";
import type { StoreOptions } from "../../../components/system/stores";
import { System } from "../../../components/system/system";
import { specForStage } from "../../../components/spec/stage";
import { record } from "../../support/recorder";
import type { Recorded, Recording } from "../../support/recorder";
import { shop } from "../spec/fixtures";
import { decoded, outputs, render } from "./fixtures";

const cidrs = ["10.0.96.0/22", "10.0.100.0/22"];

function onAws(
  spec: SystemSpec,
  options: Omit<StoreOptions, "site"> = {},
  protect = false,
): Promise<Recording<System>> {
  return record(
    () => {
      const provider = new k8s.Provider("cluster", {});
      const site = {
        provider: new aws.Provider("aws", { region: "eu-central-1" }),
        region: "eu-central-1",
        prefix: "slipway-production",
        subnetIds: ["subnet-a", "subnet-b"],
        cidrs,
        securityGroupIds: { database: "sg-database", cache: "sg-cache" },
        kmsKeyArn: "arn:key",
        keepsLastCopy: true,
      };
      return new System(spec.name, {
        spec: specForStage(spec, { stage: "production", replicaShare: 1, storeShare: 1 }),
        stage: "production",
        cluster: {
          name: pulumi.output("test"),
          provider,
          kubeconfig: pulumi.output("{}"),
          storageClass: undefined,
          dns: { kind: "pods" },
          ready: [],
        },
        edge: {
          gateway: { name: pulumi.output("edge"), namespace: pulumi.output("edge") },
          httpsListener: () => "https",
          podSelector: { app: "envoy" },
          podNamespace: "envoy-gateway-system",
          controllers: [],
        },
        registry: { image: (name) => pulumi.output(`registry.test/${name}`) },
        protect,
        stores: { site, ...options },
      });
    },
    { outputs: (resource) => ({ ...addresses(resource), ...outputs(resource) }) },
  );
}

function addresses({ type, name }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  if (type === "aws:rds/instance:Instance") return { address: `${name}.example` };
  if (type !== "aws:elasticache/replicationGroup:ReplicationGroup") return {};
  return { primaryEndpointAddress: "cache.example", readerEndpointAddress: "replica.example" };
}

describe("a system whose stores are managed", () => {
  it("has none of a store's objects in its namespace, and no room for them in its quota", async () => {
    const { ofType, one } = await onAws(shop);
    for (const type of [
      "apps/v1:StatefulSet",
      "core/v1:PersistentVolumeClaim",
      "cert-manager.io/v1:Certificate",
    ]) {
      assert.deepEqual(ofType(`kubernetes:${type}`), [], type);
    }
    const { hard } = one("kubernetes:core/v1:ResourceQuota").inputs["spec"];
    assert.equal(hard.persistentvolumeclaims, "0");
    assert.equal(ofType("slipway:data:ManagedStore").length, 2);
  });

  it("lets exactly the pods that use a store, and its exporter, reach the blocks that it lies in", async () => {
    const { ofType } = await onAws(shop);
    const policies = ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy");
    const opened = policies.flatMap(({ name, inputs }) =>
      ((inputs["spec"].egress ?? []) as Recorded["inputs"][])
        .filter(({ to }) => JSON.stringify(to).includes("10.0.96.0/22"))
        .map(({ to, ports }) => [name, to, ports] as unknown),
    );
    const blocks = cidrs.map((cidr) => ({ ipBlock: { cidr } }));
    const port = (number: number) => [{ protocol: "TCP", port: number }];
    assert.deepEqual(opened.sort(), [
      ["shop-api-policy", blocks, port(5432)],
      ["shop-cache-policy", blocks, port(6379)],
      ["shop-db-policy", blocks, port(5432)],
      ["shop-worker-policy", blocks, port(6379)],
    ]);
  });

  it("has its pods wait for the store, and read it as they read one in the cluster", async () => {
    const { one } = await onAws(shop);
    const api = one("kubernetes:apps/v1:Deployment", "shop-api-deployment");
    assert.ok(api.dependsOn.includes(one("aws:rds/instance:Instance").urn));
    const [container] = api.inputs["spec"].template.spec.containers as Recorded["inputs"][];
    const url = (container!["env"] as Recorded["inputs"][]).find(({ name }) => name === "DATABASE_URL");
    assert.deepEqual(url!["valueFrom"].secretKeyRef, { name: "shop-db-connection-0a1b2c3d", key: "url" });
    const trust = (api.inputs["spec"].template.spec.volumes as Recorded["inputs"][]).find(
      ({ name }) => name === "trust-db",
    );
    assert.equal(trust!["secret"].secretName, "shop-db-trust-0a1b2c3d");
    assert.ok(
      (container!["volumeMounts"] as Recorded["inputs"][]).some(
        ({ mountPath }) => mountPath === "/etc/slipway/stores/db",
      ),
    );
  });

  it("has a copy of each of its secrets in Secrets Manager", async () => {
    const { ofType, one } = await onAws(shop);
    assert.deepEqual(
      ofType("aws:secretsmanager/secret:Secret")
        .map(({ inputs }) => String(inputs["name"]))
        .sort(),
      ["slipway-production/shop/cache", "slipway-production/shop/db", "slipway-production/shop/session"],
    );
    const { value } = decoded(one("kubernetes:core/v1:Secret", "shop-session-secret"));
    const version = one("aws:secretsmanager/secretVersion:SecretVersion", "shop-session-record-version");
    assert.equal(version.inputs["secretString"], value);
    assert.ok(version.secrets.includes("secretString"));
  });

  it("changes the password of the store that config names, and of no other", async () => {
    const { ofType } = await onAws(shop, { rotations: { db: 2 } });
    assert.deepEqual(
      ofType("random:index/randomPassword:RandomPassword")
        .map(({ name }) => name)
        .sort(),
      ["shop-cache-password", "shop-db-password", "shop-db-password-2", "shop-session-value"],
    );
  });

  it("lifts the protection of the store that is confirmed, and of nothing else", async () => {
    const kept = async (confirmed: readonly string[]): Promise<string[]> =>
      (await onAws(shop, { confirmed }, true)).resources
        .filter(({ protect }) => protect)
        .map(({ name }) => name)
        .sort();
    const all = await kept([]);
    const withoutDb = await kept(["db"]);
    assert.deepEqual(
      all.filter((name) => !withoutDb.includes(name)),
      ["shop-db-instance", "shop-db-password", "shop-db-record"],
    );
    const { one } = await onAws(shop, { confirmed: ["db"] }, true);
    assert.equal(one("aws:rds/instance:Instance").inputs["deletionProtection"], false);
  });
});

describe("the hosts that answer reads", () => {
  /** The shop, whose worker alone asks for them, with so many readers of its database. */
  function reading(readers: number): SystemSpec {
    const { db } = shop.stores!;
    const { worker } = shop.services;
    assert.ok(db !== undefined && worker !== undefined);
    const env = {
      READERS: { store: "db", key: "readerHosts" },
      CACHE_READERS: { store: "cache", key: "readerHosts" },
    } as const;
    return {
      ...shop,
      stores: { ...shop.stores, db: { ...db, readers } },
      services: { ...shop.services, worker: { ...worker, env } },
    };
  }
  const worker = ({ one }: Recording<System>): Recorded =>
    one("kubernetes:apps/v1:Deployment", "shop-worker-deployment");
  const pod = (recording: Recording<System>): Recorded["inputs"] =>
    worker(recording).inputs["spec"].template.spec as Recorded["inputs"];
  const envOf = (recording: Recording<System>): unknown => pod(recording)["containers"][0].env;

  it("stand under the same key in every stage: in the cluster it is the store's own host", async () => {
    assert.deepEqual(envOf(await render(reading(2), { stage: "staging", share: 0.5 })), [
      { name: "CACHE_READERS", value: "cache" },
      { name: "READERS", value: "db" },
    ]);
    assert.deepEqual(envOf(await onAws(reading(2))), [
      { name: "CACHE_READERS", value: "replica.example" },
      { name: "READERS", value: "shop-db-reader-1.example,shop-db-reader-2.example" },
    ]);
    assert.deepEqual(envOf(await onAws(reading(0))), [
      { name: "CACHE_READERS", value: "replica.example" },
      { name: "READERS", value: "shop-db-instance.example" },
    ]);
  });

  it("may be reached and are verified as the store itself is", async () => {
    for (const recording of [await onAws(reading(1)), await render(reading(1))]) {
      const mounts = pod(recording)["containers"][0].volumeMounts as Recorded["inputs"][];
      assert.ok(mounts.some(({ mountPath }) => mountPath === "/etc/slipway/stores/db"));
      const policy = recording.one("kubernetes:networking.k8s.io/v1:NetworkPolicy", "shop-worker-policy");
      const ports = (policy.inputs["spec"].egress as Recorded["inputs"][]).flatMap(
        ({ ports: own }) => own as { port: number }[],
      );
      assert.ok(ports.some(({ port }) => port === 5432));
    }
  });

  it("change the pods that ask for them with a further reader, and nothing else", async () => {
    const [before, after] = [await onAws(reading(1)), await onAws(reading(2))];
    const texts = new Map(before.resources.map((each) => [each.urn, JSON.stringify(each)]));
    assert.deepEqual(
      after.resources.filter((each) => texts.get(each.urn) !== JSON.stringify(each)).map(({ name }) => name),
      ["shop-db-reader-2", "shop-worker-deployment"],
    );
    assert.equal(after.resources.length, before.resources.length + 1);
  });
});

describe("the stores of a system", () => {
  it("lie outside of the cluster only where the stage has a place for them", () => {
    assert.deepEqual(storeCidrs(shop, undefined), {});
  });

  it("come after the controllers that sign their certificates", async () => {
    const { one } = await record(
      () => {
        const controller = new pulumi.ComponentResource("test:index:CertManager", "cert-manager");
        const release = new k8s.core.v1.ConfigMap("release", {}, { parent: controller });
        createStores(
          "shop",
          {
            spec: shop,
            stage: "test",
            namespace: "shop",
            cluster: { storageClass: undefined },
            protect: false,
            certificatesAfter: [release],
            podsAfter: [],
          },
          {},
        );
      },
      { outputs },
    );
    for (const object of ["self-signed", "authority", "issuer", "certificate"]) {
      const type = ["self-signed", "issuer"].includes(object) ? "Issuer" : "Certificate";
      const { dependsOn } = one(`kubernetes:cert-manager.io/v1:${type}`, `shop-db-${object}`);
      assert.ok(
        dependsOn.some((urn) => urn.endsWith("::release")),
        object,
      );
    }
  });
});
