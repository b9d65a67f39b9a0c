import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { redisProcess } from "../../components/data/redis";
import { storeUrl, trustPath } from "../../components/spec/store-kinds";
import type { RedisSpec } from "../../components/spec/types";
import { containerOf } from "../support/store-pod";
import type { Ended, LocalPod } from "../support/store-pod";
import { passwords, RealStore } from "./support/real-store";

const spec: RedisSpec = {
  kind: "redis",
  version: "7",
  persistence: "aof",
  storage: "1Gi",
  size: { cpu: ["50m", "100m"], memory: "64Mi" },
};
const process_ = redisProcess(spec, { tls: "tls", secret: "secret" });
const secrets = {
  password: passwords[0],
  "monitor-password": "MonitorPassword0",
  "admin-password": "AdminPassword0",
};

/** A real Redis that runs the rendered command line, files and scripts. */
describe("a Redis inside the cluster", function () {
  this.timeout(180_000);
  const store = new RealStore({
    name: "cache",
    system: "shop",
    spec,
    process: process_,
    secrets,
    programs: ["redis-server", "redis-cli"],
    debianPackage: "redis-server",
    folders: ["/data", "/run/redis"],
  });
  const { pod, certificate } = store;
  let local: LocalPod;

  const cli = (password: string, ...command: readonly string[]): Promise<Ended> =>
    local.run("redis-cli", [
      ...[
        "-u",
        local.here(
          storeUrl(spec, { name: "cache", host: "127.0.0.1", password, username: "default", database: "0" }),
        ),
      ],
      ...["--cacert", local.path(trustPath("cache")), "--no-auth-warning", ...command],
    ]);
  const asHelper = (container: string, ...command: readonly string[]): Promise<Ended> =>
    local.run(
      "redis-cli",
      [
        "-s",
        local.path("/run/redis/redis.sock"),
        "--user",
        container === "reload" ? "admin" : "monitor",
        ...command,
      ],
      {
        REDISCLI_AUTH: secrets[container === "reload" ? "admin-password" : "monitor-password"],
      },
    );

  async function start(): Promise<void> {
    const container = containerOf(pod, "redis");
    const [, flags = "", script = "", ...rest] = container.command as string[];
    const args = (container.args as string[]).map((arg) => local.here(arg));
    await store.started(
      local.spawn("sh", [flags, local.here(script), ...rest, ...args], local.env(container, secrets)),
    );
  }

  before(async () => {
    await store.open();
    local = store.local;
    await start();
  });

  after(() => store.close());

  it("takes the URL of its Secret over TLS, and keeps what it is told in an append-only file", async () => {
    assert.equal((await cli(passwords[0], "set", "order", "1")).stdout, "OK\n");
    assert.equal((await cli(passwords[0], "config", "get", "appendonly")).stdout, "appendonly\nyes\n");
    assert.match((await cli(passwords[0], "info", "memory")).stdout, /maxmemory:50331648\r?\n/);
    assert.match((await cli(passwords[0], "info", "memory")).stdout, /maxmemory_policy:volatile-lru\r?\n/);
  });

  it("is verified by a client that has its authority, by host and by signer", async () => {
    const { "ca.crt": ca } = certificate;
    assert.equal(await handshake({ port: local.port, servername: "cache", ca }), "TLSv1.3");
    await assert.rejects(
      handshake({ port: local.port, servername: "other", ca }),
      /does not match certificate/,
    );
    const { "ca.crt": strange } = store.stranger(["cache"]);
    await assert.rejects(
      handshake({ port: local.port, servername: "cache", ca: strange }),
      /unable to verify/,
    );
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await assert.rejects(
      handshake({ port: local.port, servername: "cache", ca, ...old }),
      /protocol version/,
    );
  });

  it("refuses connections without TLS and other passwords", async () => {
    const plain = await local.run("redis-cli", ["-p", String(local.port), "ping"]);
    assert.equal(plain.stdout.includes("PONG"), false);
    assert.match((await cli("wrong", "ping")).stdout, /NOAUTH/);
  });

  it("lets the exporter read figures by its socket, and nothing else", async () => {
    const env = local.env(containerOf(pod, "exporter"), secrets);
    assert.deepEqual(env, {
      REDIS_ADDR: `unix://${local.path("/run/redis/redis.sock")}`,
      REDIS_USER: "monitor",
      REDIS_PASSWORD: secrets["monitor-password"],
    });
    // What the exporter asks at each scrape.
    for (const command of [
      "info all",
      "config get *",
      "slowlog len",
      "slowlog get 1",
      "latency latest",
      "latency histogram",
      "client list",
      "client setname x",
      "ping",
    ]) {
      const { stdout } = await asHelper("exporter", ...command.split(" "));
      assert.doesNotMatch(stdout, /^(NOPERM|ERR)/, command);
    }
    for (const command of [
      "get order",
      "keys *",
      "config set maxmemory 1",
      "acl list",
      "flushall",
      "shutdown",
    ]) {
      assert.match((await asHelper("exporter", ...command.split(" "))).stdout, /^NOPERM/, command);
      if (!command.startsWith("config")) {
        assert.match((await asHelper("reload", ...command.split(" "))).stdout, /^NOPERM/, command);
      }
    }
  });

  it("serves a renewed certificate once its watcher has seen it, and ends the watcher in order", async () => {
    const ended = await store.renew(() => servedSerial(local.port));
    assert.equal(ended.code, 0, ended.said);
    assert.equal((await cli(passwords[0], "get", "order")).stdout, "1\n");
  });

  describe("when its password is changed", () => {
    const rotate = (newest: number): Promise<Ended> => store.rotate(newest, { ADDRESS: "127.0.0.1" });
    const opens = async (password: string): Promise<boolean> =>
      (await cli(password, "ping")).stdout === "PONG\n";
    const inForce = (): Promise<boolean[]> => Promise.all(passwords.map(opens));

    it("takes the new one, no more the old one, and keeps its data and its process", async () => {
      const pid = store.server.process.pid;
      const { code, stdout, stderr } = await rotate(2);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "password 2 is in force; found in force: 1\n");
      assert.deepEqual(await inForce(), [false, true, false]);
      assert.equal((await cli(passwords[1], "get", "order")).stdout, "1\n");
      assert.equal(store.server.process.pid, pid);
    });

    it("changes nothing when the Job runs again, and the helpers keep their own", async () => {
      assert.equal((await rotate(2)).stdout, "password 2 is in force; found in force: 2\n");
      assert.equal((await asHelper("exporter", "ping")).stdout, "PONG\n");
    });

    it("keeps the new one and its data over a restart, and finds it when a change was left out", async () => {
      await local.stop(store.server.process);
      await start();
      assert.deepEqual(await inForce(), [false, true, false]);
      assert.equal((await cli(passwords[1], "get", "order")).stdout, "1\n");
      assert.equal((await rotate(3)).stdout, "password 3 is in force; found in force: 2\n");
      assert.deepEqual(await inForce(), [false, false, true]);
    });

    it("fails with a sentence when no password fits", async () => {
      await cli(passwords[2], "acl", "setuser", "default", "resetpass", ">somebody-elses");
      const lost = await rotate(3);
      assert.equal(lost.code, 1);
      assert.match(lost.stderr, /none of the 3 passwords opens the store, or it does not answer\n$/);
      await cli("somebody-elses", "acl", "setuser", "default", "resetpass", `>${passwords[2]}`);
    });

    it("says no password in its output, its log, its list of users or a command line", async () => {
      const ended = await rotate(3);
      const said =
        ended.stdout +
        ended.stderr +
        store.server.said() +
        readFileSync(local.path("/data/users.acl"), "utf8");
      const lines = JSON.stringify([pod, store.rotation]);
      for (const password of [...passwords, ...Object.values(secrets)]) {
        assert.equal(said.includes(password), false);
        assert.equal(lines.includes(password), false);
      }
    });
  });
});

async function handshake(options: ConnectionOptions): Promise<string | null> {
  const secure = connect({ host: "127.0.0.1", ...options });
  try {
    await once(secure, "secureConnect");
    return secure.getProtocol();
  } finally {
    secure.destroy();
  }
}

async function servedSerial(port: number): Promise<string> {
  const secure = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  try {
    await once(secure, "secureConnect");
    return secure.getPeerCertificate().serialNumber;
  } finally {
    secure.destroy();
  }
}
