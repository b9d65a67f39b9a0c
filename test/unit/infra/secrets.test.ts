import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { systems } from "../../../infra/systems";
import { leaks } from "../../support/leaks";
import type { Place } from "../../support/leaks";
import { GENERATED, theProgram } from "../../support/program";
import type { Program, StackConfig } from "../../support/program";
import { value } from "../../support/recorder";

const SECRET = "kubernetes:core/v1:Secret";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const mark = { secret: GENERATED };

const stores = Object.values(systems).flatMap(({ name, stores = {} }) =>
  Object.keys(stores).map((store) => `${name}/${store}`),
);
/** Secrets that the config of production gives. */
const given = ["email-password", "heartbeat-url", "pagerduty-key", "slack-token"];
/** Each password of each store was changed twice. */
const rotated = { "slipway:rotation": Object.fromEntries(stores.map((store) => [store, 3])) };

/** Fields in which a generated secret may stand, and does. */
const inCluster = [`${SECRET} data`];
const image = "docker:index/image:Image registry";
const kubeconfig = "pulumi:providers:kubernetes kubeconfig";
const managed = [
  "aws:elasticache/user:User authenticationMode",
  "aws:opensearch/domain:Domain advancedSecurityOptions",
  "aws:rds/instance:Instance password",
  "aws:secretsmanager/secretVersion:SecretVersion secretString",
];

const cases: readonly (readonly [what: string, stack: string, changes: StackConfig, fields: string[]])[] = [
  ["local", "local", {}, [...inCluster, kubeconfig]],
  ["local after changes of passwords", "local", rotated, [...inCluster, kubeconfig]],
  ["staging", "staging", {}, [image, ...inCluster]],
  ["staging after changes of passwords", "staging", rotated, [image, ...inCluster]],
  ["production", "production", {}, [...managed, image, ...inCluster]],
  ["production after changes of passwords", "production", rotated, [...managed, image, ...inCluster]],
];

for (const [what, stack, changes, fields] of cases) {
  describe(`each generated secret of ${what}`, () => {
    let program: Program;
    before(async () => (program = await theProgram(stack, changes)));

    it("is encrypted in the state wherever it stands", async () => {
      const { resources, openOutputs, result } = program;
      const inputs = resources.map((all): Place => [all.urn, JSON.stringify({ ...all, inputs: undefined })]);
      const outputs = [...openOutputs].map(([urn, open]): Place => [urn, JSON.stringify(open)]);
      assert.equal(openOutputs.size, resources.filter(({ custom }) => !custom).length);
      assert.deepEqual(leaks(mark, [...inputs, ...outputs, ...(await openResult(result))]), []);
    });

    it("stands in fields for secrets alone: in no name, text, variable, annotation or command", () => {
      const places = program.resources.flatMap(({ type, inputs }) =>
        Object.entries(inputs).map(([field, content]): Place => [
          `${type} ${field}`,
          JSON.stringify(content),
        ]),
      );
      assert.deepEqual(
        leaks(mark, places),
        fields.map((field) => `${field}: secret`),
      );
    });

    it("comes from a password of the program or from config, and is in Secrets of its own system", () => {
      const generators = program.resources.filter(({ type }) => /^(random|tls):/.test(type));
      assert.deepEqual([...new Set(generators.map(({ type }) => type))], [PASSWORD]);
      const found = new Set<string>();
      for (const { name, inputs } of program.ofType(SECRET)) {
        for (const password of passwordsIn(inputs["data"] as Record<string, string>)) {
          assert.equal(systemOf(name), systemOf(password));
          found.add(password);
        }
      }
      const names = [...generators.map(({ name }) => name), ...(stack === "production" ? given : [])];
      // A store on AWS takes another password at once, so no Secret needs the ones before it.
      const past = stack === "production" && changes === rotated ? stores.flatMap(pastPasswords) : [];
      assert.deepEqual([...found].sort(), names.filter((name) => !past.includes(name)).sort());
      assert.ok(found.size >= stores.length);
    });
  });
}

function pastPasswords(store: string): string[] {
  const first = `${store.replace("/", "-")}-password`;
  return [first, `${first}-2`];
}

/** Names of what generated the secrets in a Secret. */
function passwordsIn(data: Readonly<Record<string, string>>): string[] {
  const texts = Object.values(data).map((encoded) => Buffer.from(encoded, "base64").toString());
  return [...texts.join("\n").matchAll(new RegExp(`${GENERATED}([a-z0-9-]+)`, "g"))].map(
    ([, name = ""]) => name,
  );
}

function systemOf(name: string): string | undefined {
  return Object.keys(systems).find((system) => name.startsWith(`${system}-`));
}

/** The stack's outputs as anybody reads them in its state. */
function openResult(result: Program["result"]): Promise<Place[]> {
  return Promise.all(
    Object.entries(result).map(async ([name, given]): Promise<Place> => {
      const output: pulumi.Output<unknown> = pulumi.output(given);
      return [`output ${name}`, (await pulumi.isSecret(output)) ? "" : JSON.stringify([await value(output)])];
    }),
  );
}
