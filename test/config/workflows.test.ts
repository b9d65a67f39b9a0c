import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { reviewSettings, stackSettings } from "../../deployments/settings";
import { table } from "../../deployments/table";
import { actions } from "../../deployments/workflows/actions";
import { findTool } from "../../engine/tools";
import { temporaryFolder } from "../support/temporary";
import { installOnly } from "../support/tools";
import { workflowProblems } from "../support/workflows";

const root = path.resolve(__dirname, "..", "..");
const folder = path.join(root, ".github", "workflows");
const workflows = readdirSync(folder);
const textOf = (name: string): string => readFileSync(path.join(folder, name), "utf8");

describe("the workflows of GitHub, to actionlint", function () {
  this.timeout(60_000);
  before(installOnly("actionlint"));

  /** What it finds in a repository with these workflows. It looks for neither shellcheck nor pyflakes, which may be missing. */
  async function lint(changed: (text: string) => string): Promise<{ code: number | null; out: string }> {
    const repository = temporaryFolder();
    mkdirSync(path.join(repository, ".git"));
    cpSync(path.join(root, ".github"), path.join(repository, ".github"), { recursive: true });
    for (const name of workflows)
      writeFileSync(path.join(repository, ".github", "workflows", name), changed(textOf(name)));
    const { path: actionlint = "" } = (await findTool("actionlint")) ?? {};
    const { status, stdout, stderr } = spawnSync(actionlint, ["-no-color", "-shellcheck=", "-pyflakes="], {
      cwd: repository,
      encoding: "utf8",
      timeout: 30_000,
    });
    return { code: status, out: stdout + stderr };
  }

  it("are without a fault", async () => {
    assert.deepEqual(await lint((text) => text), { code: 0, out: "" });
  });

  for (const [title, from, to, said] of [
    [
      "a label that no runner has",
      "- slipway-staging\n",
      "- slipway-stagin\n",
      /label "slipway-stagin" is unknown/,
    ],
    ["a job that is not there", "- up-staging\n", "- up-stagin\n", /needs job "up-stagin"/],
    [
      "an output that no step has",
      "steps.preview.outputs",
      "steps.preview2.outputs",
      /"preview2" is not defined/,
    ],
    [
      "a permission that does not exist",
      "id-token: write",
      "id-tokens: write",
      /unknown permission scope "id-tokens"/,
    ],
    ["a misspelt key", "timeout-minutes:", "timeout-minute:", /unexpected key "timeout-minute"/],
  ] as const) {
    it(`would be told of ${title}`, async () => {
      assert.ok(workflows.some((name) => textOf(name).includes(from)));
      const { code, out } = await lint((text) => text.replaceAll(from, to));
      assert.equal(code, 1, out);
      assert.match(out, said);
    });
  }
});

describe("the workflows of GitHub", () => {
  for (const name of workflows) {
    it(`give nobody what they should not have (${name})`, () =>
      assert.deepEqual(workflowProblems(textOf(name)), []));
  }

  const { checkout } = actions;
  const cases: readonly (readonly [string, string, string, string, RegExp])[] = [
    [
      "a tag",
      "deliver.yml",
      `${checkout.name}@${checkout.commit}`,
      `${checkout.name}@v7`,
      /checkout@v7 is no commit/,
    ],
    [
      "a branch",
      "deliver.yml",
      `${checkout.name}@${checkout.commit}`,
      `${checkout.name}@main`,
      /is no commit/,
    ],
    ["an image", "deliver.yml", `${checkout.name}@${checkout.commit}`, "docker://alpine:3", /is no commit/],
    [
      "an action of the checkout",
      "review.yml",
      `${checkout.name}@${checkout.commit}`,
      "./action",
      /is no commit/,
    ],
    [
      "a commit that nobody looked at",
      "review.yml",
      checkout.commit,
      "0".repeat(40),
      /is not in deployments/,
    ],
    [
      "a commit without its version",
      "review.yml",
      ` # ${checkout.version}`,
      "",
      /has not its version beside it/,
    ],
    ["another version", "review.yml", `# ${checkout.version}`, "# v1", /has not its version beside it/],
    [
      "rights for the whole workflow",
      "review.yml",
      "permissions: {}",
      "permissions: read-all",
      /own permissions/,
    ],
    ["no rights stated", "review.yml", "permissions: {}\n", "", /own permissions/],
    [
      "a right to write what it reads",
      "review.yml",
      "contents: read",
      "contents: write",
      /may write contents/,
    ],
    [
      "all rights",
      "review.yml",
      "    permissions:\n      contents: read\n    steps",
      "    permissions: write-all\n    steps",
      /job check says not what it may/,
    ],
    [
      "the trust of a fork",
      "review.yml",
      "pull_request:",
      "pull_request_target:",
      /runs on pull_request_target/,
    ],
    ["runs without end", "deliver.yml", "    timeout-minutes: 115\n", "", /job up-staging has no time limit/],
    ["runs of a day", "deliver.yml", "timeout-minutes: 115", "timeout-minutes: 1440", /has no time limit/],
    [
      "a token in the checkout",
      "deliver.yml",
      "persist-credentials: false",
      "persist-credentials: true",
      /leaves its token/,
    ],
    [
      "a title in a script",
      "review.yml",
      "run: npm run check",
      "run: echo ${{ github.event.pull_request.title }}",
      /puts an expression into a script/,
    ],
    ["a secret", "deliver.yml", "organization: acme", "organization: ${{ secrets.ORG }}", /reads a secret/],
    [
      "a key",
      "deliver.yml",
      "aws-region: eu-central-1",
      "aws-access-key-id: AKIA0",
      /has a key in aws-access-key-id/,
    ],
    [
      "credentials for a fork",
      "review.yml",
      "if: github.event.pull_request.head.repo.full_name == github.repository && ",
      "if: true || ",
      /job preview-staging has credentials for what comes from elsewhere/,
    ],
    [
      "credentials for a fork of ours",
      "review.yml",
      "github.repository && github.event",
      "github.repository || github.event",
      /has credentials for what comes from elsewhere/,
    ],
    [
      "a branch of anybody's",
      "deliver.yml",
      "if: github.ref == 'refs/heads/main'",
      "if: always()",
      /comes from elsewhere/,
    ],
    ["no environment", "deliver.yml", "    environment: staging\n", "", /without an environment/],
    [
      "no queue of its own",
      "deliver.yml",
      "group: up-production",
      "group: up-staging",
      /job up-production may bring a stack up twice/,
    ],
    [
      "an up that ends in its middle",
      "deliver.yml",
      "cancel-in-progress: false",
      "cancel-in-progress: true",
      /may be cancelled/,
    ],
    [
      "an up without the pack",
      "deliver.yml",
      "node bin/slipway.mjs up -s staging",
      "pulumi up --yes -s staging",
      /brings something up by pulumi up/,
    ],
    [
      "an up behind another command",
      "deliver.yml",
      "node bin/slipway.mjs up",
      "true; npx pulumi up && node bin/slipway.mjs up",
      /brings something up by/,
    ],
    ["no queue at all", "review.yml", "  group: review-", "  groups: review-", /has no concurrency group/],
  ];
  for (const [title, name, from, to, said] of cases) {
    it(`would be found out with ${title}`, () => {
      const text = textOf(name);
      assert.ok(text.includes(from), from);
      assert.match(workflowProblems(text.replaceAll(from, to)).join("\n"), said);
    });
  }
});

describe("no way to an update", () => {
  /** Files from which a pipeline runs commands, but for the page that tells people. */
  const files = [
    ...workflows.map((name) => path.join(folder, name)),
    ...["deployments/scripts", "bin", ".ci"].flatMap((at) =>
      readdirSync(path.join(root, at)).map((name) => path.join(root, at, name)),
    ),
    path.join(root, "package.json"),
  ];

  it("goes by the engine's own command, which takes no pack by itself", () => {
    assert.ok(files.length > 8);
    for (const file of files)
      assert.doesNotMatch(
        readFileSync(file, "utf8"),
        /\bpulumi(?:@\S+)?\s+(?:up|update|destroy|watch)\b/,
        file,
      );
  });

  it("of Pulumi Deployments is without the pack", () => {
    const all = [
      ...Object.entries(table.stacks).map(([stack, row]) => stackSettings(table, stack, row)),
      reviewSettings(table),
    ];
    for (const { operationContext } of all) {
      const { environmentVariables, preRunCommands } = operationContext as {
        environmentVariables: Record<string, string>;
        preRunCommands: string[];
      };
      assert.equal(environmentVariables["PULUMI_OPTION_POLICY_PACK"], "policies");
      assert.match(
        environmentVariables["PULUMI_OPTION_POLICY_PACK_CONFIG"] ?? "",
        /^policies\/config\/\w+\.json$/,
      );
      assert.ok(!preRunCommands.some((command) => /\bpulumi\b/.test(command)));
    }
  });
});
