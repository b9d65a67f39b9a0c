import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import * as pulumi from "@pulumi/pulumi";
import { dnsNames } from "../../components/data/certificates";
import { postgresFiles, postgresProcess } from "../../components/data/postgres";
import { storeUrl, trustFolder, trustPath } from "../../components/spec/store-kinds";
import type { PostgresSpec } from "../../components/spec/types";
import { value } from "../support/recorder";
import { containerOf } from "../support/store-pod";
import type { Ended, LocalPod } from "../support/store-pod";
import { passwords, RealStore } from "./support/real-store";

const spec: PostgresSpec = {
  kind: "postgres",
  version: "15",
  storage: "1Gi",
  size: { cpu: ["100m", "1"], memory: "128Mi" },
};
const identity = { username: "web_shop", database: "web_shop" };
const process_ = postgresProcess(spec, identity, { tls: "tls", secret: "secret", settings: "settings" });
const adminPassword = "AdminPassword0";

/** A real PostgreSQL that runs the rendered command line, files and scripts. */
describe("a PostgreSQL inside the cluster", function () {
  this.timeout(180_000);
  const store = new RealStore({
    name: "db",
    system: "web-shop",
    spec,
    process: process_,
    secrets: { password: passwords[0], "admin-password": adminPassword },
    programs: ["postgres", "initdb", "psql", "pg_isready"],
    debianPackage: "postgresql-15",
    folders: ["/var/lib/postgresql/data", "/var/run/postgresql", "/etc/slipway/postgres"],
  });
  const { pod, certificate } = store;
  let local: LocalPod;

  const psql = (target: string, sql: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    local.run("psql", ["-XAtqw", target, "-c", sql], { PGHOSTADDR: "127.0.0.1", ...env });
  const url = (password: string, host = "db"): string =>
    local.here(storeUrl(spec, { name: "db", host, password, ...identity }));
  const asAdmin = (sql: string): Promise<Ended> =>
    local.run(
      "psql",
      ["-XAtqw", "-h", local.path("/var/run/postgresql"), "-U", "postgres", "-d", "postgres", "-c", sql],
      {
        PGPORT: String(local.port),
      },
    );

  async function start(): Promise<void> {
    const args = (containerOf(pod, "postgres").args as string[]).map((arg) => local.here(arg));
    const server = local.spawn("postgres", [
      ...["-D", local.path("/var/lib/postgresql/data"), "-p", String(local.port)],
      ...["-k", local.path("/var/run/postgresql"), "-c", "listen_addresses=127.0.0.1"],
      ...args,
    ]);
    await store.started(server);
  }

  before(async () => {
    await store.open();
    local = store.local;
    const files = postgresFiles(identity);
    store.write("/etc/slipway/postgres", {
      "pg_hba.conf": files["pg_hba.conf"] ?? "",
      "init.sql": local.here(files["init.sql"] ?? ""),
      // In the image the superuser's own system user is postgres, and the exporter's nobody. Here both are one.
      "pg_ident.conf": `${(files["pg_ident.conf"] ?? "").replace("nobody", local.userName)}super ${local.userName} postgres\n`,
    });
    const access = (files["pg_hba.conf"] ?? "").replace(/^(local +all +postgres +peer)$/m, "$1 map=super");
    local.write("/etc/slipway/postgres/pg_hba.conf", access);

    const made = await local.run("initdb", [
      ...[
        "-D",
        local.path("/var/lib/postgresql/data"),
        "--username=postgres",
        "--no-sync",
        "--data-checksums",
      ],
      `--pwfile=${local.path("/etc/slipway/secrets/admin-password")}`,
    ]);
    assert.equal(made.code, 0, made.stderr);
    await start();
    const set = await local.run("psql", [
      ...["-Xw", "-v", "ON_ERROR_STOP=1", "-h", local.path("/var/run/postgresql"), "-p", String(local.port)],
      ...["-U", "postgres", "-d", "postgres", "-f", local.path("/etc/slipway/postgres/init.sql")],
    ]);
    assert.equal(set.code, 0, set.stderr);
  });

  after(() => store.close());

  it("takes the URL of its Secret as it is: over TLS, with its certificate and host verified", async () => {
    const { stdout, stderr } = await psql(
      url(passwords[0]),
      "SELECT ssl, version, current_user, current_database() FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    );
    assert.match(stdout, /^t\|TLSv1\.[23]\|web_shop\|web_shop\n$/, stderr);
    assert.match(url(passwords[0]), /\?sslmode=verify-full&sslrootcert=\S+\/ca\.crt$/);
  });

  it("is refused by a client that trusts somebody else, or that asked for another host", async () => {
    const elsewhere = await psql(url(passwords[0], "other"), "SELECT 1");
    assert.match(
      elsewhere.stderr,
      /server certificate for "db" \(and 1 other name\) does not match host name "other"/,
    );
    store.trust(trustFolder("db"), store.stranger(["db"]));
    const distrusted = await psql(url(passwords[0]), "SELECT 1");
    store.trust(trustFolder("db"), certificate);
    assert.match(distrusted.stderr, /certificate verify failed/);
  });

  it("refuses connections without TLS, other passwords, and its superuser from the network", async () => {
    const plain = url(passwords[0]).replace(/\?.*$/, "?sslmode=disable");
    assert.match((await psql(plain, "SELECT 1")).stderr, /no pg_hba\.conf entry.*no encryption/);
    assert.match((await psql(url("wrong"), "SELECT 1")).stderr, /password authentication failed/);
    const root = url(adminPassword).replace("web_shop:", "postgres:");
    assert.match((await psql(root, "SELECT 1")).stderr, /pg_hba\.conf rejects connection.*user "postgres"/);
  });

  it("refuses TLS below 1.2", async () => {
    const offer = (maxVersion: "TLSv1.1" | "TLSv1.2"): Promise<string | null> => {
      const versions = { minVersion: "TLSv1", maxVersion, ciphers: "DEFAULT@SECLEVEL=0" } as const;
      const trusted = { servername: "db", ca: certificate["ca.crt"] };
      return handshake(local.port, { ...versions, ...trusted }, (secure) => secure.getProtocol());
    };
    assert.equal(await offer("TLSv1.2"), "TLSv1.2");
    await assert.rejects(offer("TLSv1.1"), /protocol version/);
  });

  it("gives the account its database and no rights beyond it", async () => {
    const made = await psql(
      url(passwords[0]),
      "CREATE TABLE orders (id int); INSERT INTO orders VALUES (1); SELECT count(*) FROM orders",
    );
    assert.equal(made.stdout, "1\n", made.stderr);
    const rights = await psql(
      url(passwords[0]),
      "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = current_user",
    );
    assert.equal(rights.stdout, "f|f|f|f\n");
    assert.match(
      (await psql(url(passwords[0]), "COPY orders FROM PROGRAM 'id'")).stderr,
      /pg_execute_server_program/,
    );
  });

  it("lets the exporter in by its socket without a password, and shows it statistics but no data", async () => {
    const dsn = local.env(containerOf(pod, "exporter"))["DATA_SOURCE_NAME"] ?? "";
    const ask = (sql: string): Promise<Ended> =>
      local.run("psql", ["-XAtqw", `${dsn} port=${local.port}`, "-c", sql]);
    assert.equal((await ask("SELECT pg_has_role('pg_monitor', 'member')")).stdout, "t\n");
    assert.match((await ask("SELECT count(*) > 0 FROM pg_stat_database")).stdout, /^t/);
    const data = await local.run("psql", [
      "-XAtqw",
      `${dsn} port=${local.port}`.replace("dbname=postgres", "dbname=web_shop"),
      "-c",
      "SELECT 1",
    ]);
    assert.match(data.stderr, /permission denied for database "web_shop"/);
  });

  it("counts statements for the exporter, with no value in them, and keeps that from the account", async () => {
    const dsn = local.env(containerOf(pod, "exporter"))["DATA_SOURCE_NAME"] ?? "";
    await psql(url(passwords[0]), "SELECT 'of-a-customer'; SELECT 'of-a-customer'");
    const slow = "SELECT calls, query FROM pg_stat_statements WHERE calls > 1 AND query LIKE 'SELECT $1%'";
    const seen = await local.run("psql", ["-XAtqw", `${dsn} port=${local.port}`, "-c", slow]);
    assert.match(seen.stdout, /^\d+\|SELECT \$1$/m, seen.stderr);
    const all = await asAdmin("SELECT string_agg(query, ' ') FROM pg_stat_statements");
    assert.equal(all.code, 0, all.stderr);
    assert.doesNotMatch(all.stdout, /of-a-customer|(?:CREATE|ALTER) ROLE/);
    assert.match((await psql(url(passwords[0]), slow)).stderr, /"pg_stat_statements" does not exist/);
  });

  it("serves a renewed certificate once its watcher has seen it, and ends the watcher in order", async () => {
    const ended = await store.renew(() => servedSerial(local.port), { PGPORT: String(local.port) });
    assert.equal(ended.code, 0, ended.said);
    assert.equal((await psql(url(passwords[0]), "SELECT 1")).stdout, "1\n");
  });

  describe("when its password is changed", () => {
    const rotate = (newest: number, over: Readonly<Record<string, string>> = {}): Promise<Ended> =>
      store.rotate(newest, { PGHOSTADDR: "127.0.0.1", ...over });
    const opens = async (password: string): Promise<boolean> =>
      (await psql(url(password), "SELECT 1")).code === 0;

    it("takes the new one, no more the old one, and keeps its data and its process", async () => {
      const pid = store.server.process.pid;
      const { code, stdout, stderr } = await rotate(2);
      assert.equal(code, 0, stderr);
      assert.equal(stdout, "password 2 is in force; found in force: 1\n");
      assert.deepEqual(await Promise.all(passwords.map(opens)), [false, true, false]);
      assert.equal((await psql(url(passwords[1]), "SELECT count(*) FROM orders")).stdout, "1\n");
      assert.equal(store.server.process.pid, pid);
    });

    it("changes nothing when the Job runs again", async () => {
      const hash = "SELECT rolpassword FROM pg_authid WHERE rolname = 'web_shop'";
      const before = (await asAdmin(hash)).stdout;
      assert.match(before, /^SCRAM-SHA-256\$/);
      assert.equal((await rotate(2)).stdout, "password 2 is in force; found in force: 2\n");
      assert.equal((await asAdmin(hash)).stdout, before);
    });

    it("finds the one in force when a change was left out, and keeps the new one over a restart", async () => {
      await asAdmin(`ALTER ROLE web_shop PASSWORD '${passwords[0]}'`);
      assert.equal((await rotate(3)).stdout, "password 3 is in force; found in force: 1\n");
      await local.stop(store.server.process);
      await start();
      assert.deepEqual(await Promise.all(passwords.map(opens)), [false, false, true]);
    });

    it("fails with a sentence when no password fits, and trusts no other server", async () => {
      await asAdmin("ALTER ROLE web_shop PASSWORD 'somebody-elses'");
      const lost = await rotate(3);
      assert.equal(lost.code, 1);
      assert.match(lost.stderr, /none of the 3 passwords opens the store, or it does not answer\n$/);
      const elsewhere = await rotate(3, { PGHOST: "other" });
      assert.match(elsewhere.stderr, /does not match host name "other"/);
      await asAdmin(`ALTER ROLE web_shop PASSWORD '${passwords[2]}'`);
    });

    it("says no password in its output, its log or a command line", async () => {
      const statements = await asAdmin("SELECT query FROM pg_stat_statements");
      assert.match(statements.stdout, /pg_authid/);
      const said = [await rotate(3), statements, { stdout: store.server.said(), stderr: "", code: 0 }]
        .map(({ stdout, stderr }) => stdout + stderr)
        .join("");
      const lines = JSON.stringify([pod, store.rotation]);
      for (const password of [...passwords, adminPassword]) {
        assert.equal(said.includes(password), false);
        assert.equal(lines.includes(password), false);
      }
    });
  });

  it("has a certificate whose names cover the host that its users get", async () => {
    const names = await Promise.all(dnsNames("db", "shop").map((name) => value(pulumi.output(name))));
    const covers = new X509Certificate(store.issue(names)["tls.crt"]);
    for (const host of ["db", "db.shop", "db.shop.svc.cluster.local"])
      assert.equal(covers.checkHost(host), host);
    assert.equal(covers.checkHost("other"), undefined);
    assert.equal(trustPath("db"), "/etc/slipway/stores/db/ca.crt");
  });
});

/** Asks for TLS as PostgreSQL's clients do (SSLRequest), then shakes hands. */
async function handshake<T>(
  port: number,
  options: ConnectionOptions,
  read: (secure: TLSSocket) => T,
): Promise<T> {
  const socket = connect(port, "127.0.0.1");
  try {
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    await once(socket, "data");
    const secure = connectTls({ ...options, socket });
    await once(secure, "secureConnect");
    return read(secure);
  } finally {
    socket.destroy();
  }
}

function servedSerial(port: number): Promise<string> {
  return handshake(port, { rejectUnauthorized: false }, (secure) => secure.getPeerCertificate().serialNumber);
}
