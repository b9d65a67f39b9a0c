import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import * as aws from "@pulumi/aws";
import { destroy, up } from "../../engine/operations";
import { silent } from "../../engine/progress";
import type { Progress } from "../../engine/progress";
import { awsPart } from "../../rehearsal/providers/aws/part";
import { accountContents } from "../../rehearsal/providers/aws/outside";
import type { ProviderServer } from "../../rehearsal/providers/server";
import { serveProviders } from "../../rehearsal/providers/server";
import { installTools } from "../support/tools";
import type { Scratch } from "./support/scratch";
import { scratch } from "./support/scratch";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const none = { create: 0, update: 0, replace: 0, delete: 0 };

describe("resources of an account, when the engine is killed while it creates them", function () {
  this.timeout(120_000);
  before(installTools);
  let here: Scratch;
  let server: ProviderServer;
  let account: string;
  let victim: string | undefined;
  const notes: string[] = [];
  const progress: Progress = { ...silent, note: (line) => notes.push(line) };

  beforeEach(async () => {
    here = await scratch();
    account = path.join(here.folder, "account.json");
    notes.length = 0;
    server = await serveProviders(
      [awsPart({ accountFile: account, cluster: () => ({ endpoint: "", caData: "" }) })],
      {
        onCall: async ({ method, name, preview }) => {
          if (method !== "create" || preview || name !== victim) return;
          victim = undefined;
          const [lock = ""] = (await readdir(here.locks)).filter((file) => file.endsWith(".json"));
          const { pid } = JSON.parse(await readFile(path.join(here.locks, lock), "utf8")) as { pid: number };
          process.kill(pid, "SIGKILL");
        },
      },
    );
  });
  afterEach(async () => {
    server.close();
    await here.remove();
  });

  const target = (program: () => void) => {
    const plain = here.target(() => {
      program();
      return Promise.resolve();
    });
    return { ...plain, env: { ...plain.env, PULUMI_DEBUG_PROVIDERS: server.env } };
  };
  const provider = () => new aws.Provider("aws", { region: "eu-central-1" });
  const held = (): string[] => accountContents(account).map(({ type }) => type.split(":").at(-1) ?? "");

  it("takes over what has a name of its own, and makes it once", async () => {
    const program = (): void => {
      const opts = { provider: provider() };
      const role = new aws.iam.Role("node", { assumeRolePolicy: trust }, opts);
      new aws.cloudwatch.LogGroup(
        "logs",
        { name: "/slipway/test", retentionInDays: 30 },
        { ...opts, dependsOn: role },
      );
    };
    victim = "node";
    await assert.rejects(up(target(program), silent, { engine: here.engine }), /was killed by SIGKILL/);
    assert.deepEqual(held(), ["Role"]);
    victim = "logs";
    await assert.rejects(up(target(program), progress, { engine: here.engine }), /was killed by SIGKILL/);
    assert.match(
      notes.join("\n"),
      /while creating aws:iam\/role:Role "node": it exists, and the state has it now/,
    );
    const { changes } = await up(target(program), silent, { engine: here.engine });
    // The stack, its provider and the two.
    assert.deepEqual(changes, { ...none, same: 4 });
    assert.deepEqual(held().sort(), ["LogGroup", "Role"]);
    await destroy(target(program), silent, { engine: here.engine });
    assert.deepEqual(held(), []);
  });

  it("says of what has only an id from the account that it may exist beside the state", async () => {
    const program = (): void => {
      new aws.ec2.Vpc("network", { cidrBlock: "10.0.0.0/16" }, { provider: provider() });
    };
    victim = "network";
    await assert.rejects(up(target(program), silent, { engine: here.engine }), /was killed by SIGKILL/);
    const { changes } = await up(target(program), progress, { engine: here.engine });
    assert.deepEqual(changes, { ...none, create: 1, same: 2 });
    assert.match(
      notes.join("\n"),
      /while creating aws:ec2\/vpc:Vpc "network": if it exists, the state does not know of it; look for it, and import or delete it/,
    );
  });
});
