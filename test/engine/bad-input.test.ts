import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { silent } from "../../engine/progress";
import { up } from "../../engine/operations";
import { schema } from "../../infra/settings";
import { systems } from "../../infra/systems";
import type { Checkout, Environment, Run } from "../support/checkout";
import { checkout } from "../support/checkout";
import type { Machine } from "../unit/tools/fixture";
import { closed, fakeGo, machine, sites, writesTool } from "../unit/tools/fixture";
import { Box } from "./support/scratch";

type Config = Readonly<Record<string, unknown>>;

interface Case {
  readonly title: string;
  /** Config over a sound one of the stage `staging`; a text is the stack file as a whole. */
  readonly config?: Config | string;
  /** Environment over one without a kubeconfig; `~` is the home folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default up of the stack `try` */
  readonly words?: readonly string[];
  /** Exit code. @default 1 */
  readonly code?: number;
  /** The sentence; `~` is the home folder. */
  readonly says: string;
}

const zones = (letters: string): string[] => Array.from(letters, (letter) => `eu-central-1${letter}`);
const cidr = "10.16.0.0/16";
const sound: Config = {
  "aws:region": "eu-central-1",
  "slipway:stage": "staging",
  "slipway:systems": ["daira"],
  "slipway:network": { cidr, zones: zones("ab") },
};
const keys = Object.keys(schema.shape)
  .map((key) => `slipway:${key}`)
  .join(", ");
const local = { "slipway:stage": "local" };

const cases: readonly Case[] = [
  {
    title: "an unknown config key",
    config: { "slipway:colour": "red" },
    says: `stack try: unknown config key slipway:colour; allowed: ${keys}; remove or rename it in Pulumi.try.yaml.`,
  },
  {
    title: "a misspelt config key",
    config: { "slipway:netwrok": {} },
    says: `stack try: unknown config key slipway:netwrok (did you mean "network"?); allowed: ${keys}; remove or rename it in Pulumi.try.yaml.`,
  },
  {
    title: "a misspelt key inside a block",
    config: { "slipway:network": { cidr, zone: zones("ab") } },
    says: 'slipway:network of stack try: unknown config key zone (did you mean "zones"?); allowed: cidr, zones, apartFrom, nat; remove or rename it in Pulumi.try.yaml.',
  },
  {
    title: "a value of the wrong type",
    config: { "slipway:systems": "daira" },
    says: "Pulumi.try.yaml: config key slipway:systems has the wrong type; allowed: a list; correct it.",
  },
  {
    title: "a value of the wrong type inside a block",
    config: { "slipway:network": { cidr: 10, zones: zones("ab") } },
    says: "slipway:network.cidr of stack try: 10 is not allowed; allowed: text; correct it in Pulumi.try.yaml.",
  },
  {
    title: "a needed key that is missing",
    config: { "slipway:stage": undefined },
    says: "Pulumi.try.yaml: no value is set for slipway:stage; run `pulumi config set slipway:stage <value> -s try`.",
  },
  {
    title: "a stack file that is no YAML",
    config: "config:\n  slipway:stage: [\n",
    says: "Pulumi.try.yaml: the stack file is not valid YAML: line 2: did not find expected node content; correct it.",
  },
  {
    title: "a block outside RFC 1918",
    config: { "slipway:network": { cidr: "8.8.0.0/16", zones: zones("ab") } },
    says: 'slipway:network.cidr of stack try: "8.8.0.0/16" is no private block; allowed: a block inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16; correct it in Pulumi.try.yaml.',
  },
  {
    title: "a block that is too small",
    config: { "slipway:network": { cidr: "10.16.0.0/24", zones: zones("ab") } },
    says: 'slipway:network.cidr of stack try: "10.16.0.0/24" is too small for three tiers in up to six zones; allowed: a prefix from /16 to /20; correct it in Pulumi.try.yaml.',
  },
  {
    title: "a block that overlaps another network's",
    config: { "slipway:network": { cidr, zones: zones("ab"), apartFrom: ["10.0.0.0/12", "10.16.64.0/20"] } },
    says: 'slipway:network.cidr of stack try: "10.16.0.0/16" overlaps 10.16.64.0/20 (slipway:network.apartFrom.1); allowed: a block outside 10.16.64.0/20; correct it in Pulumi.try.yaml.',
  },
  {
    title: "another network that overlaps the cluster's service addresses",
    config: { "slipway:network": { cidr, zones: zones("ab"), apartFrom: ["172.20.1.0/24"] } },
    says: "slipway:network.apartFrom.0 of stack try: 172.20.1.0/24 overlaps 172.20.0.0/16, from which the cluster gives addresses to services, so no pod would reach it; allowed: blocks outside 172.20.0.0/16; give that network another block, or leave it out when no pod has to reach it.",
  },
  {
    title: "one zone",
    config: { "slipway:network": { cidr, zones: zones("a") } },
    says: "slipway:network.zones of stack try: one zone is named; allowed: 2 to 6 in staging; name them: pulumi config set --path 'slipway:network.zones[0]' eu-central-1a -s try.",
  },
  {
    title: "seven zones",
    config: { "slipway:network": { cidr, zones: zones("abcdefg") } },
    says: "slipway:network.zones of stack try: 7 zones are named; allowed: 2 to 6 in staging; name them: pulumi config set --path 'slipway:network.zones[0]' eu-central-1a -s try.",
  },
  {
    title: "two zones in production",
    config: { "slipway:stage": "production" },
    says: "slipway:network.zones of stack try: 2 zones are named; allowed: 3 to 6 in production; name them: pulumi config set --path 'slipway:network.zones[0]' eu-central-1a -s try.",
  },
  {
    title: "a stage that does not exist",
    config: { "slipway:stage": "stagin" },
    says: 'slipway:stage of stack try: there is no stage "stagin" (did you mean "staging"?); allowed: production, staging, local; set one of them, or add a row to infra/stages.ts.',
  },
  {
    title: "no kubeconfig",
    config: local,
    says: "stack try: KUBECONFIG is not set and there is no ~/.kube/config; allowed: a kubeconfig of a cluster that you have; set KUBECONFIG, or try the stack without a cluster: npx slipway rehearse try.",
  },
  {
    title: "a KUBECONFIG that names no file",
    config: local,
    env: { KUBECONFIG: "~/nowhere" },
    says: "stack try: KUBECONFIG names ~/nowhere, which does not exist; allowed: a kubeconfig of a cluster that you have; set KUBECONFIG, or try the stack without a cluster: npx slipway rehearse try.",
  },
  {
    title: "a KUBECONFIG that names a folder",
    config: local,
    env: { KUBECONFIG: "~" },
    says: "stack try: the kubeconfig ~ cannot be read (EISDIR); allowed: a kubeconfig of a cluster that you have; set KUBECONFIG, or try the stack without a cluster: npx slipway rehearse try.",
  },
  {
    title: "a context that the kubeconfig does not have",
    config: { ...local, "slipway:cluster": { context: "laptop" } },
    env: { KUBECONFIG: "~/kubeconfig" },
    says: 'kubeconfig: there is no context "laptop"; allowed: desk; name one of them in slipway:cluster.context.',
  },
  {
    title: "a stack that does not exist",
    words: ["up", "-s", "tri"],
    code: 2,
    says: '--stack: there is no stack "tri" (did you mean "try"?); allowed: local, pr, production, staging, try; name one of them, or add Pulumi.tri.yaml.',
  },
  {
    title: "a preview of a stack that was never up",
    words: ["preview", "-s", "staging"],
    says: "state backend: stack staging does not exist yet; run `slipway up -s staging`, which creates it.",
  },
  {
    title: "a rehearsal of a misspelt config key",
    config: { "slipway:netwrok": {} },
    words: ["rehearse", "try"],
    says: `stack try: unknown config key slipway:netwrok (did you mean "network"?); allowed: ${keys}; remove or rename it in Pulumi.try.yaml.`,
  },
  {
    title: "a rehearsal of a value of the wrong type",
    config: { "slipway:systems": "daira" },
    words: ["rehearse", "try"],
    says: 'slipway:systems of stack try: "daira" is not allowed; allowed: a list; correct it in Pulumi.try.yaml.',
  },
  {
    title: "a rehearsal of a stack file that is no YAML",
    config: "config:\n  slipway:stage: [\n",
    words: ["rehearse", "try"],
    says: "Pulumi.try.yaml: the stack file is not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 3, column 1; correct it.",
  },
];

// One stack that has something in its state; every case is a mistake that must leave it as it is.
describe("a mistake of a user", function () {
  this.timeout(120_000);
  let here: Checkout;
  let home: string;
  let stackFile: string;
  let salt: string;

  before(async function () {
    // Building the tools once takes minutes on a machine that has none of them.
    this.timeout(1_800_000);
    here = await checkout();
    home = here.env["HOME"] ?? "";
    stackFile = path.join(here.folder, "Pulumi.try.yaml");
    writeFileSync(stackFile, stringify({ config: sound }));
    const env = Object.fromEntries(Object.entries(here.env).filter(([, value]) => value !== undefined));
    const program = (): Promise<void> => {
      new Box("here");
      return Promise.resolve();
    };
    await up(
      { stack: "try", project: "slipway", workDir: here.folder, program, env: env as Record<string, string> },
      silent,
      { engine: here.engine },
    );
    ({ encryptionsalt: salt } = parse(readFileSync(stackFile, "utf8")) as { encryptionsalt: string });
    const desk = { name: "desk", context: { cluster: "desk", user: "me" } };
    writeFileSync(path.join(home, "kubeconfig"), stringify({ contexts: [desk], "current-context": "desk" }));
  });
  after(() => (here as Checkout | undefined)?.remove());

  for (const { title, config = {}, env = {}, words, code = 1, says } of cases) {
    it(`ends with one sentence, and changes nothing: ${title}`, async () => {
      const text =
        typeof config === "string"
          ? config
          : stringify({ encryptionsalt: salt, config: { ...sound, ...config } });
      writeFileSync(stackFile, text);
      const state = readFileSync(here.stateFile("try"), "utf8");
      const own: Environment = Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, value.replace("~", home)]),
      );
      const run = await here.slipway([...(words ?? ["up", "-s", "try"]), "--json"], own);
      assert.equal(run.stdout.trimEnd().split("\n").length, 1, run.stdout + run.stderr);
      const { ok, error } = JSON.parse(run.stdout) as { ok: boolean; error: { message: string } };
      assert.equal(error.message.replaceAll(home, "~"), says);
      assert.deepEqual([run.code, ok], [code, false]);
      assert.doesNotMatch(run.stderr, /^\s+at |Error:|node:internal/m);
      assert.doesNotMatch(run.stderr, /control plane/);
      assert.equal(readFileSync(here.stateFile("try"), "utf8"), state);
      assert.match(state, /slipway:network:Box::here/);
      assert.equal(readFileSync(stackFile, "utf8"), text);
      assert.deepEqual(here.locks("try"), []);
    });
  }

  it("is told to people as the same sentence on standard error, and nothing else", async () => {
    writeFileSync(
      stackFile,
      stringify({ encryptionsalt: salt, config: { ...sound, "slipway:systems": ["diara"] } }),
    );
    const { code, stdout, stderr } = await here.slipway(["up", "-s", "try"]);
    assert.deepEqual([code, stdout], [1, ""]);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(
      lines.at(-1),
      `slipway: slipway:systems: there is no system "diara" (did you mean "daira"?); allowed: ${Object.keys(systems).join(", ")}; correct the name in the stack's config, or add infra/systems/<name>.ts and list it in infra/systems/index.ts.`,
    );
    for (const line of lines.slice(0, -1)) assert.match(line, /^(…|✗) preview of stack try/);
  });
});

const built = "etcd Version: 3.6.4";

describe("a tool that is being built", function () {
  this.timeout(120_000);
  let here: Machine;
  let children: ChildProcess[];

  beforeEach(() => {
    here = machine();
    children = [];
    execFileSync("mkfifo", [path.join(here.root, "go on")]);
  });
  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    here.remove();
  });

  /** Half a binary, as a linker leaves it that is cut off. */
  const half = 'printf \'half of it\' > "$out"; chmod 755 "$out"';
  /** Waits until the test writes to the pipe, and tells before that this compiler has begun. */
  const waits = 'echo $$ > "$ROOT/compiler"; read word < "$ROOT/go on"';
  const goOn = (): void => writeFileSync(path.join(here.root, "go on"), "go on\n");
  const inCache = (): string[] => {
    const folder = path.join(here.cache, "bin");
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const builds = (): number => here.read("go.log").trimEnd().split("\n").length;

  interface Build {
    readonly child: ChildProcess;
    /** Resolves when the process has said so on standard error. */
    says(part: string): Promise<void>;
    readonly ended: Promise<Run>;
  }

  /** A process of its own that gets etcd for a user of this machine, which reaches no release site. */
  function build(): Build {
    const { cache, env, platform, origins, goFolders } = here.context({ origins: sites(closed) });
    const options = JSON.stringify({ cache, env, platform, origins, goFolders });
    const worker = path.join(__dirname, "..", "support", "tool-builder.ts");
    const child = spawn(process.execPath, ["--import", "tsx", worker, options], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    return {
      child,
      says: (part) =>
        new Promise((resolve) => {
          const look = (): void => {
            if (stderr.includes(part)) resolve();
          };
          child.stderr.on("data", look);
          look();
        }),
      ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr }))),
    };
  }

  function sentence({ code, stdout, stderr }: Run): string {
    assert.equal(code, 1, stderr);
    assert.doesNotMatch(stderr, /^\s+at |Error:/m);
    return (JSON.parse(stdout) as { error: { message: string } }).error.message;
  }

  async function buildsNow(): Promise<void> {
    here.script("go", fakeGo(writesTool(built)));
    const { code, stdout, stderr } = await build().ended;
    assert.equal(code, 0, stderr);
    const file = path.join(here.cache, "bin", "etcd-3.6.4-linux-amd64", "etcd");
    assert.deepEqual(JSON.parse(stdout), { name: "etcd", path: file, version: "3.6.4", source: "built" });
    assert.deepEqual(inCache(), ["etcd-3.6.4-linux-amd64"]);
    assert.equal(execFileSync(file, { encoding: "utf8" }), `${built}\n`);
  }

  it("leaves no broken binary on a full disk, says so, and is built once there is room", async () => {
    // What the system itself says when a write finds no room.
    here.script("go", fakeGo(`${half}; cat "$0" > /dev/full || exit 1`));
    assert.match(
      sentence(await build().ended),
      /^\/.*\/cache: the disk is full while building etcd 3\.6\.4 \(.*[Nn]o space left on device\); allowed: a build takes up to 9 GB .*; free some space, or set SLIPWAY_CACHE, GOCACHE, GOMODCACHE and TMPDIR to folders on a larger disk\.$/,
    );
    assert.deepEqual(inCache(), []);
    await buildsNow();
  });

  it("leaves no broken binary when its compiler is killed, and is built in the next run", async () => {
    here.script("go", fakeGo(`${half}; kill -9 $$`));
    assert.equal(
      sentence(await build().ended),
      "tools/etcd: building etcd 3.6.4 with Go 1.26.8 failed (it was killed); mend that, or put the tool at its pinned version on PATH, then run the command again.",
    );
    assert.deepEqual(inCache(), []);
    await buildsNow();
  });

  it("leaves no binary that is taken for one when its builder is killed, and is built in the next run", async () => {
    here.script("go", fakeGo(`${half}; ${waits}`));
    const first = build();
    await first.says("building from source");
    const compiler = await written("compiler");
    first.child.kill("SIGKILL");
    await first.ended;
    // It goes on for a while without the one that started it; here it stays in the middle.
    process.kill(compiler, "SIGKILL");
    assert.equal(existsSync(path.join(here.cache, "bin", "etcd-3.6.4-linux-amd64")), false);
    const [lock = ""] = inCache().filter((name) => name.endsWith(".lock"));
    assert.equal(inCache().length, 2);
    // What 15 seconds without a sign of life would do.
    utimesSync(path.join(here.cache, "bin", lock), 0, 0);
    await buildsNow();
    assert.equal(builds(), 2);
  });

  it("is built once when two runs want it at once", async () => {
    here.script("go", fakeGo(`${waits}; ${writesTool(built)}`));
    const first = build();
    await first.says("building from source");
    const second = build();
    await second.says("another process installs etcd 3.6.4; waiting for it");
    goOn();
    const [one, other] = (await Promise.all([first.ended, second.ended])).map(
      ({ code, stdout }) => [code, JSON.parse(stdout) as { source: string; path: string }] as const,
    );
    assert.deepEqual([one?.[0], one?.[1].source], [0, "built"]);
    assert.deepEqual([other?.[0], other?.[1].source], [0, "cache"]);
    assert.equal(one?.[1].path, other?.[1].path);
    assert.equal(builds(), 1);
    assert.deepEqual(inCache(), ["etcd-3.6.4-linux-amd64"]);
  });

  /** The number in a file of the machine, once there is one. */
  async function written(name: string): Promise<number> {
    for (;;) {
      const text = existsSync(path.join(here.root, name)) ? here.read(name) : "";
      if (/^\d+\n$/.test(text)) return Number(text);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
