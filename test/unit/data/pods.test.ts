import assert from "node:assert/strict";
import { pinnedImage } from "../../../components/common/versions";
import { storePod } from "../../../components/data/pod";
import { postgresFiles, postgresProcess } from "../../../components/data/postgres";
import { redisProcess } from "../../../components/data/redis";
import type { PostgresSpec, RedisSpec, StoreSpec } from "../../../components/spec/types";
import type { Recorded } from "../../support/recorder";
import { shop } from "../spec/fixtures";

const db = shop.stores!["db"] as PostgresSpec;
const cache = shop.stores!["cache"] as RedisSpec;
const identity = { username: "shop", database: "shop" };
const objects = { tls: "it-tls", secret: "it-config", settings: "it-settings" };

function pod(store: StoreSpec): Recorded["inputs"] {
  const process =
    store.kind === "postgres" ? postgresProcess(store, identity, objects) : redisProcess(store, objects);
  return storePod({ name: "it", store, process, claim: "it-data" }) as Recorded["inputs"];
}
function options(
  args: readonly string[],
  step: (name: string, value: string) => [string, string],
): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: args.length / 2 }, (_, i) => step(args[2 * i] ?? "", args[2 * i + 1] ?? "")),
  );
}

describe("a store's pod", () => {
  for (const store of [db, cache]) {
    it(`has every container restricted, with sizes and nothing writable but scratch (${store.kind})`, () => {
      const { containers, initContainers, securityContext, priorityClassName } = pod(store);
      assert.equal(securityContext.seccompProfile.type, "RuntimeDefault");
      assert.equal(priorityClassName, "slipway-store");
      for (const container of [...containers, ...initContainers] as Recorded["inputs"][]) {
        const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities, runAsNonRoot } =
          container["securityContext"];
        assert.deepEqual(
          [readOnlyRootFilesystem, allowPrivilegeEscalation, runAsNonRoot, capabilities.drop],
          [true, false, true, ["ALL"]],
        );
        assert.equal(container["resources"].requests.memory, container["resources"].limits.memory);
      }
    });

    it(`shows its helpers its socket and what they need, never its data or its passwords (${store.kind})`, () => {
      const mounts = (pod(store)["initContainers"] as Recorded["inputs"][]).map((container) => [
        String(container["name"]),
        (container["volumeMounts"] as { name: string }[]).map(({ name }) => name),
      ]);
      assert.deepEqual(mounts, [
        ["exporter", ["run"]],
        ["reload", ["run", "tls"]],
      ]);
    });
  }
});

describe("a PostgreSQL pod", () => {
  it("runs the pinned image as its own user and group, and the exporter as that of its image", () => {
    const { securityContext, containers, initContainers } = pod(db);
    assert.equal(containers[0].image, pinnedImage("postgres:15"));
    assert.equal(initContainers[0].image, pinnedImage("postgres-exporter"));
    assert.deepEqual(
      [securityContext.runAsUser, securityContext.runAsGroup, securityContext.fsGroup],
      [70, 70, 70],
    );
    assert.equal(initContainers[0].securityContext.runAsUser, 65534);
    assert.equal(initContainers[1].securityContext.runAsUser, undefined);
  });

  it("has no password in its environment: they are files of a Secret", () => {
    const { containers, volumes } = pod(db);
    assert.deepEqual(containers[0].env, [
      { name: "PGDATA", value: "/var/lib/postgresql/data/pgdata" },
      { name: "POSTGRES_INITDB_ARGS", value: "--data-checksums" },
      { name: "POSTGRES_PASSWORD_FILE", value: "/etc/slipway/secrets/admin-password" },
    ]);
    assert.deepEqual(
      (volumes as Recorded["inputs"][]).find((volume) => volume["name"] === "secrets"),
      {
        name: "secrets",
        secret: {
          secretName: "it-config",
          items: [
            { key: "password", path: "password" },
            { key: "admin-password", path: "admin-password" },
          ],
          defaultMode: 0o440,
        },
      },
    );
  });

  it("keeps its data in a folder of the volume, and writes elsewhere only to scratch", () => {
    const { containers, volumes } = pod(db);
    const writable = (containers[0].volumeMounts as Recorded["inputs"][]).filter(
      (mount) => mount["readOnly"] !== true,
    );
    assert.deepEqual(writable, [
      { name: "data", mountPath: "/var/lib/postgresql/data" },
      { name: "tmp", mountPath: "/tmp" },
      { name: "run", mountPath: "/var/run/postgresql" },
      { name: "shm", mountPath: "/dev/shm" },
    ]);
    assert.deepEqual((volumes as unknown[]).slice(0, 4), [
      { name: "data", persistentVolumeClaim: { claimName: "it-data" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      { name: "run", emptyDir: { sizeLimit: "1Mi" } },
      { name: "shm", emptyDir: { sizeLimit: "128Mi", medium: "Memory" } },
    ]);
  });

  it("asks pg_isready by TCP in all three checks", () => {
    const [container] = pod(db)["containers"];
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

  it("serves TLS 1.2 or better by its certificate, lets in whom its files say, and caches in a quarter of its memory", () => {
    const { args } = pod(db)["containers"][0];
    assert.deepEqual(
      options(args as string[], (_, setting) => setting.split("=") as [string, string]),
      {
        shared_buffers: "131072kB",
        shared_preload_libraries: "pg_stat_statements",
        "pg_stat_statements.track_utility": "off",
        hba_file: "/etc/slipway/postgres/pg_hba.conf",
        ident_file: "/etc/slipway/postgres/pg_ident.conf",
        ssl: "on",
        ssl_cert_file: "/etc/slipway/tls/tls.crt",
        ssl_key_file: "/etc/slipway/tls/tls.key",
        ssl_min_protocol_version: "TLSv1.2",
      },
    );
  });

  it("has no line that lets anybody in without TLS, a password or the kernel's word", () => {
    const lines = (postgresFiles(identity)["pg_hba.conf"] ?? "").trim().split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(/\s+/)).map(([type, , user, ...rest]) => [type, user, rest.at(-1)]),
      [
        ["local", "postgres", "peer"],
        ["local", "slipway_monitor", "map=monitor"],
        ["hostssl", "postgres", "reject"],
        ["hostssl", "all", "scram-sha-256"],
      ],
    );
  });
});

describe("a Redis pod", () => {
  it("runs the image that is pinned for its version, as its own user and group", () => {
    assert.equal(pod(cache)["containers"][0].image, pinnedImage("valkey:8"));
    assert.equal(pod({ ...cache, version: "7" })["containers"][0].image, pinnedImage("redis:7"));
    assert.equal(pod(cache)["initContainers"][0].image, pinnedImage("redis-exporter"));
    const { runAsUser, runAsGroup } = pod(cache)["securityContext"];
    assert.deepEqual([runAsUser, runAsGroup], [999, 1000]);
  });

  it("keeps an append-only file and evicts only what expires, or keeps nothing and evicts the oldest", () => {
    const settings = (store: RedisSpec): Record<string, string> =>
      options(pod(store)["containers"][0].args as string[], (name, value) => [name.slice(2), value]);
    const shared = {
      dir: "/data",
      aclfile: "/data/users.acl",
      save: "",
      maxmemory: String((128 * 2 ** 20 * 3) / 4),
      port: "0",
      "tls-port": "6379",
      "tls-cert-file": "/etc/slipway/tls/tls.crt",
      "tls-key-file": "/etc/slipway/tls/tls.key",
      "tls-auth-clients": "no",
      "tls-protocols": "TLSv1.2 TLSv1.3",
      unixsocket: "/run/redis/redis.sock",
      unixsocketperm: "770",
    };
    assert.deepEqual(settings(cache), { ...shared, appendonly: "no", "maxmemory-policy": "allkeys-lru" });
    assert.deepEqual(settings({ ...cache, persistence: "aof" }), {
      ...shared,
      appendonly: "yes",
      "maxmemory-policy": "volatile-lru",
    });
  });

  it("reads passwords from files of a Secret, and its checks from the environment, never from a command line", () => {
    const { containers, volumes } = pod(cache);
    const [container] = containers;
    assert.deepEqual((container.command as string[]).slice(0, 2), ["sh", "-ceu"]);
    assert.deepEqual(container.env, [
      { name: "REDISCLI_AUTH", valueFrom: { secretKeyRef: { name: "it-config", key: "monitor-password" } } },
    ]);
    assert.deepEqual((volumes as Recorded["inputs"][]).at(-1), {
      name: "secrets",
      secret: {
        secretName: "it-config",
        items: ["password", "monitor-password", "admin-password"].map((key) => ({ key, path: key })),
        defaultMode: 0o440,
      },
    });
  });

  it("takes only PONG for an answer, in all three checks", () => {
    const [container] = pod(cache)["containers"];
    for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
      assert.deepEqual(container[probe].exec.command, [
        "sh",
        "-c",
        '[ "$(redis-cli -s /run/redis/redis.sock --user monitor ping)" = PONG ]',
      ]);
    }
  });
});
