import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Output } from "@pulumi/pulumi";
import { packConfig, packSource, PACK_NAME } from "../../../deployments/pack";
import program from "../../../deployments";
import { deliveries } from "../../../deployments/program";
import { table } from "../../../deployments/table";
import type { DeliveryTable } from "../../../deployments/types";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "../../..");
const acme: DeliveryTable = {
  repository: "acme/platform",
  organization: "acme",
  project: "slipway",
  branch: "trunk",
  driver: "deployments",
  node: "24",
  sessionSeconds: 5400,
  paths: ["infra/**", "package.json"],
  stacks: {
    test: {
      region: "eu-west-1",
      roles: { preview: "arn:aws:iam::111111111111:role/look", up: "arn:aws:iam::111111111111:role/do" },
      environments: { preview: "test-preview", up: "test" },
      teams: { preview: "test-readers", up: "test-writers" },
      runners: { preview: "test-preview", up: "test" },
      agentPoolId: "00000000-0000-4000-8000-00000000000a",
      trigger: "push",
      drift: "0 4 * * *",
      packConfig: "policies/config/staging.json",
    },
    live: {
      region: "eu-west-1",
      roles: { preview: "arn:aws:iam::222222222222:role/look", up: "arn:aws:iam::222222222222:role/do" },
      environments: { preview: "live-preview", up: "live" },
      teams: { preview: "live-readers", up: "live-writers" },
      runners: { preview: "live-preview", up: "live" },
      agentPoolId: "00000000-0000-4000-8000-00000000000b",
      trigger: "approval",
      after: "test",
      approvers: "approvers",
      drift: "0 5 * * 1-5",
      packConfig: "policies/config/production.json",
    },
  },
  review: {
    template: "pr",
    role: "arn:aws:iam::333333333333:role/review",
    agentPoolId: "00000000-0000-4000-8000-00000000000c",
    ttlHours: 12,
    paths: ["components/network/**"],
    packConfig: "policies/config/staging.json",
  },
};
const token = (type: string): string => `pulumiservice:index:${type}`;
const run = (from: DeliveryTable): Promise<Recording<Readonly<Record<string, unknown>>>> =>
  record(() => deliveries(from, root));
/** Some inputs of every resource of a type, sorted. */
const inputsOf = (
  made: Recording<unknown>,
  type: string,
  ...names: readonly string[]
): readonly (readonly unknown[])[] =>
  made
    .ofType(token(type))
    .map(({ inputs }) => names.map((name) => inputs[name] as unknown))
    .sort();
const install = "npm ci --ignore-scripts --no-audit --no-fund";

describe("what Pulumi Cloud is told of the deliveries", () => {
  it("is so much and no more", async () => {
    const made = await run(acme);
    assert.deepEqual(made.counts(), {
      "pulumiservice:api:Gate": 1,
      "pulumiservice:index:DeploymentSettings": 3,
      "pulumiservice:index:DriftSchedule": 2,
      "pulumiservice:index:Environment": 1,
      "pulumiservice:index:OidcIssuer": 1,
      "pulumiservice:index:PolicyGroup": 2,
      "pulumiservice:index:PolicyPack": 1,
      "pulumiservice:index:Stack": 1,
      "pulumiservice:index:Team": 4,
      "pulumiservice:index:TeamStackPermission": 4,
      "slipway:deployments:ReviewStacks": 1,
      "slipway:deployments:StackDelivery": 2,
    });
    for (const { custom, name, parent } of made.resources.filter(
      ({ type }) => !/:Policy?Pack|Issuer/.test(type),
    ))
      if (custom) assert.match(parent, /::slipway:deployments:\w+::(test|live|review)$/, name);
  });

  it("lets a push deploy a stack whose trigger it is, and preview its pull requests", async () => {
    const { inputs } = (await run(acme)).one(token("DeploymentSettings"), "test-settings");
    assert.deepEqual(inputs, {
      organization: "acme",
      project: "slipway",
      stack: "test",
      agentPoolId: "00000000-0000-4000-8000-00000000000a",
      vcs: {
        provider: "github",
        repository: "acme/platform",
        paths: ["infra/**", "package.json", "Pulumi.test.yaml"],
        deployCommits: true,
        previewPullRequests: true,
        pullRequestTemplate: false,
      },
      sourceContext: { git: { branch: "refs/heads/trunk" } },
      operationContext: {
        preRunCommands: [install, "node bin/slipway.mjs reach -s test"],
        environmentVariables: {
          PULUMI_OPTION_POLICY_PACK: "policies",
          PULUMI_OPTION_POLICY_PACK_CONFIG: "policies/config/staging.json",
        },
        oidc: {
          aws: {
            roleARN: "arn:aws:iam::111111111111:role/do",
            sessionName: "slipway-${stack.name}-${deployment.version}",
            duration: "1h30m0s",
          },
        },
        options: { skipInstallDependencies: true, skipIntermediateDeployments: true },
      },
    });
  });

  it("lets nothing but a person deploy a stack that asks for approval, and asks before anything is installed", async () => {
    const { inputs } = (await run(acme)).one(token("DeploymentSettings"), "live-settings");
    const { deployCommits, previewPullRequests, pullRequestTemplate } = inputs["vcs"] as Record<
      string,
      unknown
    >;
    assert.deepEqual([deployCommits, previewPullRequests, pullRequestTemplate], [false, false, false]);
    const { preRunCommands, oidc } = inputs["operationContext"];
    assert.deepEqual(preRunCommands, [
      "deployments/scripts/require-approval.sh slipway/approve-live",
      install,
      "node bin/slipway.mjs reach -s live",
    ]);
    assert.equal(oidc.aws.roleARN, "arn:aws:iam::222222222222:role/do");
  });

  it("deploys nothing by push where the workflows do", async () => {
    const made = await run({ ...acme, driver: "workflows" });
    const triggers = inputsOf(made, "DeploymentSettings", "stack", "vcs").map(([stack, vcs]) => {
      const { deployCommits, previewPullRequests } = vcs as Record<string, unknown>;
      return [stack, deployCommits, previewPullRequests];
    });
    assert.deepEqual(triggers, [
      ["live", false, false],
      ["pr", false, false],
      ["test", false, false],
    ]);
  });

  it("gates the environment that approval opens, for the team alone and by another than who asks", async () => {
    const made = await run(acme);
    const environment = made.one(token("Environment"));
    assert.deepEqual(
      [
        environment.name,
        environment.inputs["organization"],
        environment.inputs["project"],
        environment.inputs["name"],
      ],
      ["live-approval", "acme", "slipway", "approve-live"],
    );
    const gate = made.one("pulumiservice:api:Gate");
    assert.deepEqual(gate.inputs, {
      orgName: "acme",
      name: "approve-live",
      enabled: true,
      rule: {
        ruleType: "approval_required",
        numApprovalsRequired: 1,
        allowSelfApproval: false,
        requireReapprovalOnChange: true,
        eligibleApprovers: [{ eligibilityType: "team_member", teamName: "approvers" }],
      },
      target: { entityType: "environment", actionTypes: ["open"], qualifiedName: "slipway/approve-live" },
    });
    assert.ok(gate.dependsOn.includes(environment.urn));
  });

  it("requires the pack as it stands of each stack, with the stack's own configuration", async () => {
    const made = await run(acme);
    const pack = made.one(token("PolicyPack")).inputs;
    const { folder, versionTag } = packSource(path.join(root, "policies"));
    assert.deepEqual(pack, {
      ...{ organization: "acme", name: "slipway", displayName: "Slipway" },
      ...{ versionTag, sourcePath: folder },
    });
    for (const [stack, file] of [
      ["test", "staging"],
      ["live", "production"],
    ] as const) {
      const config = packConfig(root, `policies/config/${file}.json`);
      assert.deepEqual(made.one(token("PolicyGroup"), `${stack}-policies`).inputs, {
        organizationName: "acme",
        name: `slipway-${stack}`,
        entityType: "stacks",
        mode: "preventative",
        stacks: [{ name: stack, routingProject: "slipway" }],
        policyPacks: [{ name: "slipway", versionTag, config }],
      });
    }
  });

  it("has the name of the pack", () => {
    const text = readFileSync(path.join(root, "policies/index.ts"), "utf8");
    assert.ok(text.includes(`new PolicyPack("${PACK_NAME}"`));
  });

  it("looks for drift, and mends none", async () => {
    const made = await run(acme);
    assert.deepEqual(inputsOf(made, "DriftSchedule", "stack", "scheduleCron", "autoRemediate"), [
      ["live", "0 5 * * 1-5", false],
      ["test", "0 4 * * *", false],
    ]);
    const settings = made.one(token("DeploymentSettings"), "live-settings").urn;
    assert.ok(made.one(token("DriftSchedule"), "live-drift").dependsOn.includes(settings));
  });

  it("gives a team's token to a job of one environment, which reads or writes one stack", async () => {
    const made = await run(acme);
    const issuer = made.one(token("OidcIssuer")).inputs;
    assert.equal(issuer["url"], "https://token.actions.githubusercontent.com");
    assert.equal(issuer["maxExpirationSeconds"], 5400);
    assert.deepEqual(
      issuer["policies"],
      [
        ["test-preview", "test-readers"],
        ["test", "test-writers"],
        ["live-preview", "live-readers"],
        ["live", "live-writers"],
      ].map(([environment, teamName]) => ({
        decision: "allow",
        tokenType: "team",
        teamName,
        rules: { aud: "urn:pulumi:org:acme", sub: `repo:acme/platform:environment:${environment ?? ""}` },
      })),
    );
    const permissions = inputsOf(made, "TeamStackPermission", "team", "project", "stack", "permission");
    assert.deepEqual(permissions, [
      ["live-readers", "slipway", "live", 101],
      ["live-writers", "slipway", "live", 102],
      ["test-readers", "slipway", "test", 101],
      ["test-writers", "slipway", "test", 102],
    ]);
    // Without members, who would have the rights of the jobs.
    const teams = inputsOf(made, "Team", "name", "members");
    assert.deepEqual(
      teams,
      permissions.map(([team]) => [team, undefined]),
    );
  });

  it("makes a stack for a pull request from a template that never goes up, for so many hours", async () => {
    const made = await run(acme);
    const template = made.one(token("Stack"));
    assert.deepEqual(template.inputs, { organizationName: "acme", projectName: "slipway", stackName: "pr" });
    const settings = made.one(token("DeploymentSettings"), "review-settings");
    assert.ok(settings.dependsOn.includes(template.urn));
    assert.deepEqual(settings.inputs["vcs"], {
      provider: "github",
      repository: "acme/platform",
      paths: ["components/network/**"],
      deployCommits: false,
      previewPullRequests: false,
      pullRequestTemplate: true,
    });
    const { preRunCommands, environmentVariables, oidc } = settings.inputs["operationContext"];
    assert.deepEqual(preRunCommands, ["node deployments/scripts/limit-review-stack.mjs 12", install]);
    assert.equal(environmentVariables.PULUMI_OPTION_POLICY_PACK, "policies");
    assert.equal(oidc.aws.roleARN, "arn:aws:iam::333333333333:role/review");
    assert.equal(settings.inputs["agentPoolId"], "00000000-0000-4000-8000-00000000000c");
  });

  it("runs in the image that the table names, by its digest, or in Pulumi's own", async () => {
    const executorImage = `pulumi/pulumi-nodejs@sha256:${"0".repeat(64)}`;
    const images = async (from: DeliveryTable): Promise<unknown[]> =>
      inputsOf(await run(from), "DeploymentSettings", "executorContext").map(([context]) => context);
    assert.deepEqual(await images({ ...acme, executorImage }), Array(3).fill({ executorImage }));
    assert.deepEqual(await images(acme), [undefined, undefined, undefined]);
  });

  it("is nothing when the table is not allowed", async () => {
    const made = await record(() => {
      assert.throws(() => deliveries({ ...acme, branch: "" }, root), /branch is ""/);
    });
    assert.deepEqual(made.resources, []);
  });

  it("is made from the table of this repository by the program that the engine runs", async () => {
    const made = await record(() => program());
    assert.equal(made.ofType(token("PolicyGroup")).length, Object.keys(table.stacks).length);
    const { pack, policyGroups, reviewTemplate } = made.result as {
      pack: Output<string>;
      policyGroups: object;
      reviewTemplate: Output<string>;
    };
    assert.equal(await value(pack), packSource(path.join(root, "policies")).versionTag);
    assert.deepEqual(Object.keys(policyGroups), Object.keys(table.stacks));
    assert.equal(await value(reviewTemplate), "pr");
  });
});

describe("the published policy pack", () => {
  function packFolder(): string {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, "rules"));
    mkdirSync(path.join(folder, "node_modules"));
    writeFileSync(path.join(folder, "package.json"), '{"version": "1.2.3"}');
    writeFileSync(path.join(folder, "rules", "one.ts"), "export {};\n");
    return folder;
  }

  it("has a version for each content, file name and mode, and none for what is not published", () => {
    const folder = packFolder();
    const tag = (): string => packSource(folder).versionTag;
    const tags = [tag()];
    assert.match(tags[0] ?? "", /^1\.2\.3-[0-9a-f]{12}$/);
    writeFileSync(path.join(folder, "node_modules", "x.js"), "1");
    assert.equal(tag(), tags[0]);
    writeFileSync(path.join(folder, "rules", "one.ts"), "export const a = 1;\n");
    tags.push(tag());
    writeFileSync(path.join(folder, "rules", "two.ts"), "");
    tags.push(tag());
    chmodSync(path.join(folder, "rules", "two.ts"), 0o755);
    tags.push(tag());
    assert.equal(new Set(tags).size, 4);
  });

  it("takes a configuration as it is, but for the line that only editors read", () => {
    const folder = temporaryFolder();
    writeFileSync(
      path.join(folder, "c.json"),
      '{"$schema": "./schema.json", "all": "mandatory", "one": {"max": 2}}',
    );
    assert.deepEqual(packConfig(folder, "c.json"), { all: "mandatory", one: { max: 2 } });
  });
});
