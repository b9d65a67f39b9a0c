import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { execute } from "../../engine/command";
import { destroy, preview, up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import type { OperationResult, StackTarget } from "../../engine/types";
import { startCluster } from "../../rehearsal/cluster";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { accountContents } from "../../rehearsal/providers/aws/outside";
import { awsPart } from "../../rehearsal/providers/aws/part";
import { kubernetesPart } from "../../rehearsal/providers/kubernetes/part";
import { randomPart } from "../../rehearsal/providers/random/part";
import { serveProviders } from "../../rehearsal/providers/server";
import type { ProviderServer } from "../../rehearsal/providers/server";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
import { scratch } from "./support/scratch";
import type { Scratch } from "./support/scratch";
import { storesProgram } from "./support/stores";
import type { StoresProgram } from "./support/stores";

type Case = Omit<StoresProgram, "kubeconfig">;

// The cases build on each other, as the runs of one stack do.
describe("stores under the real engine", function () {
  this.timeout(180_000);
  let cluster: EmbeddedCluster;
  let here: Scratch;
  let server: ProviderServer;
  let folder: string;

  before(async function () {
    // Building the tools once takes minutes on a machine that has none of them.
    this.timeout(1_800_000);
    here = await scratch();
    folder = temporaryFolder("slipway-stores-test-");
    const parts = await clusterParts();
    const crdFiles = parts.crdFiles.filter((file) => file.includes("certManager"));
    cluster = await startCluster({ ...parts, crdFiles, folder, storageClass: true }, silent);
    const accountFile = path.join(folder, "account.json");
    server = await serveProviders([
      kubernetesPart({ env: process.env }),
      awsPart({ accountFile }),
      randomPart,
    ]);
  });

  after(async () => {
    (server as ProviderServer | undefined)?.close();
    await (cluster as EmbeddedCluster | undefined)?.stop();
    await (here as Scratch | undefined)?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const target = (change: Case): StackTarget => {
    const plain = here.target(() => {
      storesProgram({ kubeconfig: cluster.kubeconfig, ...change });
      return Promise.resolve();
    });
    return { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
  };
  const run = (change: Case): Promise<OperationResult> => up(target(change), silent, { engine: here.engine });
  const plan = (change: Case): Promise<OperationResult> =>
    preview(target(change), silent, { engine: here.engine });
  const refused = async (change: Case): Promise<string> => {
    try {
      await run(change);
    } catch (error) {
      assert.equal((error as Error).name, "SlipwayError");
      return (error as Error).message;
    }
    return assert.fail("the change went through");
  };
  /** What is done to which resource, by logical name. */
  const done = ({ steps }: OperationResult): string[] =>
    steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`)
      .sort();
  const confirm = (...stores: string[]): Promise<void> =>
    writeFile(
      path.join(here.folder, "Pulumi.dev.yaml"),
      JSON.stringify({ ...config, config: { "slipway:confirm": stores } }),
    );
  let config: Record<string, unknown> = {};
  const state = (): Promise<string> =>
    readFile(path.join(here.folder, "state/.pulumi/stacks/demo/dev.json"), "utf8");

  describe("in the cluster", () => {
    it("start, and are unchanged the second time", async () => {
      const first = await run({});
      assert.deepEqual([...new Set(first.steps.map(({ op }) => op))], ["create"]);
      assert.deepEqual(done(await run({})), []);
      // The engine has written the salt of its passphrase there.
      config = parse(await readFile(path.join(here.folder, "Pulumi.dev.yaml"), "utf8")) as typeof config;
    });

    it("grow their volumes in place", async () => {
      assert.deepEqual(done(await run({ db: { storage: "40Gi" }, cache: { storage: "2Gi" } })), [
        "update shop-cache-data",
        "update shop-db-data",
      ]);
      const claim = await cluster.client.get({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        name: "db-data",
        namespace: "shop",
      });
      assert.equal((claim as Claim | undefined)?.spec.resources.requests.storage, "40Gi");
    });

    const grown: Case = { db: { storage: "40Gi" }, cache: { storage: "2Gi" } };

    it("change their passwords by a Job, and replace, restart or delete nothing that holds data", async () => {
      const result = await run({ ...grown, rotations: { db: 2, cache: 3 } });
      assert.deepEqual(done(result), [
        "create shop-cache-connection-3",
        "create shop-cache-password-2",
        "create shop-cache-password-3",
        "create shop-cache-rotation-3",
        "create shop-cache-rotation-3-passwords",
        "create shop-cache-rotation-way-in",
        "create shop-cache-rotation-way-out",
        "create shop-db-connection-2",
        "create shop-db-password-2",
        "create shop-db-rotation-2",
        "create shop-db-rotation-2-passwords",
        "create shop-db-rotation-way-in",
        "create shop-db-rotation-way-out",
        "delete shop-cache-connection",
        "delete shop-db-connection",
      ]);
      assert.equal(result.changes.replace, 0);
    });

    const rotated: Case = { ...grown, rotations: { db: 2, cache: 3 } };

    it("take readers as no change, for inside the cluster there is one member", async () => {
      const { db, cache } = grown;
      assert.deepEqual(
        done(await plan({ ...rotated, db: { ...db, readers: 2 }, cache: { ...cache, readers: 1 } })),
        [],
      );
    });

    it("are not deleted with their data unless that is confirmed by name, and nothing else is done either", async () => {
      const before = await state();
      assert.equal(
        await refused({ ...rotated, without: ["db"], cache: { storage: "3Gi" } }),
        "up of stack dev: it would delete shop/db, and with that all data in there; nothing was changed; " +
          "allowed: stores that are named under slipway:confirm in Pulumi.dev.yaml; " +
          "undo the change or, when it is meant and a backup is at hand, confirm it: " +
          "pulumi config set --path 'slipway:confirm[0]' shop/db -s dev.",
      );
      assert.equal(await state(), before);
      await confirm("shop/cache");
      assert.match(await refused({ ...rotated, without: ["db"] }), /it would delete shop\/db, and/);
      await confirm("shop/db");
      const { changes } = await run({ ...rotated, without: ["db"] });
      assert.equal(changes.replace, 0);
      assert.ok(changes.delete > 0);
    });

    it("do not become others on AWS without that either, for these would be empty", async () => {
      await confirm();
      assert.match(
        await refused({ ...rotated, without: ["db"], managed: true }),
        /it would delete shop\/cache, and with that all data/,
      );
      await confirm("shop/cache");
      await run({ ...rotated, without: ["db", "cache"], managed: true });
      await confirm();
    });
  });

  describe("on AWS", () => {
    it("start, and are unchanged the second time", async () => {
      await run({ managed: true });
      assert.deepEqual(done(await run({ managed: true })), []);
    });

    it("grow, change their passwords and get readers in place", async () => {
      assert.deepEqual(done(await run({ managed: true, db: { storage: "40Gi" } })), [
        "update shop-db-instance",
      ]);
      assert.deepEqual(
        done(await run({ managed: true, db: { storage: "40Gi", readers: 1 }, cache: { readers: 1 } })),
        ["create shop-db-reader-1", "update shop-cache-group"],
      );
    });

    const grown: Case = { managed: true, db: { storage: "40Gi", readers: 1 }, cache: { readers: 1 } };

    it("change their passwords without a Job: AWS puts them in force", async () => {
      const result = await run({ ...grown, rotations: { db: 2, cache: 2 } });
      assert.deepEqual(done(result), [
        "create shop-cache-connection-2",
        "create shop-cache-password-2",
        "create shop-cache-record-version-2",
        "create shop-db-connection-2",
        "create shop-db-password-2",
        "create shop-db-record-version-2",
        "delete shop-cache-connection",
        "delete shop-cache-record-version",
        "delete shop-db-connection",
        "delete shop-db-record-version",
        "update shop-cache-user",
        "update shop-db-instance",
      ]);
      assert.equal(result.changes.replace, 0);
    });

    const rotated: Case = { ...grown, rotations: { db: 2, cache: 2 } };

    it("are not replaced unless that is confirmed by name; a reader may go", async () => {
      const other: Case = { ...rotated, db: { ...grown.db, database: "other" } };
      assert.match(await refused(other), /it would replace shop\/db, and with that all data in there/);
      assert.deepEqual(done(await run({ ...rotated, db: { storage: "40Gi" } })), ["delete shop-db-reader-1"]);
    });

    it("are held by protection, which only a confirmation lifts, in place", async () => {
      const kept: Case = { ...rotated, db: { storage: "40Gi" }, protect: true };
      await run(kept);
      const gone: Case = { ...kept, without: ["db"] };
      assert.match(
        await refused(gone),
        /^preview of stack dev: the change would delete or replace what is protected: aws:rds\/instance:Instance "shop-db-instance", .*; nothing was changed; undo it or.*slipway:confirm.*and then with it\.$/,
      );
      await confirm("shop/db");
      assert.match(await refused(gone), /is protected/);
      assert.deepEqual(done(await run({ ...kept, confirmed: ["db"] })), ["update shop-db-instance"]);
      const { changes } = await run({ ...gone, confirmed: ["db"] });
      assert.equal(changes.replace, 0);
      assert.ok(changes.delete > 0);
    });

    it("leave no secret in the state or the account, and nothing behind", async () => {
      await run({ managed: true, without: ["db"], rotations: { cache: 2 } });
      const account = await readFile(path.join(folder, "account.json"), "utf8");
      const file = await state();
      const { stdout } = await exportSecrets(here);
      const passwords = passwordsIn(stdout);
      assert.ok(passwords.length >= 2);
      for (const password of passwords) {
        assert.equal(account.includes(password), false);
        assert.equal(file.includes(password), false);
      }
      await destroy(target({ managed: true, without: ["db"] }), silent, { engine: here.engine });
      assert.deepEqual(accountContents(path.join(folder, "account.json")), []);
    });
  });
});

interface Claim {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

async function exportSecrets(here: Scratch): Promise<{ stdout: string }> {
  const { env } = here.target(() => Promise.resolve());
  const args = ["stack", "export", "--stack", "dev", "--show-secrets"];
  return execute(here.engine.path, args, { cwd: here.folder, env });
}

function passwordsIn(exported: string): string[] {
  const { deployment } = JSON.parse(exported) as {
    deployment: { resources: { type: string; outputs?: { result?: { plaintext?: string } } }[] };
  };
  return deployment.resources
    .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
    .flatMap(({ outputs }) => JSON.parse(outputs?.result?.plaintext ?? "[]") as string | string[]);
}
