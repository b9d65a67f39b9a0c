import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { stackSettings } from "../../../deployments/settings";
import { table } from "../../../deployments/table";
import type { DeliveryTable, StackRow } from "../../../deployments/types";
import { validate } from "../../../deployments/validate";
import { deliver } from "../../../deployments/workflows/deliver";
import { review } from "../../../deployments/workflows/review";
import { stages } from "../../../infra/stages";
import { made } from "../../../tools/workflows/write";

const root = path.resolve(__dirname, "../../..");

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}
const fileOf = (stack: string): StackFile["config"] =>
  (parse(readFileSync(path.join(root, `Pulumi.${stack}.yaml`), "utf8")) as StackFile).config;
const stackNames = readdirSync(root).flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? []);

describe("the table of deliveries", () => {
  it("is allowed", () => validate(table));

  it("is of this project", () => {
    const { name } = parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as { name: string };
    assert.equal(table.project, name);
  });

  it("has each stack on AWS, and the template of review stacks", () => {
    const onAws = stackNames.filter(
      (stack) => stages[String(fileOf(stack)["slipway:stage"])]?.cloud === "aws",
    );
    assert.deepEqual(onAws.sort(), [...Object.keys(table.stacks), table.review.template].sort());
  });

  for (const [stack, { region, roles }] of Object.entries(table.stacks)) {
    it(`has the region of stack ${stack}, and the role that it lets administer its cluster`, () => {
      const file = fileOf(stack);
      assert.equal(region, file["aws:region"]);
      const { admins } = file["slipway:cluster"] as { admins: Record<string, string> };
      const short = (arn: string): string => arn.replace(/^.*:role\//, "role/");
      const may = (arn: string): boolean =>
        [arn, short(arn)].some((one) => Object.values(admins).includes(one));
      assert.equal(may(roles.up), true, "the API server would refuse an up by that role");
      assert.equal(may(roles.preview), false, "what runs a pull request's code would administer the cluster");
    });
  }

  it("names files and folders that are there", () => {
    const rows = Object.values(table.stacks);
    for (const glob of [...table.paths, ...table.review.paths]) {
      const isFolder = glob.endsWith("/**");
      assert.equal(statSync(path.join(root, glob.replace(/\/\*\*$/, ""))).isDirectory(), isFolder, glob);
    }
    for (const { packConfig } of [...rows, table.review]) assert.ok(existsSync(path.join(root, packConfig)));
  });

  it("sees a change of whatever folder a stack's program imports from", () => {
    const { mayImport } = imports();
    for (const room of ["infra", "engine", "cli", "policies", ...mayImport])
      assert.ok(table.paths.includes(`${room.split("/")[0] ?? ""}/**`), room);
  });

  const [[firstStack, first] = fail(), [secondStack, second] = fail()] = Object.entries(table.stacks);
  const withStack = (stack: string, row: StackRow, change: Partial<StackRow>): DeliveryTable => ({
    ...table,
    stacks: { ...table.stacks, [stack]: { ...row, ...change } },
  });
  const refused: readonly (readonly [string, DeliveryTable, RegExp])[] = [
    ["a repository without its owner", { ...table, repository: "slipway" }, /repository is "slipway"/],
    ["an organization with capitals", { ...table, organization: "Acme" }, /organization is "Acme"/],
    ["no branch", { ...table, branch: "" }, /branch is ""/],
    ["an expression as a branch", { ...table, branch: "${{ github.ref }}" }, /branch is /],
    ["a session that AWS does not give", { ...table, sessionSeconds: 60 }, /sessionSeconds is "60"/],
    ["an exclusion", { ...table, paths: ["!docs/**"] }, /paths is "!docs\/\*\*"; allowed: folder\/\*\*/],
    ["a star that the two readers read differently", { ...table, paths: ["infra/*.ts"] }, /paths is /],
    ["no path at all", { ...table, paths: [] }, /paths is ""/],
    ["an image without a digest", { ...table, executorImage: "pulumi/pulumi:3" }, /executorImage is /],
    [
      "a template that is delivered",
      { ...table, review: { ...table.review, template: firstStack } },
      /review\.template/,
    ],
    [
      "a review stack for ever",
      { ...table, review: { ...table.review, ttlHours: 1000 } },
      /review\.ttlHours/,
    ],
    ["half an hour of review", { ...table, review: { ...table.review, ttlHours: 0.5 } }, /review\.ttlHours/],
    [
      "a role that is no role",
      withStack(firstStack, first, { roles: { ...first.roles, up: "admin" } }),
      /roles\.up/,
    ],
    [
      "one role for both purposes",
      withStack(firstStack, first, { roles: { preview: first.roles.up, up: first.roles.up } }),
      /roles is .*; allowed: another one for each stack and purpose/,
    ],
    ["another stack's role", withStack(firstStack, first, { roles: second.roles }), /roles is /],
    [
      "another stack's environment",
      withStack(firstStack, first, { environments: second.environments }),
      /environments is /,
    ],
    ["another stack's team", withStack(firstStack, first, { teams: second.teams }), /teams is /],
    ["another stack's runner", withStack(firstStack, first, { runners: second.runners }), /runners is /],
    [
      "a runner of previews that brings up",
      withStack(firstStack, first, { runners: { preview: first.runners.up, up: first.runners.up } }),
      /runners is /,
    ],
    [
      "another stack's pool",
      withStack(firstStack, first, { agentPoolId: second.agentPoolId }),
      /agentPoolId is /,
    ],
    ["a pool that is no id", withStack(firstStack, first, { agentPoolId: "pool" }), /agentPoolId is "pool"/],
    [
      "a label with a blank",
      withStack(firstStack, first, { runners: { preview: "a", up: "b c" } }),
      /runners\.up/,
    ],
    ["a schedule that is no cron", withStack(firstStack, first, { drift: "daily" }), /drift is "daily"/],
    ["a region that is none", withStack(firstStack, first, { region: "europe" }), /region is "europe"/],
    ["approval by nobody", withStack(firstStack, first, { trigger: "approval" }), /approvers is ""/],
    ["approvers who are not asked", withStack(firstStack, first, { approvers: "us" }), /approvers is "us"/],
    ["a stack after one that comes later", withStack(firstStack, first, { after: secondStack }), /after is /],
    ["a stack after itself", withStack(firstStack, first, { after: firstStack }), /after is /],
    [
      "a pack's configuration from elsewhere",
      withStack(firstStack, first, { packConfig: "../x.json" }),
      /packConfig/,
    ],
  ];
  for (const [title, wrong, said] of refused) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => validate(wrong),
        (error: Error) => {
          assert.match(
            error.message,
            /^deployments\/table\.ts: .+; allowed: .+; correct it, and run `npm run workflows`\.$/,
          );
          assert.match(error.message, said);
          return true;
        },
      );
    });
  }

  it("is what the workflows are made from", async () => {
    const files = await made();
    assert.deepEqual([...files.keys()].sort(), [
      ".github/actionlint.yaml",
      ".github/workflows/deliver.yml",
      ".github/workflows/review.yml",
    ]);
    for (const [file, text] of files)
      assert.equal(readFileSync(path.join(root, file), "utf8"), text, "run `npm run workflows`");
    assert.deepEqual(readdirSync(path.join(root, ".github/workflows")).sort(), ["deliver.yml", "review.yml"]);
  });

  it("says the same to the workflows and to Pulumi Cloud", () => {
    const deliverJobs = deliver(table).jobs;
    const reviewJobs = review(table).jobs;
    assert.deepEqual(
      Object.keys(deliverJobs),
      Object.keys(table.stacks).map((stack) => `up-${stack}`),
    );
    const pushed =
      (deliver(table).on["push"] as { branches: string[]; paths: string[] } | undefined) ?? fail();
    const seen = new Set<string>();
    for (const [stack, row] of Object.entries(table.stacks)) {
      const settings = stackSettings(table, stack, row) as unknown as Settings;
      const job = deliverJobs[`up-${stack}`] ?? fail();
      const preview = reviewJobs[`preview-${stack}`] ?? fail();
      assert.deepEqual(
        pushed.branches.map((branch) => `refs/heads/${branch}`),
        [settings.sourceContext.git.branch],
      );
      assert.equal(job.if, `github.ref == '${settings.sourceContext.git.branch}'`);
      for (const glob of settings.vcs.paths) {
        assert.ok(pushed.paths.includes(glob), glob);
        seen.add(glob);
      }
      const role = (steps: typeof job.steps): unknown =>
        steps.find(({ uses }) => uses?.startsWith("aws-actions/") === true)?.with?.["role-to-assume"];
      assert.equal(role(job.steps), settings.operationContext.oidc.aws.roleARN);
      assert.equal(role(preview.steps), row.roles.preview);
      assert.deepEqual(job["runs-on"], ["self-hosted", "linux", row.runners.up]);
      assert.deepEqual(preview["runs-on"], ["self-hosted", "linux", row.runners.preview]);
      assert.equal(settings.agentPoolId, row.agentPoolId);
      assert.deepEqual(
        [job.environment, preview.environment],
        [row.environments.up, row.environments.preview],
      );
      assert.equal(settings.stack, stack);
      assert.equal(job.steps.at(-1)?.run, `node bin/slipway.mjs up -s ${stack}`);
      assert.deepEqual(job.needs ?? [], row.after === undefined ? [] : [`up-${row.after}`]);
    }
    assert.deepEqual([...seen].sort(), [...pushed.paths].sort());
  });

  it("has a stack brought up by one of the two alone, whichever it is", () => {
    for (const driver of ["workflows", "deployments"] as const) {
      const other = { ...table, driver };
      const byPush = Object.entries(other.stacks).filter(
        ([stack, row]) => (stackSettings(other, stack, row) as unknown as Settings).vcs.deployCommits,
      );
      assert.equal("push" in deliver(other).on, driver === "workflows");
      assert.deepEqual(
        byPush.map(([stack]) => stack),
        driver === "workflows"
          ? []
          : Object.keys(table.stacks).filter((stack) => table.stacks[stack]?.trigger === "push"),
      );
    }
  });
});

interface Settings {
  readonly stack: string;
  readonly agentPoolId: string;
  readonly sourceContext: { readonly git: { readonly branch: string } };
  readonly vcs: { readonly paths: readonly string[]; readonly deployCommits: boolean };
  readonly operationContext: { readonly oidc: { readonly aws: { readonly roleARN: string } } };
}

/** What the lint rule lets the engine import, which runs the program. */
function imports(): { readonly mayImport: readonly string[] } {
  const text = readFileSync(path.join(root, "eslint.config.mjs"), "utf8");
  const [, list = ""] = /^ {2}engine: \[(.*)\],$/m.exec(text) ?? [];
  const named = [...list.matchAll(/"([\w/]+)"/g)].map(([, room = ""]) => room);
  assert.ok(named.includes("infra"), "the lint rule of engine/ is read wrongly");
  return { mayImport: [...named, ...(list.includes("...components") ? ["components"] : [])] };
}

function fail(): never {
  throw new Error("the table has fewer rows than this test needs");
}
