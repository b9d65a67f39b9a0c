import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { silent } from "../../engine/progress";
import { up } from "../../engine/operations";
import { packFor } from "../../engine/pack";
import { review } from "../../engine/review";
import { openStack } from "../../engine/stack";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { makeNamespaces, providedNamespaces } from "../../rehearsal/host";
import { dockerPart } from "../../rehearsal/providers/docker/part";
import { kubernetesPart } from "../../rehearsal/providers/kubernetes/part";
import { randomPart } from "../../rehearsal/providers/random/part";
import type { ProviderCall, ProviderServer } from "../../rehearsal/providers/server";
import { serveProviders } from "../../rehearsal/providers/server";
import type { Checkout, Environment, Run } from "../support/checkout";
import { checkout } from "../support/checkout";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import { Box, scratch, writePack } from "./support/scratch";
import type { Scratch } from "./support/scratch";

const root = path.resolve(__dirname, "..", "..");

const limits = "kubernetes-core-pod-require-requests-and-limits";
/** Where the workloads of systems are registered. */
const workload = "components/workload/workload.ts";

interface Review {
  readonly ok: boolean;
  readonly mandatory: number;
  readonly advisory: number;
  readonly findings: readonly Readonly<Record<string, unknown>>[];
}

// The command line, engine, pack and API server are the real ones.
describe("slipway policy of a stack", function () {
  this.timeout(300_000);
  before(installTools);
  let here: Checkout;
  let cluster: EmbeddedCluster;
  let server: ProviderServer;
  let folder: string;
  let env: Environment;
  const done: ProviderCall[] = [];
  let config: string;

  before(async function () {
    this.timeout(300_000);
    folder = temporaryFolder("slipway-policy-test-");
    here = await checkout();
    config = path.join(here.folder, "policies", "config", "local.json");
    const stackConfig = {
      "slipway:stage": "local",
      "slipway:systems": ["daira"],
      "slipway:addons": "provided",
    };
    writeFileSync(path.join(here.folder, "Pulumi.local.yaml"), stringify({ config: stackConfig }));
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    await makeNamespaces(cluster.client, providedNamespaces, []);
    server = await serveProviders(
      [
        dockerPart({ mode: "hash", base: path.join(here.folder, "infra") }),
        kubernetesPart({ env: process.env }),
        randomPart,
      ],
      {
        onCall: (call) => {
          if (!call.preview && ["create", "update", "delete"].includes(call.method)) done.push(call);
        },
      },
    );
    env = { PULUMI_DEBUG_PROVIDERS: server.env, KUBECONFIG: cluster.kubeconfigPath };
    const set = Object.entries({ ...here.env, ...env }).filter(([, value]) => value !== undefined);
    const stack = await openStack(
      {
        stack: "local",
        project: "slipway",
        workDir: here.folder,
        program: () => Promise.resolve(),
        env: Object.fromEntries(set) as Record<string, string>,
      },
      here.engine,
    );
    await stack.create();
  });
  after(async () => {
    // What was not started is not there to be stopped.
    (server as ProviderServer | undefined)?.close();
    await (cluster as EmbeddedCluster | undefined)?.stop();
    (here as Checkout | undefined)?.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    here.restore();
    assert.deepEqual(done, []);
  });

  const policy = (...words: readonly string[]): Promise<Run> =>
    here.slipway(["policy", "-s", "local", ...words], env);
  const withoutLimits = (): void =>
    here.replace(
      "components/workload/container.ts",
      /resources: (containerResources\(\w+\)),/g,
      "resources: { requests: $1.requests },",
    );
  /** The line of a file of the program, counted from 1. */
  const lineOf = (file: string, line: unknown): string =>
    readFileSync(path.join(here.folder, file), "utf8").split("\n")[Number(line) - 1] ?? "";

  it("prints all findings as one object, each with the line that registers its resource", async () => {
    withoutLimits();
    const { code, stdout, stderr } = await policy("--format", "json");
    assert.equal(code, 1, stderr);
    assert.equal(stdout.trimEnd().split("\n").length, 1, stdout);
    const review = JSON.parse(stdout) as Review;
    const mandatory = review.findings.filter(({ level }) => level === "mandatory");
    assert.deepEqual([review.ok, review.mandatory], [false, mandatory.length]);
    assert.deepEqual([...new Set(mandatory.map(({ rule }) => rule))], [limits]);
    const names = [...new Set(mandatory.map(({ name }) => name))].sort();
    assert.deepEqual(names, ["daira-backend-deployment", "daira-frontend-deployment"]);
    for (const { file, line, path: field, message, remedy, url, severity, area } of mandatory) {
      assert.equal(file, workload);
      assert.match(lineOf(workload, line), /new k8s\.apps\.v1\.Deployment\(/);
      assert.match(String(field), /^spec\.template\.spec\.containers\[0\]\.resources\.limits\.(cpu|memory)$/);
      assert.match(String(message), /^containers\[\w+\] has no usable resources\.limits\./);
      assert.deepEqual([area, severity], ["resources", "high"]);
      assert.ok(remedy !== "" && String(url).startsWith("https://"));
    }
    // What stops an update is not all that there is to say.
    assert.equal(review.advisory, review.findings.length - mandatory.length);
    assert.ok(review.advisory > 0);
    const placed = review.findings.filter(({ file }) => file !== null);
    for (const { file, line } of placed) assert.match(lineOf(String(file), line), /\bnew \w|\w+\(/);
    const strange = review.findings.filter(
      ({ file, type }) => file === null && type !== "pulumi:pulumi:Stack",
    );
    assert.deepEqual(strange, []);
  });

  it("goes by the stage's configuration, and prints SARIF of the rules that are asked for", async () => {
    withoutLimits();
    const text = readFileSync(config, "utf8");
    try {
      const own = JSON.parse(text) as object;
      writeFileSync(config, JSON.stringify({ ...own, [limits]: { enforcementLevel: "advisory" } }));
      const file = path.join(here.folder, "policy.sarif");
      const { code, stdout, stderr } = await policy("--format", "sarif", "--rule", limits, "--sarif", file);
      assert.equal(code, 0, stderr);
      assert.equal(readFileSync(file, "utf8"), stdout);
      const { runs } = JSON.parse(stdout) as {
        runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
      };
      const [run] = runs;
      assert.deepEqual(
        run?.tool.driver.rules.map(({ id }) => id),
        [limits],
      );
      assert.equal(run.results.length, 4);
      for (const { ruleId, level, locations } of run.results) {
        assert.deepEqual([ruleId, level], [limits, "warning"]);
        const [{ physicalLocation: place }] = locations as [
          { physicalLocation: { artifactLocation: object; region: { startLine: number } } },
        ];
        assert.deepEqual(place.artifactLocation, { uri: workload, uriBaseId: "%SRCROOT%" });
        assert.match(lineOf(workload, place.region.startLine), /new k8s\.apps\.v1\.Deployment\(/);
      }
    } finally {
      writeFileSync(config, text);
    }
  });

  it("finds nothing mandatory in the program as it is, and prints a comment with its changes", async () => {
    const { code, stdout, stderr } = await policy("--format", "markdown");
    assert.equal(code, 0, stderr + stdout);
    const lines = stdout.split("\n");
    assert.equal(lines[0], "<!-- slipway:policy:local -->");
    assert.match(lines[1] ?? "", /^### Policy of `local`: ✅ no mandatory finding, \d+ advisory$/);
    assert.equal(lines[3], "| layer | create | update | replace | delete |");
    assert.match(stdout, /^\| system \| [1-9]\d* \| 0 \| 0 \| 0 \|$/m);
    assert.doesNotMatch(stdout, /<details open>/);
  });

  it("stops at a wrong configuration with one sentence, before anything is run", async () => {
    const text = readFileSync(config, "utf8");
    try {
      writeFileSync(config, JSON.stringify({ [limits]: "mandatry" }));
      for (const words of [["policy"], ["preview"], ["up"]]) {
        const { code, stdout, stderr } = await here.slipway([...words, "-s", "local"], env);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.equal(
          stderr,
          `slipway: policies/config/local.json: ${limits}: "mandatry" is no level; allowed: advisory, mandatory, disabled; correct the file.\n`,
        );
      }
    } finally {
      writeFileSync(config, text);
    }
  });
});

describe("the verdicts of a pack on the real engine", function () {
  this.timeout(120_000);
  before(installTools);
  let here: Scratch;
  beforeEach(async () => {
    here = await scratch();
    await up(
      here.target(() => Promise.resolve()),
      silent,
      { engine: here.engine },
    );
  });
  afterEach(() => here.remove());

  async function reviewed(
    names: readonly string[],
    config?: object,
  ): Promise<Awaited<ReturnType<typeof review>>> {
    const pack = await writePack(here.folder);
    const policyPack = await packFor(pack, {
      into: path.join(here.folder, "packs"),
      ...(config && { config: { ...config } }),
    });
    const program = (): Promise<void> => {
      for (const name of names) new Box(name);
      return Promise.resolve();
    };
    return review(here.target(program, { policyPack }), root, silent, { engine: here.engine });
  }

  it("are told all together, advice beside what is refused, with the changes that were planned", async () => {
    const { result, findings } = await reviewed(["forbidden", "poor", "good"]);
    assert.deepEqual(
      findings.map(({ policy, level, message }) => [policy, level, message]),
      [
        [
          "test-no-forbidden",
          "mandatory",
          "No box is named forbidden. it is named forbidden; give it another name",
        ],
        ["test-no-poor", "advisory", "Names are good. poor is a poor name"],
      ],
    );
    assert.equal(result.changes.create, 3);
    assert.equal(result.steps.filter(({ op }) => op === "create").length, 3);
    assert.deepEqual(result.remediations, []);
  });

  it("name what a rule mended, which is then no finding", async () => {
    const asked = await reviewed(["careless"], { "test-mend": "remediate" });
    assert.deepEqual(asked.findings, []);
    assert.deepEqual(asked.result.remediations, [
      { policy: "test-mend", urn: "urn:pulumi:dev::demo::slipway:network:Box::careless" },
    ]);
    const { findings, result } = await reviewed(["careless"]);
    assert.deepEqual(
      findings.map(({ policy, level, severity }) => [policy, level, severity]),
      [["test-mend", "mandatory", "high"]],
    );
    assert.deepEqual(result.remediations, []);
  });

  it("do not hide that the program itself fails", async () => {
    const failing = here.target(() => Promise.reject(new Error("out of order")));
    await assert.rejects(
      review(failing, root, silent, { engine: here.engine }),
      /the program failed: out of order/,
    );
  });
});
