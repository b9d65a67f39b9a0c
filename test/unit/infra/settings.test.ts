import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseSettings, schema } from "../../../infra/settings";
import { stages } from "../../../infra/stages";
import { stackFile } from "../../support/program";

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const config = (changes: Record<string, unknown> = {}): Record<string, string> => {
  const all: Record<string, unknown> = {
    "aws:region": "eu-central-1",
    "slipway:stage": "staging",
    "slipway:network": { cidr: "10.1.0.0/16", zones },
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === "string" ? value : JSON.stringify(value)]],
    ),
  );
};
const read = (changes?: Record<string, unknown>, region: string | undefined = "eu-central-1") =>
  parseSettings("staging", config(changes), region);
const message = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "SlipwayError");
    return error.message;
  }
  return assert.fail("nothing was refused");
};

describe("settings", () => {
  it("apply their defaults", () => {
    const settings = read();
    assert.deepEqual(settings.systems, ["daira"]);
    assert.deepEqual(settings.images, {});
    assert.equal(settings.addons, "install");
    assert.deepEqual(settings.cluster, { compute: "auto", publicAccessCidrs: [], admins: {} });
    assert.deepEqual(settings.network, { cidr: "10.1.0.0/16", zones, apartFrom: [], region: "eu-central-1" });
    assert.equal(settings.stage, stages["staging"]);
    assert.equal(settings.protection, false);
  });

  it("take the stage's protection unless config lifts it", () => {
    assert.equal(read({ "slipway:stage": "production" }).protection, true);
    assert.equal(read({ "slipway:stage": "production", "slipway:protection": false }).protection, false);
  });

  it("take passwords and confirmations of stores by name", () => {
    assert.deepEqual([read().rotation, read().confirm], [{}, []]);
    const settings = read({
      "slipway:rotation": { "daira/postgres": 2 },
      "slipway:confirm": ["daira/redis"],
    });
    assert.deepEqual([settings.rotation, settings.confirm], [{ "daira/postgres": 2 }, ["daira/redis"]]);
  });

  it("have managed stores in production alone", () => {
    const where = Object.entries(stages).map(([name, { stores, cloud }]) => [name, stores, cloud]);
    assert.deepEqual(where, [
      ["production", "managed", "aws"],
      ["staging", "inCluster", "aws"],
      ["local", "inCluster", "existing"],
    ]);
  });

  it("need neither region nor zones where there is no cloud", () => {
    const settings = parseSettings("local", { "slipway:stage": "local" }, undefined);
    assert.equal(settings.network, undefined);
    assert.equal(settings.registry.server, "localhost:5001");
  });

  it("take an empty network block as none, for the engine fills in the default of Pulumi.yaml", () => {
    assert.equal(
      parseSettings("local", { "slipway:stage": "local", "slipway:network": "{}" }, undefined).network,
      undefined,
    );
  });

  it("take other networks' blocks that meet neither the VPC nor the cluster's service addresses", () => {
    const apartFrom = ["10.0.0.0/16", "10.2.0.0/15", "172.16.0.0/14", "192.168.0.0/16"];
    assert.deepEqual(
      read({ "slipway:network": { cidr: "10.1.0.0/16", zones, apartFrom } }).network?.apartFrom,
      apartFrom,
    );
    // A VPC where the cluster's services usually are makes the cluster choose the other block.
    const inside = { cidr: "172.20.0.0/16", zones, apartFrom: ["10.0.0.0/16"] };
    assert.equal(read({ "slipway:network": inside }).network?.cidr, "172.20.0.0/16");
    assert.throws(
      () => read({ "slipway:network": { ...inside, apartFrom: ["10.96.0.0/12"] } }),
      /10\.100\.0\.0\/16/,
    );
  });

  it("take a list of no systems, for the first up makes what the images are pushed to", () => {
    assert.deepEqual(read({ "slipway:systems": [] }).systems, []);
  });

  it("leave other namespaces alone", () =>
    assert.doesNotThrow(() => read({ "kubernetes:context": "x", "aws:profile": "y" })));

  const refused: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    [
      "an unknown key, with the near one named",
      { "slipway:netwrok": {} },
      /stack staging: unknown config key slipway:netwrok \(did you mean "network"\?\); allowed: slipway:stage, /,
    ],
    [
      "an unknown key far from any",
      { "slipway:colour": "red" },
      /unknown config key slipway:colour; allowed/,
    ],
    [
      "an unknown key inside a block, with the near one named",
      { "slipway:cluster": { computer: "auto" } },
      /^slipway:cluster of stack staging: unknown config key computer \(did you mean "compute"\?\); allowed: compute, publicAccessCidrs, admins, context, storageClass; remove or rename it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "a misspelt key that is needed by its own spelling, not as one that is missing",
      { "slipway:network": { zone: zones } },
      /^slipway:network of stack staging: unknown config key zone \(did you mean "zones"\?\); allowed: cidr, zones, apartFrom, nat;/,
    ],
    [
      "a needed key that is missing",
      { "slipway:network": { cidr: "10.1.0.0/16" } },
      /^slipway:network\.zones of stack staging: it is missing; allowed: a list; correct it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "a wrong type",
      { "slipway:systems": "daira" },
      /^slipway:systems of stack staging: "daira" is not allowed; allowed: a list; correct it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "a wrong type in a list",
      { "slipway:systems": [5] },
      /slipway:systems\.0 .*: 5 is not allowed; allowed: text;/,
    ],
    [
      "a system that is named twice",
      { "slipway:systems": ["daira", "noa", "daira"] },
      /^slipway:systems of stack staging: .* is not allowed; allowed: each system once; correct it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "a block that is none",
      { "slipway:cluster": 5 },
      /slipway:cluster .*: 5 is not allowed; allowed: a block of keys;/,
    ],
    [
      "an empty text",
      { "slipway:cluster": { context: "" } },
      /slipway:cluster\.context .*: "" is not allowed; allowed: one that is not empty;/,
    ],
    [
      "a text that is too long",
      { "slipway:tags": { team: "x".repeat(257) } },
      /slipway:tags\.team .*a value of 259 characters is not allowed; allowed: at most 256 characters;/,
    ],
    [
      "a name that cannot be one",
      { "slipway:cluster": { admins: { "ME!": "role/Admin" } } },
      /slipway:cluster\.admins\.ME! .*"ME!" is not allowed; allowed: lower-case letters, digits and dashes;/,
    ],
    [
      "a wrong choice",
      { "slipway:cluster": { compute: "fargate" } },
      /slipway:cluster\.compute .*"fargate" is not allowed; allowed: auto, managed; correct it/,
    ],
    [
      "a protection that is no boolean",
      { "slipway:protection": "yes" },
      /slipway:protection .*"yes" is not allowed; allowed: true or false;/,
    ],
    [
      "a digest that is a tag",
      { "slipway:images": { "daira/backend": "latest" } },
      /slipway:images\.daira\/backend .*"latest" is not allowed; allowed: a digest: sha256:/,
    ],
    [
      "something that is no block",
      { "slipway:network": { cidr: "ten", zones } },
      /slipway:network\.cidr .*"ten" is not allowed; allowed: an IPv4 block/,
    ],
    [
      "one zone",
      { "slipway:network": { zones: zones.slice(0, 1) } },
      /^slipway:network\.zones of stack staging: one zone is named; allowed: 2 to 6 in staging; name them: pulumi config set/,
    ],
    [
      "seven zones",
      { "slipway:network": { zones: ["a", "b", "c", "d", "e", "f", "g"].map((z) => `eu-central-1${z}`) } },
      /^slipway:network\.zones of stack staging: 7 zones are named; allowed: 2 to 6 in staging;/,
    ],
    [
      "two zones in production",
      { "slipway:stage": "production", "slipway:network": { zones: zones.slice(0, 2) } },
      /2 zones are named; allowed: 3 to 6 in production; name them: pulumi config set/,
    ],
    [
      "zones of another region",
      { "slipway:network": { zones: ["eu-west-1a", "eu-west-1b"] } },
      /eu-west-1a is no zone of eu-central-1; .*; correct it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "a zone twice",
      { "slipway:network": { zones: [...zones, zones[0]] } },
      /^slipway:network\.zones of stack staging: eu-central-1a is named twice,/,
    ],
    [
      "a public block",
      { "slipway:network": { cidr: "8.8.0.0/16", zones } },
      /^slipway:network\.cidr of stack staging: "8\.8\.0\.0\/16" is no private block; allowed: a block inside 10\.0\.0\.0\/8, 172\.16\.0\.0\/12, 192\.168\.0\.0\/16; correct it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "a block that is too small",
      { "slipway:network": { cidr: "10.0.0.0/21", zones } },
      /is too small for three tiers in up to six zones; allowed: a prefix from \/16 to \/20; correct it/,
    ],
    [
      "a block that another network has",
      { "slipway:network": { cidr: "10.1.0.0/16", zones, apartFrom: ["10.2.0.0/16", "10.0.0.0/15"] } },
      /^slipway:network\.cidr of stack staging: "10\.1\.0\.0\/16" overlaps 10\.0\.0\.0\/15 \(slipway:network\.apartFrom\.1\); allowed: a block outside 10\.0\.0\.0\/15; correct it in Pulumi\.staging\.yaml\.$/,
    ],
    [
      "another network that has the cluster's service addresses",
      { "slipway:network": { cidr: "10.1.0.0/16", zones, apartFrom: ["172.16.0.0/12"] } },
      /^slipway:network\.apartFrom\.0 of stack staging: 172\.16\.0\.0\/12 overlaps 172\.20\.0\.0\/16, from which the cluster .*; allowed: blocks outside 172\.20\.0\.0\/16; give that network another/,
    ],
    [
      "another network's block that is none",
      { "slipway:network": { cidr: "10.1.0.0/16", zones, apartFrom: ["10.300.0.0/16"] } },
      /^slipway:network\.apartFrom\.0 of stack staging: "10\.300\.0\.0\/16" is no IPv4 block; allowed: .*; correct it in/,
    ],
    [
      "a zone by its index",
      { "slipway:network": { zones: [0, 1] } },
      /slipway:network\.zones\.0 .*0 is not allowed/,
    ],
    ["no network on AWS", { "slipway:network": undefined }, /no zones are named/],
    [
      "an unknown stage",
      { "slipway:stage": "stagin" },
      /there is no stage "stagin" \(did you mean "staging"\?\); allowed: production, staging, local/,
    ],
    ["no stage", { "slipway:stage": undefined }, /slipway:stage of stack staging: it is missing/],
    [
      "a rotation of no store",
      { "slipway:rotation": { daira: 2 } },
      /slipway:rotation\.daira of .*: "daira" is not allowed; allowed: SYSTEM\/STORE, such as daira/,
    ],
    [
      "a rotation that is no number of passwords",
      { "slipway:rotation": { "daira/postgres": 0 } },
      /slipway:rotation\.daira\/postgres .*0 is not allowed; allowed: at least 1/,
    ],
    [
      "a confirmation of everything",
      { "slipway:confirm": ["daira/*"] },
      /slipway:confirm\.0 .*"daira\/\*" is not allowed; allowed: SYSTEM\/STORE/,
    ],
    [
      "an admin that is no principal",
      { "slipway:cluster": { admins: { me: "everyone" } } },
      /slipway:cluster\.admins\.me .*"everyone" is not allowed; allowed: role\/NAME/,
    ],
  ];
  for (const [title, changes, pattern] of refused) {
    it(`refuse ${title}`, () => {
      const text = message(() => read(changes));
      assert.match(text, pattern);
      assert.doesNotMatch(text, /\n/);
    });
  }

  it("refuse a stack on AWS without a region", () => {
    assert.match(
      message(() => parseSettings("staging", config(), undefined)),
      /aws:region is not set; set it: pulumi config set aws:region/,
    );
  });

  it("refuse a region that is none", () => {
    assert.match(
      message(() => parseSettings("staging", config(), "true")),
      /^aws:region of stack staging: "true" is no region; allowed: .*eu-central-1; correct it in Pulumi\.staging\.yaml\.$/,
    );
  });

  it("never quote a long value, which may be a secret", () => {
    const text = message(() => read({ "slipway:stage": "staging", "slipway:addons": "x".repeat(80) }));
    assert.match(text, /a value of 82 characters is not allowed/);
    assert.doesNotMatch(text, /xxx/);
  });

  it("are declared in Pulumi.yaml, but for protection, which has no default to declare", () => {
    const project = parse(readFileSync("Pulumi.yaml", "utf8")) as { config: Record<string, unknown> };
    const declared = Object.keys(project.config).map((key) => key.replace("slipway:", ""));
    assert.deepEqual([...declared, "protection"].sort(), Object.keys(schema.shape).sort());
  });

  for (const stack of ["local", "staging", "production"]) {
    it(`accept Pulumi.${stack}.yaml as it stands`, () => {
      const texts = Object.entries(stackFile(stack)).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const all = Object.fromEntries(texts) as Record<string, string>;
      assert.equal(parseSettings(stack, all, all["aws:region"]).stageName, stack);
    });
  }
});
