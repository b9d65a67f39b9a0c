import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { urnParts } from "../../engine/layers";
import { silent } from "../../engine/progress";
import type { PolicyFinding } from "../../engine/types";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import type { KubeObject } from "../../rehearsal/kube/client";
import { clusterContents } from "../../rehearsal/leftovers";
import { awsPart } from "../../rehearsal/providers/aws/part";
import { dockerPart } from "../../rehearsal/providers/docker/part";
import { kubernetesPart } from "../../rehearsal/providers/kubernetes/part";
import { randomPart } from "../../rehearsal/providers/random/part";
import type { ProviderCall, ProviderServer } from "../../rehearsal/providers/server";
import { serveProviders } from "../../rehearsal/providers/server";
import type { Checkout, Environment, Run } from "../support/checkout";
import { checkout } from "../support/checkout";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";

/** A mistake in the program: the pattern's one match in a file of the checkout, and what is written in its place. */
interface Mistake {
  readonly file: string;
  readonly from: RegExp;
  readonly to: string;
}

const withoutLimits: Mistake = {
  file: "components/workload/container.ts",
  from: /resources: (containerResources\(\w+\)),/g,
  to: "resources: { requests: $1.requests },",
};

interface Case extends Mistake {
  readonly title: string;
  readonly rule: string;
  /** Rules that find it too, by what they make of the whole stack. */
  readonly also?: readonly string[];
  /** Type and name of resources that are refused; there may be others. */
  readonly resources: readonly string[];
  /** What each finding ends with: the remedy. */
  readonly remedy: RegExp;
}

const cases: readonly Case[] = [
  {
    ...withoutLimits,
    title: "a container without limits",
    rule: "kubernetes-core-pod-require-requests-and-limits",
    resources: [
      "kubernetes:apps/v1:Deployment daira-backend-deployment",
      "kubernetes:apps/v1:Deployment daira-frontend-deployment",
    ],
    remedy:
      /^[^]*ontainers\[[\w-]+\] has no usable resources\.limits\.(cpu|memory): it is absent; set a quantity above 0, such as \w+\.$/,
  },
  {
    title: "pods that run as root",
    file: "components/common/pods.ts",
    from: /runAsUser: user,/g,
    to: "runAsUser: 0,",
    rule: "kubernetes-core-pod-forbid-root-user",
    resources: [
      "kubernetes:apps/v1:Deployment daira-backend-deployment",
      "kubernetes:apps/v1:Deployment daira-frontend-deployment",
      "kubernetes:apps/v1:StatefulSet daira-postgres-member",
      "kubernetes:apps/v1:StatefulSet daira-redis-member",
    ],
    remedy: /^[^]*the pod runs as user 0; set runAsUser to a number above 0\.$/,
  },
  {
    title: "routes on the plain HTTP listener",
    file: "components/system/system.ts",
    from: /sectionName: edge\.httpsListener\([\w.]+\)/g,
    to: 'sectionName: "http"',
    rule: "kubernetes-gateway-route-require-tls",
    also: ["slipway-stack-service-require-tls"],
    resources: [
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute daira-backend-route",
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute daira-frontend-route",
    ],
    remedy:
      /^[^]*listener "http", which may be plain HTTP; name an HTTPS listener in parentRefs\[\]\.sectionName\.$/,
  },
  {
    title: "a plain HTTP listener that is open to apps",
    file: "components/edge/gateway-api.ts",
    from: /namespaces: \{ from: "Same" \} \}/g,
    to: 'namespaces: { from: "All" } }',
    rule: "kubernetes-gateway-listener-require-tls",
    resources: ["kubernetes:gateway.networking.k8s.io/v1:Gateway edge-gateway"],
    remedy:
      /^[^]*listeners\[http\] takes plain HTTP [^;]*; use HTTPS, or allow only Same and redirect there\.$/,
  },
];

/** Config of the two stacks. Third-party controllers are provided, for no pod really runs here. */
const digest = `sha256:${"5".repeat(64)}`;
const stackFiles: Readonly<Record<string, object>> = {
  local: { "slipway:stage": "local", "slipway:systems": ["daira"], "slipway:addons": "provided" },
  staging: {
    "aws:region": "eu-central-1",
    "slipway:stage": "staging",
    "slipway:systems": ["daira"],
    "slipway:addons": "provided",
    "slipway:images": { "daira/backend": digest, "daira/frontend": digest },
    "slipway:network": { zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"] },
    "slipway:cluster": { admins: { platform: "role/PlatformAdmin" } },
    "slipway:edge": { email: "platform@daira.dev", hostedZoneId: "Z0123456789STAGING" },
    "slipway:tags": { "cost-centre": "platform" },
  },
};

// The command line, engine, policy pack and API server are the real ones; the cases share them, and the last ones
// build on each other.
describe("the gate before an up", function () {
  this.timeout(240_000);
  let here: Checkout;
  let cluster: EmbeddedCluster;
  let server: ProviderServer;
  let folder: string;
  let env: Environment;
  /** What was asked of the providers to be made, changed or deleted. */
  let done: ProviderCall[] = [];

  before(async function () {
    // Building the tools once takes minutes on a machine that has none of them.
    this.timeout(1_800_000);
    folder = temporaryFolder("slipway-gate-test-");
    here = await checkout();
    for (const [stack, config] of Object.entries(stackFiles))
      writeFileSync(path.join(here.folder, `Pulumi.${stack}.yaml`), stringify({ config }));
    cluster = await startCluster({ ...(await clusterParts()), folder, storageClass: true }, silent);
    for (const name of ["envoy-gateway-system", "cert-manager"])
      await cluster.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    const parts = [
      awsPart({
        accountFile: path.join(folder, "account.json"),
        cluster: () => ({ endpoint: cluster.server, caData: cluster.caData }),
      }),
      dockerPart({ mode: "hash", base: path.join(here.folder, "infra") }),
      kubernetesPart({ env: process.env }),
      randomPart,
    ];
    server = await serveProviders(parts, {
      onCall: (call) => {
        if (!call.preview && ["create", "update", "delete"].includes(call.method)) done.push(call);
      },
    });
    env = { PULUMI_DEBUG_PROVIDERS: server.env, KUBECONFIG: cluster.kubeconfigPath };
  });

  after(async () => {
    // What was not started is not there to be stopped.
    (server as ProviderServer | undefined)?.close();
    await (cluster as EmbeddedCluster | undefined)?.stop();
    (here as Checkout | undefined)?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => (done = []));
  afterEach(() => here.restore());

  const slipway = (...words: string[]): Promise<Run> => here.slipway(words, env);

  /** URNs that the state holds. */
  function stateOf(stack: string): string[] {
    const { checkpoint } = JSON.parse(readFileSync(here.stateFile(stack), "utf8")) as {
      checkpoint: { latest?: { resources?: { urn: string }[] } };
    };
    return (checkpoint.latest?.resources ?? []).map(({ urn }) => urn).sort();
  }

  /** Runs `work`, and fails when it changed anything in the cluster or asked a provider for a change. */
  async function changingNothing<T>(work: () => Promise<T>): Promise<T> {
    const before = [...(await clusterContents(cluster.client))].sort();
    const result = await work();
    assert.deepEqual(done, []);
    assert.deepEqual([...(await clusterContents(cluster.client))].sort(), before);
    assert.deepEqual(readdirSync(folder).includes("account.json"), false);
    return result;
  }

  /** The findings that a refused run printed, after a look at the rest of what it printed. */
  function refusal({ code, stdout, stderr }: Run): readonly PolicyFinding[] {
    assert.equal(code, 1, stderr);
    assert.equal(stdout.trimEnd().split("\n").length, 1, stdout);
    const { ok, error } = JSON.parse(stdout) as {
      ok: boolean;
      error: { message: string; findings: readonly PolicyFinding[] };
    };
    assert.equal(ok, false);
    assert.match(error.message, /^policy .* \(nothing was changed\)\.$/);
    for (const { policy, urn, message } of error.findings) {
      const { type, name } = urnParts(urn);
      assert.ok(error.message.includes(`policy ${policy} refuses ${type} "${name}": ${message}`));
    }
    assert.doesNotMatch(stdout + stderr, /^\s+at /m);
    return error.findings;
  }

  function judged(findings: readonly PolicyFinding[], { rule, also = [], resources, remedy }: Case): void {
    assert.deepEqual(
      [...new Set(findings.map(({ policy, level }) => `${level} ${policy}`))].sort(),
      [rule, ...also].map((name) => `mandatory ${name}`).sort(),
    );
    const own = findings.filter(({ policy }) => policy === rule);
    const refused = new Set(own.map(({ urn }) => `${urnParts(urn).type} ${urnParts(urn).name}`));
    assert.deepEqual(
      resources.filter((resource) => !refused.has(resource)),
      [],
    );
    for (const { message } of own) assert.match(message, remedy);
  }

  for (const wrong of cases) {
    it(`refuses ${wrong.title} in up and in preview, and nothing is created`, async () => {
      here.replace(wrong.file, wrong.from, wrong.to);
      const up = await changingNothing(() => slipway("up", "-s", "local", "--json"));
      judged(refusal(up), wrong);
      assert.deepEqual(stateOf("local"), []);
      const preview = await changingNothing(() => slipway("preview", "-s", "local", "--json"));
      assert.deepEqual(refusal(preview), refusal(up));
    });
  }

  it("refuses it on AWS too, where the cluster is still to come, and the account stays empty", async () => {
    const [wrong] = cases as [Case];
    here.replace(wrong.file, wrong.from, wrong.to);
    judged(refusal(await changingNothing(() => slipway("up", "-s", "staging", "--json"))), wrong);
    assert.deepEqual(stateOf("staging"), []);
  });

  it("tells people one finding a line, on standard error", async () => {
    here.replace(withoutLimits.file, withoutLimits.from, withoutLimits.to);
    const { code, stdout, stderr } = await changingNothing(() => slipway("preview", "-s", "local"));
    assert.deepEqual([code, stdout], [1, ""]);
    const [, told = ""] =
      /^(slipway: \d+ mandatory violations, nothing was changed\n[^]*)$/m.exec(stderr) ?? [];
    const [head = "", ...lines] = told.trimEnd().split("\n");
    assert.equal(Number(/\d+/.exec(head)?.[0]), lines.length);
    assert.ok(lines.length >= 4);
    for (const line of lines)
      assert.match(
        line,
        /^ {2}policy kubernetes-core-pod-require-requests-and-limits refuses kubernetes:[^ ]+ "[^"]+": .*\.$/,
      );
  });

  it("lets a spec with a mistake of its own not even come that far", async () => {
    here.replace("infra/systems/daira.ts", /user: 101,/g, "user: 0,");
    const run = await changingNothing(() => slipway("up", "-s", "local", "--json"));
    assert.equal(run.code, 1);
    const { error } = JSON.parse(run.stdout) as { error: { message: string } };
    assert.equal(
      error.message,
      'system "daira": services.frontend.user is 0 (allowed: an integer from 1 to 2147483647); correct it in the spec.',
    );
    assert.deepEqual(stateOf("local"), []);
  });

  it("lets the program through as it is", async () => {
    const preview = await changingNothing(() => slipway("preview", "-s", "local", "--json"));
    assert.equal(preview.code, 0, preview.stderr);
    const up = await slipway("up", "-s", "local", "--json");
    assert.equal(up.code, 0, up.stderr);
    const results = [preview, up].map(
      ({ stdout }) =>
        JSON.parse(stdout) as { ok: boolean; changes: Record<string, number>; policy: { mandatory: number } },
    );
    const [planned, made] = results;
    assert.deepEqual([planned?.ok, planned?.policy.mandatory], [true, 0]);
    assert.deepEqual([made?.ok, made?.policy.mandatory], [true, 0]);
    assert.deepEqual(made?.changes, planned?.changes);
    const custom = stateOf("local").filter((urn) => !/^(slipway|pulumi):/.test(urnParts(urn).type));
    assert.equal(done.length, custom.length);
    assert.ok(done.every(({ method }) => method === "create"));
    assert.match(JSON.stringify(await backend()), /"limits":\{"cpu":"500m"/);
  });

  it("refuses a violation in a stack that runs, and leaves it running as it was", async () => {
    const [state, object] = [readFileSync(here.stateFile("local"), "utf8"), await backend()];
    here.replace(withoutLimits.file, withoutLimits.from, withoutLimits.to);
    judged(refusal(await changingNothing(() => slipway("up", "-s", "local", "--json"))), cases[0]!);
    assert.equal(readFileSync(here.stateFile("local"), "utf8"), state);
    assert.equal((await backend()).metadata.resourceVersion, object.metadata.resourceVersion);
  });

  async function backend(): Promise<KubeObject> {
    const found = await cluster.client.get({
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "daira",
      name: "backend",
    });
    assert.ok(found);
    return found;
  }
});
