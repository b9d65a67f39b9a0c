import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { execute } from "../../engine/command";
import { destroy, preview, up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import type { OperationResult } from "../../engine/types";
import { accountContents } from "../../rehearsal/providers/aws/outside";
import { awsPart } from "../../rehearsal/providers/aws/part";
import { randomPart } from "../../rehearsal/providers/random/part";
import { leaks } from "../support/leaks";
import { clusterStack } from "./support/cluster-stack";
import type { ClusterStack } from "./support/cluster-stack";
import { filesBelow } from "./support/secrets";
import { storesProgram } from "./support/stores";
import type { StoresProgram } from "./support/stores";

type Case = Omit<StoresProgram, "kubeconfig">;

// The cases build on each other, as the runs of one stack do.
describe("stores under the real engine", function () {
  this.timeout(180_000);
  let stack: ClusterStack<Case>;

  before(async function () {
    // Building the tools once takes minutes on a machine that has none of them.
    this.timeout(1_800_000);
    stack = await clusterStack({
      program: (kubeconfig, change) => storesProgram({ kubeconfig, ...change }),
      providers: (folder) => [awsPart({ accountFile: path.join(folder, "account.json") }), randomPart],
      crds: "certManager",
    });
  });

  // What was not started is not there to be stopped.
  after(() => (stack as typeof stack | undefined)?.stop());

  const run = (change: Case): Promise<OperationResult> =>
    up(stack.target(change), silent, { engine: stack.engine });
  const plan = (change: Case): Promise<OperationResult> =>
    preview(stack.target(change), silent, { engine: stack.engine });
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
      path.join(stack.folder, "Pulumi.dev.yaml"),
      JSON.stringify({ ...config, config: { "slipway:confirm": stores } }),
    );
  let config: Record<string, unknown> = {};

  describe("in the cluster", () => {
    it("start, and are unchanged the second time", async () => {
      const first = await run({});
      assert.deepEqual([...new Set(first.steps.map(({ op }) => op))], ["create"]);
      assert.deepEqual(done(await run({})), []);
      // The engine has written the salt of its passphrase there.
      config = parse(await readFile(path.join(stack.folder, "Pulumi.dev.yaml"), "utf8")) as typeof config;
    });

    it("grow their volumes in place", async () => {
      assert.deepEqual(done(await run({ db: { storage: "40Gi" }, cache: { storage: "2Gi" } })), [
        "update shop-cache-data",
        "update shop-db-data",
      ]);
      const claim = await stack.cluster.client.get({
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
      const before = await stack.stateText();
      assert.equal(
        await refused({ ...rotated, without: ["db"], cache: { storage: "3Gi" } }),
        "up of stack dev: it would delete shop/db, and with that all data in there; nothing was changed; " +
          "allowed: stores that are named under slipway:confirm in Pulumi.dev.yaml; " +
          "undo the change or, when it is meant and a backup is at hand, confirm it: " +
          "pulumi config set --path 'slipway:confirm[0]' shop/db -s dev.",
      );
      assert.equal(await stack.stateText(), before);
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
        // What reads them is rolled.
        "update shop-cache-exporter",
        "update shop-cache-user",
        "update shop-db-exporter",
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
      const passwords = passwordsIn(await exportSecrets(stack));
      assert.ok(Object.keys(passwords).length >= 2);
      const account = path.join(stack.folder, "account.json");
      const files = filesBelow(stack.folder, ["cluster"]);
      for (const needed of ["account.json", "state/.pulumi/stacks/demo/dev.json"]) {
        assert.ok(
          files.some(([name]) => name === needed),
          needed,
        );
      }
      assert.deepEqual(leaks(passwords, files), []);
      await destroy(stack.target({ managed: true, without: ["db"] }), silent, { engine: stack.engine });
      assert.deepEqual(accountContents(account), []);
    });
  });
});

interface Claim {
  readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } };
}

/** The state with its secrets in plain text, as only who has the passphrase reads it. */
async function exportSecrets(stack: ClusterStack<Case>): Promise<string> {
  const args = ["stack", "export", "--stack", "dev", "--show-secrets"];
  const { stdout } = await execute(stack.engine.path, args, { cwd: stack.folder, env: stack.target().env });
  return stdout;
}

/** Generated passwords by the name of their resource. */
function passwordsIn(exported: string): Record<string, string> {
  const { deployment } = JSON.parse(exported) as {
    deployment: { resources: { urn: string; type: string; outputs?: { result?: { plaintext: string } } }[] };
  };
  return Object.fromEntries(
    deployment.resources
      .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
      .map(({ urn, outputs }) => [urn, JSON.parse(outputs?.result?.plaintext ?? "null") as string]),
  );
}
