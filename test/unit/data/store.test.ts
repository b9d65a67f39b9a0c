import assert from "node:assert/strict";
import { storeFootprint } from "../../../components/data/footprint";
import { storePod } from "../../../components/data/pod";
import { postgresProcess } from "../../../components/data/postgres";
import { redisConfig, redisProcess } from "../../../components/data/redis";
import { Store } from "../../../components/data/store";
import { pinnedImage } from "../../../components/common/versions";
import { storeKeys, storeUrl } from "../../../components/spec/store-kinds";
import type { PostgresSpec, RedisSpec, StoreSpec } from "../../../components/spec/types";
import { record, value } from "../../support/recorder";
import type { Recorded, Recording } from "../../support/recorder";
import { shop } from "../spec/fixtures";
import { decoded, outputs } from "../system/fixtures";

const db = shop.stores!["db"] as PostgresSpec;
const cache = shop.stores!["cache"] as RedisSpec;
const key = { secret: "connection", key: "password" };
const config = { secret: "config", key: "redis.conf" };
const identity = { username: "shop", database: "shop" };

function pod(store: StoreSpec): Recorded["inputs"] {
  const process =
    store.kind === "postgres" ? postgresProcess(store, identity, key) : redisProcess(store, key, config);
  return storePod({ name: "it", store, process, claim: "it-data" }) as Recorded["inputs"];
}

function make(
  store: string,
  spec: StoreSpec,
  over: { protect?: boolean; storageClass?: string } = {},
): Promise<Recording<Store>> {
  const { protect = false, storageClass } = over;
  return record(
    () =>
      new Store(`shop-${store}`, {
        system: "shop",
        store,
        spec,
        owner: "retail",
        stage: "test",
        namespace: "shop",
        protect,
        storageClass,
        podsAfter: [],
      }),
    { outputs },
  );
}

describe("a PostgreSQL pod", () => {
  it("runs the pinned image as its own user and group", () => {
    const { securityContext, containers } = pod(db);
    assert.equal(containers[0].image, pinnedImage("postgres:15"));
    assert.deepEqual(
      [securityContext.runAsUser, securityContext.runAsGroup, securityContext.fsGroup],
      [70, 70, 70],
    );
  });

  it("has the password by reference alone", () => {
    const { containers } = pod(db);
    assert.deepEqual(
      (containers[0].env as { name: string }[]).filter(({ name }) => name.includes("PASSWORD")),
      [{ name: "POSTGRES_PASSWORD", valueFrom: { secretKeyRef: { name: "connection", key: "password" } } }],
    );
  });

  it("keeps its data in a folder of the volume, and writes elsewhere only to scratch", () => {
    const { containers, volumes } = pod(db);
    assert.equal(containers[0].env[0].value, "/var/lib/postgresql/data/pgdata");
    assert.deepEqual(containers[0].volumeMounts, [
      { name: "data", mountPath: "/var/lib/postgresql/data" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "run", mountPath: "/var/run/postgresql" },
      { name: "shm", mountPath: "/dev/shm" },
    ]);
    assert.deepEqual(volumes, [
      { name: "data", persistentVolumeClaim: { claimName: "it-data" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      { name: "run", emptyDir: { sizeLimit: "1Mi" } },
      { name: "shm", emptyDir: { sizeLimit: "128Mi", medium: "Memory" } },
    ]);
    assert.equal(containers[0].securityContext.readOnlyRootFilesystem, true);
  });

  it("asks pg_isready by TCP in all three checks", () => {
    const [container] = pod(db).containers;
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      assert.deepEqual(container[probe].exec.command, [
        "pg_isready",
        "--host=127.0.0.1",
        "--port=5432",
        "--username=shop",
        "--dbname=shop",
      ]);
    }
  });

  it("takes a quarter of its memory as buffer cache, and is promised all that it may use", () => {
    const [container] = pod(db).containers;
    assert.deepEqual(container.args, ["-c", "shared_buffers=131072kB"]);
    assert.equal(container.resources.requests.memory, "512Mi");
    assert.equal(container.resources.limits.memory, "512Mi");
  });
});

describe("a Redis pod", () => {
  it("runs the image that is pinned for its version, as its own user and group", () => {
    assert.equal(pod(cache).containers[0].image, pinnedImage("valkey:8"));
    assert.equal(pod({ ...cache, version: "7" }).containers[0].image, pinnedImage("redis:7"));
    const { runAsUser, runAsGroup } = pod(cache).securityContext;
    assert.deepEqual([runAsUser, runAsGroup], [999, 1000]);
  });

  it("keeps an append-only file and evicts only what expires, or keeps nothing and evicts the oldest", () => {
    const options = (store: RedisSpec): Record<string, string> => {
      const { args } = pod(store).containers[0];
      return Object.fromEntries(
        Array.from({ length: args.length / 2 }, (_, i) => [args[2 * i], args[2 * i + 1]]),
      ) as Record<string, string>;
    };
    const shared = { "--dir": "/data", "--save": "", "--maxmemory": String((128 * 2 ** 20 * 3) / 4) };
    assert.deepEqual(options(cache), {
      ...shared,
      "--appendonly": "no",
      "--maxmemory-policy": "allkeys-lru",
    });
    assert.deepEqual(options({ ...cache, persistence: "aof" }), {
      ...shared,
      "--appendonly": "yes",
      "--maxmemory-policy": "volatile-lru",
    });
  });

  it("reads the password from a file of a Secret, and its check from the environment, never from a command line", () => {
    const { containers } = pod(cache);
    const volumes = pod(cache)["volumes"] as unknown[];
    const [container] = containers;
    assert.deepEqual(container.command, ["redis-server", "/etc/redis/redis.conf"]);
    assert.deepEqual(container.env, [
      { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: "connection", key: "password" } } },
    ]);
    assert.deepEqual(volumes.at(-1), {
      name: "secret",
      secret: {
        secretName: "config",
        items: [{ key: "redis.conf", path: "redis.conf" }],
        defaultMode: 0o440,
      },
    });
    assert.equal(redisConfig("pw"), "requirepass pw\n");
  });

  it("takes only PONG for an answer", () => {
    const { command } = pod(cache).containers[0].livenessProbe.exec;
    assert.deepEqual(command, ["sh", "-c", '[ "$(redis-cli -h 127.0.0.1 -p 6379 ping)" = PONG ]']);
  });
});

describe("Store", () => {
  it("is exactly these resources for postgres, without disruption budget", async () => {
    const { counts } = await make("db", db);
    assert.deepEqual(counts(), {
      "slipway:data:Store": 1,
      "random:index/randomPassword:RandomPassword": 1,
      "kubernetes:core/v1:Secret": 1,
      "kubernetes:core/v1:PersistentVolumeClaim": 1,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:core/v1:Service": 2,
      "kubernetes:apps/v1:StatefulSet": 1,
    });
  });

  it("has a second Secret for redis, with its configuration", async () => {
    const { one, ofType } = await make("cache", cache);
    assert.equal(ofType("kubernetes:core/v1:Secret").length, 2);
    assert.deepEqual(decoded(one("kubernetes:core/v1:Secret", "shop-cache-config")), {
      "redis.conf": "requirepass generated-for-shop-cache-password\n",
    });
  });

  it("has every key that a store has in its Secret, and tells its name and host", async () => {
    for (const [name, spec] of [
      ["db", db],
      ["cache", cache],
    ] as const) {
      const { one, result } = await make(name, spec);
      const { data } = one("kubernetes:core/v1:Secret", `shop-${name}-connection`).inputs;
      assert.deepEqual(Object.keys(data as object).sort(), [...storeKeys].sort());
      assert.equal(await value(result.secretName), `shop-${name}-connection-0a1b2c3d`);
      assert.equal(await value(result.host), name);
    }
  });

  it("generates a password of 32 letters and digits, which a URL takes as it is", async () => {
    const { one } = await make("db", db);
    const { length, special } = one("random:index/randomPassword:RandomPassword").inputs;
    assert.deepEqual([length, special], [32, false]);
    const url = new URL(storeUrl(db, { host: "db", ...identity, password: "aB3" }));
    assert.deepEqual(
      [url.username, url.password, url.host, url.pathname],
      ["shop", "aB3", "db:5432", "/shop"],
    );
  });

  it("claims its volume by a resource of its own, in the cluster's class or its default", async () => {
    const claim = async (storageClass?: string): Promise<Record<string, unknown>> =>
      (await make("db", db, storageClass === undefined ? {} : { storageClass })).one(
        "kubernetes:core/v1:PersistentVolumeClaim",
      ).inputs["spec"] as Record<string, unknown>;
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } };
    assert.deepEqual(await claim("gp3"), { ...spec, storageClassName: "gp3" });
    assert.deepEqual(await claim(), spec);
  });

  it("protects and keeps the claim and the password when asked, and nothing otherwise", async () => {
    for (const protect of [true, false]) {
      const { resources } = await make("db", db, { protect });
      const kept = resources.filter((resource) => resource.protect && resource.retainOnDelete);
      assert.deepEqual(
        kept.map(({ name }) => name).sort(),
        protect ? ["shop-db-data", "shop-db-password"] : [],
      );
      assert.equal(resources.filter((resource) => resource.protect).length, protect ? 2 : 0);
    }
  });

  it("answers under its own name, and its member under a headless Service", async () => {
    const { one } = await make("db", db);
    const service = one("kubernetes:core/v1:Service", "shop-db-service").inputs;
    const members = one("kubernetes:core/v1:Service", "shop-db-members").inputs;
    assert.equal(service["metadata"].name, "db");
    assert.equal(members["spec"].clusterIP, "None");
    assert.equal(one("kubernetes:apps/v1:StatefulSet").inputs["spec"].serviceName, "db-members");
    const ports = [{ name: "postgres", port: 5432, targetPort: "postgres", protocol: "TCP" }];
    assert.deepEqual([service["spec"].ports, members["spec"].ports], [ports, ports]);
  });

  it("takes one pod and its volume of the quota; shared memory counts as memory, not as disk", () => {
    const { pods, resources, volumeBytes } = storeFootprint(db);
    assert.deepEqual([pods, volumeBytes], [1, 10 * 2 ** 30]);
    assert.equal(resources.requests["ephemeral-storage"], "129Mi");
  });
});
