import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { checks } from "../../policies/checks";
import { areas } from "../../policies/core/rule";
import { rules } from "../../policies/rules";
import { made } from "../../tools/policies/write";

const root = path.resolve(__dirname, "..", "..");

/** Where others say the same as a check: CIS EKS 1.8.0, NSA controls of Kubescape, Prowler, EKS best practices. */
const cited: Readonly<Record<number, readonly string[]>> = {
  1: ["CIS 5.4.1", "CIS 5.4.2", "PR eks_cluster_not_publicly_accessible"],
  2: ["CIS 5.3.1", "C-0066"],
  3: ["CIS 2.1.1", "CIS 2.1.2", "C-0067"],
  4: ["CIS 4.1.7", "CIS 5.5.1", "BPG"],
  5: ["PR eks_cluster_deletion_protection_enabled"],
  6: ["PR eks_cluster_uses_a_supported_version"],
  7: ["CIS 5.4.3", "BPG"],
  8: ["BPG iam"],
  9: ["BPG hosts"],
  10: ["BPG", "AWS FSBP"],
  11: ["BPG subnets"],
  12: ["CIS 5.1.1", "CIS 5.1.2", "CIS 5.1.3", "PR ecr_*"],
  13: ["CIS 5.1.4"],
  14: ["PR core_image_tag_fixed"],
  15: ["C-0292"],
  16: ["CIS 4.2.1", "C-0057"],
  17: ["CIS 4.2.2", "CIS 4.2.3", "CIS 4.2.4", "C-0038", "C-0041", "C-0044"],
  18: ["CIS 4.2.5", "C-0016", "C-0046"],
  19: ["C-0013"],
  20: ["C-0055"],
  21: ["C-0017"],
  22: ["C-0270", "C-0271", "BPG"],
  23: ["PR core_liveness", "PR core_readiness"],
  24: ["BPG reliability"],
  25: ["BPG"],
  26: ["CIS 4.2.x", "BPG pods"],
  27: ["CIS 4.3.2", "CIS 5.4.4", "C-0030", "C-0054"],
  28: ["CIS 4.3.1", "PR eks_cluster_network_policy_enabled"],
  29: ["CIS 4.5.1", "CIS 4.5.2", "BPG"],
  30: ["CIS 4.1.5", "CIS 4.1.6", "C-0034"],
  31: [
    ...["CIS 4.1.1", "CIS 4.1.2", "CIS 4.1.3", "CIS 4.1.4"],
    ...["CIS 4.1.8", "CIS 4.1.9", "CIS 4.1.10", "CIS 4.1.11", "CIS 4.1.12"],
    ...["C-0035", "C-0002"],
  ],
  32: ["CIS 5.2.1", "BPG"],
  33: ["CIS 4.4.1", "CIS 4.4.2", "C-0012"],
  34: ["CIS 5.4.5"],
  36: ["AWS FSBP"],
  37: ["AWS FSBP"],
  38: ["BPG upgrades"],
  41: ["CIS 4.1.11", "BPG controlplane"],
  42: ["CVE-2020-8554"],
};

/** Checks whose every rule only advises until what they ask for can be had. */
const waiting: ReadonlySet<string> = new Set([
  "slipway-stack-workload-require-backup",
  "slipway-stack-system-require-backup",
]);

type Config = Readonly<Record<string, string | { readonly enforcementLevel?: string }>>;

const configOf = (stage: string): Config =>
  JSON.parse(readFileSync(path.join(root, "policies", "config", `${stage}.json`), "utf8")) as Config;

const levelIn = (config: Config, rule: string): string | undefined => {
  const own = config[rule];
  return typeof own === "string" ? own : own?.enforcementLevel;
};

describe("the catalogue of rules", () => {
  it("names each rule once, by provider, service, type and what it asks", () => {
    const names = rules.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
    const pattern =
      /^(kubernetes|aws|cloudflare|slipway)-[a-z0-9]+-[a-z0-9-]+-(require|forbid|restrict|limit|prefer|deny)-[a-z0-9-]+$/;
    assert.deepEqual(
      names.filter((name) => !pattern.test(name)),
      [],
    );
  });

  it("has one file a rule, in the folder of its area, and no file that is left out", () => {
    const folder = path.join(root, "policies", "rules");
    const files = areas.flatMap((area) =>
      readdirSync(path.join(folder, area)).flatMap((file) => {
        const text = readFileSync(path.join(folder, area, file), "utf8");
        const own = [...text.matchAll(/^ {2}name: "([a-z0-9-]+)",$/gm)].map(([, name]) => name!);
        return own.map((name) => ({ area, file, name, count: own.length }));
      }),
    );
    assert.deepEqual(
      files.filter(({ count }) => count !== 1).map(({ file }) => file),
      [],
    );
    assert.deepEqual(
      files.map(({ name, area }) => `${area} ${name}`).sort(),
      rules.map(({ name, area }) => `${area} ${name}`).sort(),
    );
  });

  it("says of each rule what it is, why, what to do and where to read on", () => {
    for (const rule of rules) {
      assert.ok(rule.title.length > 5 && !rule.title.endsWith("."), `${rule.name}: title`);
      assert.match(rule.description, /^[A-Z].{15,}\.$/, `${rule.name}: description`);
      assert.match(rule.remedy, /^[A-Z].{10,}\.$/, `${rule.name}: remedy`);
      assert.match(rule.url, /^https:\/\/\S+$/, `${rule.name}: url`);
      assert.ok(rule.ids.length > 0 || rule.checks.length > 0, `${rule.name}: ids`);
    }
  });

  it("has a rule for each of the 42 checks, with all that others call it", () => {
    assert.equal(Object.keys(checks).length, 42);
    for (const number of Object.keys(checks).map(Number)) {
      const own = rules.filter((rule) => rule.checks.includes(number));
      assert.notEqual(own.length, 0, `check ${number}`);
      const ids = own.flatMap((rule) => rule.ids);
      const missing = (cited[number] ?? []).filter(
        (id) => !ids.some((one) => one === id || one.startsWith(id.replace(/[*x]$/, ""))),
      );
      assert.deepEqual(missing, [], `check ${number}`);
    }
    const unknown = rules.flatMap((rule) => rule.checks.filter((number) => !(number in checks)));
    assert.deepEqual(unknown, []);
  });

  it("raises in production exactly the rules that say so, and lowers none", () => {
    const production = configOf("production");
    const raised = rules.filter(({ mandatoryInProduction }) => mandatoryInProduction === true);
    for (const { name, level } of raised) {
      assert.equal(level, "advisory", name);
      assert.equal(levelIn(production, name), "mandatory", name);
    }
    const others = rules.filter(({ mandatoryInProduction }) => mandatoryInProduction !== true);
    assert.deepEqual(
      others.filter(({ name }) => levelIn(production, name) !== undefined).map(({ name }) => name),
      [],
    );
    for (const stage of ["local", "staging"]) {
      const levels = rules.filter(({ name }) => levelIn(configOf(stage), name) !== undefined);
      assert.deepEqual(levels, [], stage);
    }
  });

  it("only advises on backups as long as there are none", () => {
    const backups = rules.filter(({ name, checks: own }) => own.includes(38) || waiting.has(name));
    assert.deepEqual(backups.map(({ name }) => name).sort(), [...waiting].sort());
    for (const { level, mandatoryInProduction } of backups) {
      assert.equal(level, "advisory");
      assert.equal(mandatoryInProduction, undefined);
    }
  });

  it("stands as it is in docs/policies.md and in the schema of the configuration", async () => {
    for (const [file, text] of await made()) {
      assert.equal(
        readFileSync(file, "utf8"),
        text,
        `${path.relative(root, file)}: run \`npm run policies\``,
      );
    }
  });
});
