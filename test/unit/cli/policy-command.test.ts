import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { UsageError } from "../../../cli/outcome";
import type { Outcome } from "../../../cli/outcome";
import { allCards } from "../../../cli/policy/cards";
import { explainRules } from "../../../cli/policy/explain";
import { scanManifests } from "../../../cli/policy/scan";
import { silent } from "../../../engine/progress";
import { temporaryFolder } from "../../support/temporary";

const root = path.resolve(__dirname, "..", "..", "..");
const nonRoot = "kubernetes-core-pod-require-non-root";

interface ScanCase {
  readonly config?: string;
  readonly input?: string;
  readonly areas?: readonly string[];
  readonly notes?: string[];
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Report {
  readonly files: number;
  readonly objects: number;
  readonly findings: readonly Readonly<Record<string, string>>[];
}

/** A pod that runs as root, in YAML. */
const pod = (name: string, root = true): string =>
  [
    "apiVersion: v1",
    "kind: Pod",
    `metadata: { name: ${name}, namespace: shop }`,
    "spec:",
    "  containers:",
    "    - name: a",
    `      securityContext: { runAsNonRoot: ${root ? "no" : "yes"} }`,
    "      image: b",
    "",
  ].join("\n");

/** A List up to its second member. */
const list = "apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  apiVersion: v1\n";

describe("slipway policy", function () {
  this.timeout(60_000);
  let folder: string;
  const at = (name: string): string => path.join(folder, name);

  /** The command as a process, in the folder of the manifests. */
  function policy(words: readonly string[], input = ""): Run {
    const loader = path.join(root, "node_modules/tsx/dist/loader.mjs");
    const args = ["--import", loader, path.join(root, "cli/main.ts"), "policy", ...words];
    const env = { ...process.env, TSX_TSCONFIG_PATH: path.join(root, "tsconfig.json") };
    const ran = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", input, env });
    return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  }
  /** A scan in this process, of files by their names in the folder; `notes` gets what is said beside the result. */
  function scan(
    names: readonly string[],
    { config, input = "", areas = [], notes = [] }: ScanCase = {},
  ): Promise<Outcome> {
    const note = (line: string): void => void notes.push(line);
    return scanManifests(
      names.map((name) => (name === "-" ? name : at(name))),
      { format: "json", areas, ...(config !== undefined && { config: at(config) }) },
      { progress: { ...silent, note } },
      Readable.from([Buffer.from(input)]),
    );
  }
  /** The report of a scan for the one rule on users. */
  async function scanned(names: readonly string[], input = ""): Promise<Report & { readonly ok: boolean }> {
    const { ok, json } = await scan(names, { config: "only.json", input });
    return { ok, ...(json as Report) };
  }

  before(() => {
    folder = temporaryFolder();
    mkdirSync(path.join(folder, "all"));
    const files = {
      "bad.yaml": `# a pod\n${pod("a")}---\n---\n# nothing\n---\n${pod("b", false)}---\n${pod("c")}`,
      "good.yaml": pod("d", false),
      "comments.yaml": "# nothing\n---\n# here\n",
      "list.json": JSON.stringify({
        apiVersion: "v1",
        kind: "List",
        items: [
          { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "m" } },
          {
            apiVersion: "v1",
            kind: "List",
            items: [
              {
                apiVersion: "v1",
                kind: "Pod",
                metadata: { name: "e" },
                spec: { containers: [{ name: "a" }] },
              },
            ],
          },
        ],
      }),
      "twice.yaml": "apiVersion: v1\nkind: Pod\nkind: Job\n",
      "broken.yaml": "a: [\n",
      "values.yaml": "# of a chart\nreplicas: 2\n",
      "only.json": JSON.stringify({ all: "disabled", [nonRoot]: "mandatory" }),
      "advice.json": JSON.stringify({ all: "disabled", [nonRoot]: "advisory" }),
      "exempt.json": JSON.stringify({
        all: "disabled",
        [nonRoot]: {
          enforcementLevel: "mandatory",
          exemptions: [
            { resource: "Pod shop/a", reason: "it moves away in spring", until: "2999-12-31" },
            { resource: "Pod shop/c", reason: "it has moved away now", until: "2020-01-01" },
          ],
        },
      }),
      "wrong.json": JSON.stringify({ [nonRoot]: { exemptions: [{ resource: "Pod shop/a" }] } }),
      "all/one.yml": pod("f"),
      "all/two.yaml": pod("g", false),
      "all/notes.txt": "nothing",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  });

  describe("scan", () => {
    it("prints one object with what it read and found, and ends with 1", () => {
      const { code, stdout, stderr } = policy([
        "scan",
        "bad.yaml",
        "good.yaml",
        "--config",
        "only.json",
        "--json",
      ]);
      assert.deepEqual([code, stderr, stdout.trimEnd().split("\n").length], [1, "", 1]);
      const report = JSON.parse(stdout) as Report;
      assert.deepEqual(Object.keys(report), ["files", "objects", "findings"]);
      assert.deepEqual([report.files, report.objects], [2, 4]);
      assert.deepEqual(
        report.findings.map(({ message, ...finding }) => {
          assert.match(message ?? "", /runAsNonRoot is false/);
          return finding;
        }),
        ["a", "c"].map((name) => ({
          rule: nonRoot,
          area: "pod-security",
          level: "mandatory",
          file: "bad.yaml",
          kind: "Pod",
          namespace: "shop",
          name,
          path: "spec.containers[0].securityContext.runAsNonRoot",
        })),
      );
    });

    it("ends with 0 where there is nothing wrong, or nothing at all", async () => {
      const { code, stdout } = policy(["scan", "-", "--config", "only.json", "--json"], pod("d", false));
      assert.deepEqual([code, JSON.parse(stdout)], [0, { files: 1, objects: 1, findings: [] }]);
      assert.deepEqual(await scanned(["good.yaml"]), { ok: true, files: 1, objects: 1, findings: [] });
      assert.deepEqual(await scanned(["comments.yaml"]), { ok: true, files: 1, objects: 0, findings: [] });
      assert.deepEqual(await scanned(["-"]), { ok: true, files: 1, objects: 0, findings: [] });
    });

    it("reads standard input, folders, JSON and Lists in Lists", async () => {
      assert.deepEqual(
        (await scanned(["-"], pod("x"))).findings.map(({ file, name }) => [file, name]),
        [["-", "x"]],
      );
      const { ok, files, objects, findings } = await scanned(["all", "list.json"]);
      assert.deepEqual([ok, files, objects], [false, 3, 4]);
      assert.deepEqual(
        findings.map(({ file, namespace, name, path: field }) => [file, namespace, name, field]),
        [
          [at("all/one.yml"), "shop", "f", "spec.containers[0].securityContext.runAsNonRoot"],
          [at("list.json"), "", "e", "items[1].items[0].spec.containers[0].securityContext.runAsNonRoot"],
        ],
      );
    });

    it("takes advice for findings too, and says of which level it is", async () => {
      const { ok, json } = await scan(["bad.yaml"], { config: "advice.json" });
      assert.deepEqual(
        [ok, (json as Report).findings.map(({ level }) => level)],
        [false, ["advisory", "advisory"]],
      );
    });

    it("keeps to exemptions, and says which have ended", async () => {
      const notes: string[] = [];
      const { ok, json } = await scan(["bad.yaml"], { config: "exempt.json", notes });
      assert.deepEqual([ok, (json as Report).findings.map(({ name }) => name)], [false, ["c"]]);
      assert.equal(notes.length, 1);
      assert.match(notes[0] ?? "", /^policies: the exemption of Pod shop\/c from .* ended on 2020-01-01 /);
    });

    it("asks all rules without a configuration, or those of the areas that are named", async () => {
      const found = async (...areas: readonly string[]): Promise<string[]> => {
        const { findings } = (await scan(["bad.yaml"], { areas })).json as Report;
        return [...new Set(findings.map(({ area }) => area ?? ""))].sort();
      };
      assert.ok((await found()).length > 3);
      assert.deepEqual(await found("pod-security"), ["pod-security"]);
      assert.deepEqual(await found("resources", "image"), ["image", "resources"]);
      const { findings } = JSON.parse(
        policy(["scan", "bad.yaml", "--area", "image", "--json"]).stdout,
      ) as Report;
      assert.deepEqual([...new Set(findings.map(({ area }) => area))], ["image"]);
    });

    const noObject = "it is no Kubernetes object";
    for (const [name, names, input, problems] of [
      ["a file that there is not", ["none.yaml"], "", [/^\S+\/none\.yaml: there is no such file$/]],
      ["what is not YAML", ["broken.yaml"], "", [/broken\.yaml: document 1, line 2: it is not valid YAML: /]],
      [
        "a name that stands twice",
        ["twice.yaml"],
        "",
        [/: document 1, line 3: "kind" stands twice in one block$/],
      ],
      [
        "what is no Kubernetes object",
        ["values.yaml"],
        "",
        [`line 2: ${noObject}: it has no apiVersion and no kind`],
      ],
      [
        "standard input that is none",
        ["-"],
        "---\nhello\n",
        [`-: document 1, line 2: ${noObject}, but a single`],
      ],
      [
        "a member of a List that is none",
        ["-"],
        `${list}- {}\n`,
        [`-: document 1, line 6: items[1]: ${noObject}: it`],
      ],
      ["several, all of them", ["none.yaml", "bad.yaml", "values.yaml"], "", ["no such file", noObject]],
    ] as const)
      it(`ends with 2 at ${name}, and finds nothing`, async () => {
        const { ok, code, json, text } = await scan(names, { input });
        assert.deepEqual([ok, code], [false, 2]);
        const { error, ...rest } = json as { error: { message: string; problems: readonly string[] } };
        assert.deepEqual(rest, { ok: false });
        assert.equal(error.problems.length, problems.length);
        for (const [index, problem] of problems.entries()) {
          const said = error.problems[index] ?? "";
          assert.ok(typeof problem === "string" ? said.includes(problem) : problem.test(said), said);
        }
        assert.equal(error.message, `${error.problems.join("; ")}.`);
        assert.equal(text, error.problems.map((problem) => `slipway: ${problem}.`).join("\n"));
      });

    it("tells people on standard error what it cannot read", () => {
      assert.deepEqual(policy(["scan", "none.yaml"]), {
        code: 2,
        stdout: "",
        stderr: "slipway: none.yaml: there is no such file.\n",
      });
    });

    for (const [name, given, message] of [
      ["an unknown area", { areas: ["pods"] }, /^--area: there is no area "pods"; allowed: pod-security/],
      [
        "an area that needs a stack",
        { areas: ["cloud"] },
        /^--area: no rule of area cloud can judge a manifest/,
      ],
      ["a configuration that is not there", { config: "no.json" }, /no\.json: it cannot be read \(ENOENT\)/],
      [
        "a wrong configuration",
        { config: "wrong.json" },
        /wrong\.json: .*\.reason: it is missing; .* 1 more thing is/,
      ],
    ] as const)
      it(`calls ${name} wrong usage`, async () => {
        await assert.rejects(scan(["-"], given), (error) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, message);
          return true;
        });
      });

    for (const [name, words, message] of [
      ["no file", ["scan"], /^slipway: missing required argument 'files'/],
      [
        "two formats",
        ["scan", "-", "--format", "sarif", "--json"],
        /--json and --format sarif contradict each other/,
      ],
    ] as const)
      it(`ends with 2 at ${name}`, () => {
        const { code, stdout, stderr } = policy(words);
        assert.equal(code, 2);
        assert.match(stderr + stdout, message);
      });

    it("loads neither Pulumi's SDK nor the program", () => {
      const code = `require(${JSON.stringify(path.join(root, "cli/policy/scan.ts"))});
        console.log(JSON.stringify(Object.keys(require.cache)));`;
      const ran = spawnSync(process.execPath, ["--import", "tsx", "-e", code], {
        cwd: root,
        encoding: "utf8",
      });
      const files = (JSON.parse(ran.stdout) as string[]).map((file) => path.relative(root, file));
      assert.ok(files.includes("cli/policy/scan.ts") && files.includes("policies/rules/index.ts"));
      assert.deepEqual(
        files.filter((file) => /^node_modules\/(@pulumi\/(?!policy\/proxy)|@grpc)|^infra\//.test(file)),
        [],
      );
    });

    it("prints the other formats on standard output, bad news too", () => {
      const run = (format: string): string => {
        const { code, stdout, stderr } = policy([
          "scan",
          "bad.yaml",
          "--config",
          "only.json",
          "--format",
          format,
        ]);
        assert.deepEqual([code, stderr], [1, ""]);
        return stdout;
      };
      const table = run("table");
      assert.match(table, /^mandatory {2}high {2}\S+non-root {2}Pod shop\/a {2}bad\.yaml:8\n/);
      assert.match(table, /\n\npolicy: 2 mandatory findings, 0 advisory \(1 file, 3 objects\)\n$/);
      const { runs } = JSON.parse(run("sarif")) as { runs: { results: { locations: unknown[] }[] }[] };
      assert.deepEqual(
        runs[0]?.results.map(
          ({ locations: [place] }) => (place as { physicalLocation: unknown }).physicalLocation,
        ),
        [8, 29].map((startLine) => ({
          artifactLocation: { uri: "bad.yaml", uriBaseId: "%SRCROOT%" },
          region: { startLine },
        })),
      );
      assert.match(run("markdown"), /^<!-- slipway:policy:manifests -->\n### .*: ❌ 2 mandatory findings/);
    });
  });

  describe("explain", () => {
    const text = (name?: string): string => explainRules(name).text;

    it("says all of a rule, with what the API server holds", () => {
      const { code, stdout } = policy(["explain", nonRoot]);
      assert.deepEqual([code, stdout], [0, `${text(nonRoot)}\n`]);
      assert.match(stdout, new RegExp(`^${nonRoot}\nContainers run as non-root\n\n`));
      for (const line of [
        /^area +pod-security$/m,
        /^level +mandatory$/m,
        /^severity +high$/m,
        /^more +https:/m,
      ])
        assert.match(stdout, line);
      assert.match(stdout, /^in the cluster: enforced by the API server, in CEL, for \/v1\/pods/m);
      assert.match(stdout, /runAsNonRoot/);
    });

    it("is an object for programs", () => {
      const { code, stdout } = policy(["explain", nonRoot, "--json"]);
      const rule = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual(
        [code, rule["name"], rule["area"], rule["level"]],
        [0, nonRoot, "pod-security", "mandatory"],
      );
      assert.ok((rule["cluster"] as { validations: unknown[] }).validations.length > 0);
      assert.ok((rule["types"] as string[]).includes("kubernetes:apps/v1:Deployment"));
    });

    it("has the parameters of a rule with their defaults, and says what only a stack can tell", () => {
      assert.match(
        text("kubernetes-core-pod-require-approved-registry"),
        /^parameters\n {2}registries: .+\n {4}default: \[.*\]$/m,
      );
      const ofStack = text("slipway-stack-namespace-require-default-deny");
      assert.match(ofStack, /^judges +the stack as a whole$/m);
      assert.match(ofStack, /^in the cluster: not enforced$/m);
    });

    it("lists all rules by area, and the pack's own reports", () => {
      const { json, text: list } = explainRules(undefined);
      assert.match(list, /^pod-security\n {2}kubernetes-core-pod-/);
      assert.match(
        list,
        /^policies\n {2}slipway-policies-exemption-forbid-ended +mandatory.* +high +.* +No exemption/m,
      );
      assert.deepEqual(
        (json as { rules: { name: string }[] }).rules.map(({ name }) => name),
        list.split("\n").flatMap((line) => /^ {2}(\S+) {2}/.exec(line)?.[1] ?? []),
      );
    });

    it("can say all of every rule", () => {
      for (const { name } of allCards()) assert.ok(text(name).startsWith(`${name}\n`));
    });

    it("names the nearest of a misspelt rule, and ends with 2", () => {
      const { code, stdout, stderr } = policy(["explain", "kubernetes-core-pod-require-nonroot"]);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(
        stderr,
        /there is no rule ".*" \(did you mean "kubernetes-core-pod-require-non-root"\?\); see `/,
      );
    });
  });

  describe("of a stack", () => {
    for (const [name, words, message] of [
      ["no stack", [], /^slipway: --stack: no stack is named/],
      ["an unknown stack", ["-s", "blue", "-C", root], /^slipway: --stack: there is no stack "blue"/],
      [
        "an unknown rule",
        ["-s", "local", "--rule", "nope"],
        /^slipway: --rule: there is no rule "nope"; see `/,
      ],
      [
        "an unknown area",
        ["-s", "local", "--area", "clusters"],
        /^slipway: --area: .*\(did you mean "cluster"\?\)/,
      ],
      [
        "an unknown format",
        ["-s", "local", "--format", "yaml"],
        /Allowed choices are table, json, sarif, markdown/,
      ],
      ["a word too many", ["-s", "local", "everything"], /too many arguments|unknown command/],
    ] as const)
      it(`ends with 2 at ${name}, before anything is run`, () => {
        const { code, stdout, stderr } = policy(words);
        assert.deepEqual([code, stdout], [2, ""]);
        assert.match(stderr, message);
        assert.equal(stderr.trimEnd().split("\n").length, 1);
      });

    it("takes no option of scan for its own", () => {
      const { code, stderr } = policy(["--config", "only.json"]);
      assert.equal(code, 2);
      assert.match(stderr, /unknown option '--config'/);
    });
  });
});
