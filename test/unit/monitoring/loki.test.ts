import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Loki } from "../../../components/monitoring/loki/loki";
import { lokiSettings } from "../../../components/monitoring/loki/config";
import type { LokiConfigArgs } from "../../../components/monitoring/loki/config";
import type { MonitoringSizes } from "../../../components/monitoring/types";
import { versions } from "../../../components/common/versions";
import type { Recording } from "../../support/recorder";
import { pair, recordOn, single } from "./prometheus/fixtures";

const KEY = "arn:aws:kms:eu-central-1:123456789012:key/logs";
const bucket = { name: "logs-1", region: "eu-central-1", kmsKeyArn: KEY };
const volume: LokiConfigArgs = { storage: { kind: "volume" }, members: 1, scale: "small" };
const three: LokiConfigArgs = {
  storage: { kind: "bucket", bucket: "logs-1", region: "eu-central-1", kmsKeyArn: KEY },
  ...{ members: 3, scale: "full" },
};

function at(settings: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);
}

describe("Loki's configuration", () => {
  const table: readonly (readonly [path: string, ofOne: unknown, ofThree: unknown])[] = [
    ["target", "all", "all"],
    ["auth_enabled", false, false],
    ["analytics.reporting_enabled", false, false],
    ["common.replication_factor", 1, 3],
    ["common.instance_addr", "127.0.0.1", "${POD_IP}"],
    ["common.ring.kvstore.store", "inmemory", "memberlist"],
    ["memberlist.join_members", undefined, ["dns+loki-members.monitoring.svc.cluster.local.:7946"]],
    ["storage_config.use_thanos_objstore", true, true],
    ["storage_config.object_store.filesystem", { dir: "/var/loki/chunks" }, undefined],
    [
      "storage_config.object_store.s3",
      undefined,
      {
        bucket_name: "logs-1",
        region: "eu-central-1",
        endpoint: "s3.eu-central-1.amazonaws.com",
        native_aws_auth_enabled: true,
        sse: { type: "SSE-KMS", kms_key_id: KEY },
      },
    ],
    ["compactor.retention_enabled", true, true],
    ["compactor.delete_request_store", "filesystem", "s3"],
    // The ring names the one that compacts; with a mode of its own each member would have to be told apart.
    ["compactor.horizontal_scaling_mode", undefined, undefined],
    ["limits_config.retention_period", "720h", "720h"],
    ["limits_config.max_query_lookback", "720h", "720h"],
    ["limits_config.allow_structured_metadata", true, true],
    ["limits_config.max_label_names_per_series", 15, 15],
    ["limits_config.max_line_size", "64KB", "64KB"],
    ["limits_config.ingestion_rate_mb", 4, 10],
    ["limits_config.max_global_streams_per_user", 2000, 10_000],
  ];
  for (const [path, ofOne, ofThree] of table) {
    it(`says of ${path} what one on a volume and three on a bucket need`, () => {
      assert.deepEqual(at(lokiSettings(volume), path), ofOne);
      assert.deepEqual(at(lokiSettings(three), path), ofThree);
    });
  }

  it("has the one schema that structured metadata needs, in the store that it has", () => {
    for (const [args, store] of [
      [volume, "filesystem"],
      [three, "s3"],
    ] as const) {
      assert.deepEqual(at(lokiSettings(args), "schema_config.configs"), [
        {
          ...{ from: "2026-01-01", store: "tsdb", object_store: store, schema: "v13" },
          index: { prefix: "index_", period: "24h" },
        },
      ]);
    }
  });

  it("finds S3 in China under its own name", () => {
    const storage = { kind: "bucket", bucket: "b", region: "cn-north-1", kmsKeyArn: KEY } as const;
    assert.equal(
      at(lokiSettings({ ...three, storage }), "storage_config.object_store.s3.endpoint"),
      "s3.cn-north-1.amazonaws.com.cn",
    );
  });
});

function record(sizes: MonitoringSizes, withBucket = sizes.logs === "bucket"): Promise<Recording<Loki>> {
  return recordOn(
    (site) => {
      const ready = withBucket
        ? [new k8s.core.v1.ConfigMap("role", {}, { provider: site.cluster.provider })]
        : [];
      const own = withBucket ? { ...bucket, name: pulumi.output(bucket.name), ready } : undefined;
      return new Loki("loki", { site, bucket: own, clients: ["alloy", "grafana"] });
    },
    { sizes },
  );
}

interface SetSpec {
  readonly replicas: number;
  readonly serviceName: string;
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly terminationGracePeriodSeconds: number;
      readonly containers: readonly {
        readonly image: string;
        readonly args: readonly string[];
        readonly env?: readonly { readonly name: string }[];
        readonly resources: Readonly<Record<"requests" | "limits", { readonly memory: string }>>;
      }[];
    };
  };
}
const setOf = (all: Recording<unknown>): SetSpec =>
  all.one("kubernetes:apps/v1:StatefulSet").inputs["spec"] as SetSpec;
const policyOf = (all: Recording<unknown>) =>
  all.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"] as {
    ingress: { from: object[]; ports: { port: number }[] }[];
    egress?: { to: object[]; ports: { port: number }[] }[];
  };

describe("Loki", () => {
  it("is one member on a volume where a stage keeps logs on one, and reaches nobody", async () => {
    const all = await record(single);
    const { "pulumi:providers:kubernetes": _, ...counts } = all.counts();
    assert.deepEqual(counts, {
      "kubernetes:apps/v1:StatefulSet": 1,
      "kubernetes:core/v1:ConfigMap": 3,
      "kubernetes:core/v1:PersistentVolumeClaim": 1,
      "kubernetes:core/v1:Service": 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy": 1,
      "slipway:monitoring:Loki": 1,
    });
    const { replicas, template } = setOf(all);
    assert.equal(replicas, 1);
    const [container] = template.spec.containers;
    assert.deepEqual(container?.args, ["-config.file=/etc/loki/loki.yaml"]);
    assert.equal(container.env, undefined);
    const { ingress, egress } = policyOf(all);
    assert.equal(egress, undefined);
    assert.deepEqual(
      ingress.map(({ from, ports }) => [from.length, ports.map(({ port }) => port)]),
      [
        [1, [3100]],
        [2, [3100]],
      ],
    );
  });

  it("is three members on a bucket in production, which know each other and outlive a drain", async () => {
    const all = await record(pair);
    const { replicas, serviceName, template } = setOf(all);
    assert.equal(replicas, 3);
    assert.equal(serviceName, "loki-members");
    assert.equal(all.ofType("kubernetes:core/v1:PersistentVolumeClaim").length, 3);
    assert.deepEqual(
      all
        .ofType("kubernetes:core/v1:PersistentVolumeClaim")
        .map(({ inputs }) => (inputs["metadata"] as { name: string }).name)
        .sort(),
      ["data-loki-0", "data-loki-1", "data-loki-2"],
    );
    const budget = all.one("kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"] as {
      maxUnavailable: number;
    };
    assert.equal(budget.maxUnavailable, 1);
    const [container] = template.spec.containers;
    assert.equal(container?.image, `docker.io/grafana/loki:${versions.images.loki.tag}`);
    assert.deepEqual(container.args, ["-config.file=/etc/loki/loki.yaml", "-config.expand-env=true"]);
    assert.deepEqual(
      container.env?.map(({ name }) => name),
      ["POD_IP"],
    );
    assert.equal(container.resources.requests.memory, container.resources.limits.memory);
    assert.equal(template.spec.automountServiceAccountToken, false);
    assert.equal(template.spec.terminationGracePeriodSeconds, 120);
    const { ingress, egress = [] } = policyOf(all);
    assert.deepEqual(
      ingress.map(({ ports }) => ports.map(({ port }) => port)),
      [[3100], [3100], [9095, 7946]],
    );
    // Each other, the bucket, the credentials for it, and names.
    assert.deepEqual(
      egress.map(({ ports }) => ports.map(({ port }) => port)),
      [[9095, 7946], [443], [80], [53, 53]],
    );
  });

  it("is a single member on a bucket where nothing has to outlive a drain", async () => {
    const all = await record({ ...pair, replicas: 1 });
    assert.equal(setOf(all).replicas, 1);
    assert.equal(all.ofType("kubernetes:policy/v1:PodDisruptionBudget").length, 0);
    assert.deepEqual(
      policyOf(all).egress?.map(({ ports }) => ports.map(({ port }) => port)),
      [[443], [80], [53, 53]],
    );
  });

  it("waits for its role, its rights in the network and its volumes", async () => {
    const all = await record(pair);
    const { dependsOn } = all.one("kubernetes:apps/v1:StatefulSet");
    for (const part of [
      "ConfigMap::role",
      "NetworkPolicy::loki-policy",
      "PersistentVolumeClaim::loki-data-pod2",
      "ConfigMap::ready",
      "ServiceAccount::loki-account",
    ]) {
      assert.ok(
        dependsOn.some((urn) => urn.endsWith(part)),
        part,
      );
    }
  });

  it("reads its configuration from an object that is never changed", async () => {
    const all = await record(pair);
    const { inputs } = all.one("kubernetes:core/v1:ConfigMap", "loki-files");
    assert.equal(inputs["immutable"], true);
    assert.equal((inputs["metadata"] as { name?: string }).name, undefined);
    const settings = JSON.parse((inputs["data"] as Record<string, string>)["loki.yaml"] ?? "") as object;
    assert.deepEqual(settings, lokiSettings(three));
  });

  it("is refused without the bucket that its stage wants, before anything is made", async () => {
    await assert.rejects(
      record(pair, false),
      /stage production: logs are to be kept in a bucket, and there is none; allowed: monitoring\.logs "volume"/,
    );
  });
});
