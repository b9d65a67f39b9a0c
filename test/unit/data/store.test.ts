import assert from "node:assert/strict";
import { storeFootprints } from "../../../components/data/footprint";
import { Store } from "../../../components/data/store";
import type { InClusterStoreArgs } from "../../../components/data/types";
import { connectionKeys, storeKinds } from "../../../components/spec/store-kinds";
import type { PostgresSpec, RedisSpec, StoreSpec } from "../../../components/spec/types";
import { record, value } from "../../support/recorder";
import type { Recorded, Recording } from "../../support/recorder";
import { shop } from "../spec/fixtures";
import { decoded, outputs } from "../system/fixtures";

const db = shop.stores!["db"] as PostgresSpec;
const cache = shop.stores!["cache"] as RedisSpec;
const both = [
  ["db", db],
  ["cache", cache],
] as const;

const PASSWORD = "random:index/randomPassword:RandomPassword";
const SECRET = "kubernetes:core/v1:Secret";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const MEMBER = "kubernetes:apps/v1:StatefulSet";
const CERTIFICATE = "kubernetes:cert-manager.io/v1:Certificate";
const ISSUER = "kubernetes:cert-manager.io/v1:Issuer";
const JOB = "kubernetes:batch/v1:Job";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function make(
  store: string,
  spec: StoreSpec,
  over: Partial<InClusterStoreArgs> = {},
): Promise<Recording<Store>> {
  const args: InClusterStoreArgs = {
    system: "shop",
    store,
    spec,
    owner: "retail",
    stage: "test",
    namespace: "shop",
    protect: false,
    storageClass: undefined,
    podsAfter: [],
    ...over,
  };
  return record(() => new Store(`shop-${store}`, args), { outputs });
}

const template = (recording: Recording<Store>): Recorded["inputs"] =>
  recording.one(MEMBER).inputs["spec"].template.spec as Recorded["inputs"];

describe("Store", () => {
  it("is exactly these resources for postgres, without disruption budget", async () => {
    const { counts } = await make("db", db);
    assert.deepEqual(counts(), {
      "slipway:data:Store": 1,
      [PASSWORD]: 2,
      [SECRET]: 2,
      [CONFIG]: 1,
      [CLAIM]: 1,
      [ISSUER]: 2,
      [CERTIFICATE]: 2,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:core/v1:Service": 2,
      [MEMBER]: 1,
    });
  });

  it("is the same for redis, but for a password of its checks in place of files", async () => {
    const { counts } = await make("cache", cache);
    const { [CONFIG]: files, [PASSWORD]: passwords } = counts();
    assert.deepEqual([files, passwords, Object.keys(counts()).length], [undefined, 3, 9]);
  });

  it("has every key that a store has in its Secret, and tells its name and host", async () => {
    for (const [name, spec] of both) {
      const { one, result } = await make(name, spec);
      const connection = decoded(one(SECRET, `shop-${name}-connection`));
      assert.deepEqual(Object.keys(connection).sort(), [...connectionKeys].sort());
      assert.equal(connection["host"], name);
      assert.equal(connection["password"], `generated-for-shop-${name}-password`);
      assert.equal(await value(result.secretName), `shop-${name}-connection-0a1b2c3d`);
      assert.equal(await value(result.host), name);
    }
  });

  it("starts with passwords of its own, which no user has but the first of the account", async () => {
    const postgres = decoded((await make("db", db)).one(SECRET, "shop-db-config"));
    assert.deepEqual(postgres, {
      password: "generated-for-shop-db-password",
      "admin-password": "generated-for-shop-db-admin-password",
    });
    const redis = decoded((await make("cache", cache)).one(SECRET, "shop-cache-config"));
    assert.deepEqual(redis, {
      password: "generated-for-shop-cache-password",
      "monitor-password": "generated-for-shop-cache-monitor-password",
      "admin-password": "generated-for-shop-cache-admin-password",
    });
  });

  it("generates passwords of 32 letters and digits, which a URL takes as they are", async () => {
    for (const { inputs } of (await make("cache", cache)).ofType(PASSWORD)) {
      assert.deepEqual([inputs["length"], inputs["special"]], [32, false]);
    }
  });

  it("claims its volume by a resource of its own, in the cluster's class or its default", async () => {
    const claim = async (storageClass?: string): Promise<Recorded["inputs"]> =>
      (await make("db", db, { storageClass })).one(CLAIM).inputs["spec"] as Recorded["inputs"];
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } };
    assert.deepEqual(await claim("gp3"), { ...spec, storageClassName: "gp3" });
    assert.deepEqual(await claim(), spec);
  });

  it("protects and keeps the claim and the account's passwords when asked, and nothing otherwise", async () => {
    for (const protect of [true, false]) {
      const { resources } = await make("db", db, { protect, rotation: 2 });
      const kept = resources.filter((resource) => resource.protect && resource.retainOnDelete);
      assert.deepEqual(
        kept.map(({ name }) => name).sort(),
        protect ? ["shop-db-data", "shop-db-password", "shop-db-password-2"] : [],
      );
      assert.equal(resources.filter((resource) => resource.protect).length, protect ? 3 : 0);
    }
  });

  it("answers under its own name, and its member under a headless Service", async () => {
    const { one } = await make("db", db);
    const service = one("kubernetes:core/v1:Service", "shop-db-service").inputs;
    const members = one("kubernetes:core/v1:Service", "shop-db-members").inputs;
    assert.equal(service["metadata"].name, "db");
    assert.equal(members["spec"].clusterIP, "None");
    assert.equal(one(MEMBER).inputs["spec"].serviceName, "db-members");
    const ports = [{ name: "postgres", port: 5432, targetPort: "postgres", protocol: "TCP" }];
    assert.deepEqual([service["spec"].ports, members["spec"].ports], [ports, ports]);
  });

  it("takes readers as a wish of managed stores alone: it has one member", async () => {
    const { one, counts } = await make("db", { ...db, readers: 3 });
    assert.equal(one(MEMBER).inputs["spec"].replicas, 1);
    assert.equal(counts()[MEMBER], 1);
  });

  it("answers reads under the host that its certificate covers, whatever readers it is to have", async () => {
    for (const [name, spec] of both) {
      for (const readers of [0, 3]) {
        const { one, result } = await make(name, { ...spec, readers });
        const [host, ...others] = await Promise.all(result.readerHosts.map(value));
        assert.deepEqual([host, others], [name, []]);
        const { dnsNames } = one(CERTIFICATE, `shop-${name}-certificate`).inputs["spec"];
        assert.ok((dnsNames as string[]).includes(host ?? ""));
      }
    }
  });
});

describe("the certificate of a Store", () => {
  it("is signed by an authority of the store's own, and covers the host in its Secret", async () => {
    const recording = await make("db", db);
    const { one, result } = recording;
    assert.deepEqual(one(ISSUER, "shop-db-self-signed").inputs["spec"], { selfSigned: {} });
    const authority = one(CERTIFICATE, "shop-db-authority").inputs;
    assert.equal(authority["spec"].isCA, true);
    assert.equal(
      authority["spec"].issuerRef.name,
      one(ISSUER, "shop-db-self-signed").inputs["metadata"].name,
    );
    // Renewed under the same key, so that what trusts the old certificate trusts the new one.
    assert.equal(authority["spec"].privateKey.rotationPolicy, "Never");
    assert.deepEqual(one(ISSUER, "shop-db-issuer").inputs["spec"], {
      ca: { secretName: authority["spec"].secretName },
    });
    const server = one(CERTIFICATE, "shop-db-certificate").inputs["spec"];
    assert.deepEqual(server.issuerRef, {
      group: "cert-manager.io",
      kind: "Issuer",
      name: one(ISSUER, "shop-db-issuer").inputs["metadata"].name,
    });
    assert.deepEqual(server.dnsNames, ["db", "db.shop", "db.shop.svc", "db.shop.svc.cluster.local"]);
    const { host = "" } = decoded(one(SECRET, "shop-db-connection"));
    assert.ok((server.dnsNames as string[]).includes(host));
    assert.deepEqual(server.usages, ["digital signature", "server auth"]);
    assert.equal(server.privateKey.rotationPolicy, "Always");
    assert.equal(await value(result.trust.secret), server.secretName);
    assert.equal(result.trust.key, "ca.crt");
  });

  it("reaches the store's pod without the authority's key, and comes before it", async () => {
    for (const [name, spec] of both) {
      const recording = await make(name, spec);
      const volumes = template(recording)["volumes"] as Recorded["inputs"][];
      const tls = volumes.find((volume) => volume["name"] === "tls")!;
      assert.equal(tls["secret"].secretName, `${name}-tls`);
      assert.deepEqual(
        (tls["secret"].items as { key: string }[]).map(({ key }) => key),
        ["tls.crt", "tls.key"],
      );
      assert.ok(
        recording.one(MEMBER).dependsOn.includes(recording.one(CERTIFICATE, `shop-${name}-certificate`).urn),
      );
    }
  });
});

describe("another password of a Store", () => {
  it("is one more password and Secret, and a Job with all passwords but no word of them", async () => {
    const before = await make("db", db);
    const { one, ofType, counts } = await make("db", db, { rotation: 3 });
    assert.deepEqual(counts(), { ...before.counts(), [PASSWORD]: 4, [SECRET]: 3, [JOB]: 1, [POLICY]: 2 });
    assert.deepEqual(decoded(one(SECRET, "shop-db-rotation-3-passwords")), {
      1: "generated-for-shop-db-password",
      2: "generated-for-shop-db-password-2",
      3: "generated-for-shop-db-password-3",
    });
    const { password, url } = decoded(one(SECRET, "shop-db-connection-3"));
    assert.equal(password, "generated-for-shop-db-password-3");
    assert.match(url ?? "", /:generated-for-shop-db-password-3@db:/);
    assert.equal(ofType(SECRET).filter(({ name }) => name.includes("connection")).length, 1);
    assert.doesNotMatch(JSON.stringify(one(JOB).inputs), /generated-for/);
  });

  it("changes nothing of the store's pod, its volume, certificates or first passwords", async () => {
    for (const [name, spec] of both) {
      const before = await make(name, spec);
      const after = await make(name, spec, { rotation: 2 });
      for (const { type, name: logical, inputs } of before.resources) {
        if (logical === `shop-${name}-connection`) continue;
        assert.deepEqual(after.one(type, logical).inputs, inputs, logical);
      }
    }
  });

  it("is in force before any pod that waits for the store", async () => {
    const { one, result } = await make("db", db, { rotation: 2 });
    assert.equal(await value(result.ready.urn), one(JOB).urn);
    assert.ok(one(JOB).dependsOn.includes(one(MEMBER).urn));
    const { result: unchanged, one: oneBefore } = await make("db", db);
    assert.equal(await value(unchanged.ready.urn), oneBefore(MEMBER).urn);
  });

  it("is put in force by the store's own image, over its certificate, with the pod's Service for an address", async () => {
    const pod = (await make("db", db, { rotation: 2 })).one(JOB).inputs["spec"].template
      .spec as Recorded["inputs"];
    const [container] = pod["containers"] as Recorded["inputs"][];
    const env = Object.fromEntries(
      (container!["env"] as { name: string; value: string }[]).map(({ name, value: text }) => [name, text]),
    );
    assert.deepEqual(env, {
      NEWEST: "2",
      PGHOST: "db",
      PGHOSTADDR: "$(DB_SERVICE_HOST)",
      PGPORT: "5432",
      PGUSER: "shop",
      PGDATABASE: "shop",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/etc/slipway/trust/ca.crt",
      PGCONNECT_TIMEOUT: "10",
    });
    assert.equal(pod["enableServiceLinks"], true);
    assert.equal(pod["automountServiceAccountToken"], false);
    assert.equal(pod["restartPolicy"], "Never");
    assert.equal(pod["securityContext"].runAsNonRoot, true);
    assert.equal(container!["securityContext"].readOnlyRootFilesystem, true);
  });

  it("opens the way from the Job to the store, and nothing else", async () => {
    const { one } = await make("db", db, { rotation: 2 });
    const pods = (name: string) => ({
      podSelector: { matchLabels: { "app.kubernetes.io/part-of": "shop", "app.kubernetes.io/name": name } },
    });
    const ports = [{ protocol: "TCP", port: 5432 }];
    assert.deepEqual(one(POLICY, "shop-db-rotation-way-out").inputs["spec"], {
      ...pods("db-rotation"),
      policyTypes: ["Ingress", "Egress"],
      egress: [{ to: [pods("db")], ports }],
    });
    assert.deepEqual(one(POLICY, "shop-db-rotation-way-in").inputs["spec"], {
      ...pods("db"),
      policyTypes: ["Ingress"],
      ingress: [{ from: [pods("db-rotation")], ports }],
    });
    assert.equal(one(JOB).inputs["spec"].template.metadata.labels["app.kubernetes.io/name"], "db-rotation");
  });
});

describe("what a Store takes of the quota", () => {
  it("is one pod with its helpers and its volume, and the pod that may be changing its password", () => {
    const [member, rotation, ...others] = storeFootprints(db);
    assert.deepEqual(others, []);
    assert.deepEqual(member, {
      pods: 1,
      // 100m and 512Mi of its own, 10m and 48Mi of the exporter, 5m and 24Mi of the watcher.
      resources: {
        requests: { cpu: "115m", memory: "584Mi", "ephemeral-storage": "257Mi" },
        limits: { cpu: "1200m", memory: "584Mi", "ephemeral-storage": "257Mi" },
      },
      volumeBytes: 10 * 2 ** 30,
    });
    assert.deepEqual([rotation?.pods, rotation?.volumeBytes], [1, 0]);
  });

  it("is what its pods ask for", async () => {
    for (const [name, spec] of both) {
      const pod = template(await make(name, spec));
      const containers = [...pod["initContainers"], ...pod["containers"]] as Recorded["inputs"][];
      const [member] = storeFootprints(spec);
      const millicores = (text: string): number =>
        text.endsWith("m") ? Number(text.slice(0, -1)) : Number(text) * 1000;
      for (const side of ["requests", "limits"] as const) {
        const asked = containers.reduce(
          (sum, { resources }) => sum + millicores(resources[side].cpu as string),
          0,
        );
        assert.equal(millicores(member!.resources[side].cpu), asked, `${name} ${side}`);
      }
    }
  });
});

describe("the metrics of a Store", () => {
  it("come from an exporter beside it, on the port that its kind has for them", async () => {
    for (const [name, spec] of both) {
      const [exporter] = template(await make(name, spec))["initContainers"] as Recorded["inputs"][];
      assert.equal(exporter!["name"], "exporter");
      assert.equal(exporter!["restartPolicy"], "Always");
      assert.deepEqual(exporter!["ports"], [
        { name: "metrics", containerPort: storeKinds[spec.kind].metricsPort, protocol: "TCP" },
      ]);
    }
  });
});
