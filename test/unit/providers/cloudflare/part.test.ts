import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { accountContents, changeBehindItsBack } from "../../../../rehearsal/providers/aws/outside";
import { fieldsOf } from "../../../../rehearsal/providers/aws/validate";
import { cloudflarePart } from "../../../../rehearsal/providers/cloudflare/part";
import { C, models } from "../../../../rehearsal/providers/cloudflare/types";
import type { PartInstance, Props } from "../../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import { temporaryFolder } from "../../../support/temporary";
import { refusal } from "../aws/harness";

const zoneId = "0123456789abcdef0123456789abcdef";
const rule = {
  ref: "own",
  description: "Own",
  expression: '(http.host eq "a.example.com")',
  action: "set_config",
  actionParameters: { ssl: "strict" },
};
const valid: Readonly<Record<string, Props>> = {
  [C.record]: { zoneId, name: "a.example.com", type: "CNAME", content: "b.test", proxied: true, ttl: 1 },
  [C.ruleset]: { zoneId, kind: "zone", phase: "http_config_settings", name: "Own", rules: [rule] },
  [C.bots]: { zoneId, enableJs: true, sbfmDefinitelyAutomated: "block" },
  [C.setting]: { zoneId, settingId: "min_tls_version", value: "1.2" },
};

interface Made {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

class Zones {
  private constructor(
    readonly instance: PartInstance,
    readonly file: string,
  ) {}

  static async open(config: Props = { apiToken: "token" }): Promise<Zones> {
    const accountFile = path.join(temporaryFolder("slipway-cloudflare-"), "account.json");
    return new Zones(await cloudflarePart({ accountFile }).configure(config), accountFile);
  }

  async create(type: string, changes: Props = {}, name = "own", preview = false): Promise<Made> {
    const ref = { type, name, urn: `urn:pulumi:test::slipway::${type}::${name}` };
    const news = { ...valid[type], ...changes };
    const { inputs, failures } = await this.instance.check({
      ...ref,
      news,
      olds: undefined,
      randomSeed: Buffer.alloc(32),
    });
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    return {
      ...ref,
      inputs,
      ...(await this.instance.create({ ...ref, inputs, preview, timeoutSeconds: 0 })),
    };
  }

  async drift(made: Made): Promise<readonly string[] | "gone"> {
    const live = await this.instance.read(made);
    if (live === undefined) return "gone";
    const { inputs: oldInputs, outputs: oldOutputs } = live;
    const request = { ...made, oldInputs, oldOutputs, news: made.inputs, ignoreChanges: [] };
    return (await this.instance.diff(request)).changes;
  }
}

/** Names of inputs and outputs as the package's typings have them. */
function typings(type: string): { readonly inputs: readonly string[]; readonly outputs: readonly string[] } {
  const file = path.join(
    path.dirname(require.resolve("@pulumi/cloudflare")),
    `${path.basename(type.split(":")[1] ?? "")}.d.ts`,
  );
  const text = fs.readFileSync(file, "utf8").replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  const names = (part: RegExp, field: RegExp): string[] =>
    [...(part.exec(text)?.[0] ?? "").matchAll(field)].map((match) => match[1] ?? "");
  const name = type.split(":")[2] ?? "";
  return {
    inputs: names(new RegExp(`export interface ${name}Args \\{[\\s\\S]*?\\n\\}`), /^ {4}(\w+)\??: /gm),
    outputs: names(/export declare class [\s\S]*?\n\}/, /^ {4}readonly (\w+): /gm),
  };
}

describe("the Cloudflare stand-in", () => {
  for (const [type, model] of models) {
    const name = type.split(":")[2] ?? "";

    it(`${name} models only fields that the package has`, () => {
      const { inputs, outputs } = typings(type);
      assert.ok(inputs.length > 0 && outputs.length > 0);
      for (const field of Object.keys(model.fields)) assert.ok(inputs.includes(field), field);
      for (const field of Object.keys(fieldsOf(model)))
        if (field !== "region") assert.ok(inputs.includes(field), field);
      for (const field of model.computed) assert.ok(outputs.includes(field), field);
    });

    it(`${name} is made, found as it was made, and gone again`, async () => {
      const zones = await Zones.open();
      const made = await zones.create(type);
      assert.notEqual(made.id, "");
      assert.deepEqual(await zones.drift(made), []);
      assert.equal(accountContents(zones.file).length, 1);
      await zones.instance.delete({ ...made, timeoutSeconds: 0 });
      assert.deepEqual(accountContents(zones.file), []);
      assert.equal(await zones.drift(made), "gone");
    });

    it(`${name} has no id yet in a preview, and leaves nothing`, async () => {
      const zones = await Zones.open();
      assert.equal((await zones.create(type, {}, "own", true)).id, UNKNOWN);
      assert.deepEqual(accountContents(zones.file), []);
    });

    it(`${name} refuses a field that it does not model, by name`, async () => {
      const zones = await Zones.open();
      assert.match(await refusal(zones.create(type, { surprise: 1 })), /surprise/);
    });
  }

  const cases: readonly (readonly [string, string, Props, RegExp])[] = [
    ["a zone by its domain", C.record, { zoneId: "example.com" }, /32 hexadecimal digits/],
    ["a proxied record with a span of its own", C.record, { ttl: 300 }, /ttl of a proxied record is 1/],
    ["a span below half a minute", C.record, { proxied: false, ttl: 29 }, /1 \(automatic\) or 30 to 86400/],
    ["a proxied text", C.record, { type: "TXT" }, /cannot be proxied/],
    [
      "a record of a kind that nobody uses here",
      C.record,
      { type: "MX" },
      /must be one of A, AAAA, CNAME, TXT/,
    ],
    ["a phase that is none", C.ruleset, { phase: "http_magic" }, /must be one of ddos_l7/],
    ["a rule of another phase", C.ruleset, { phase: "ddos_l7" }, /a rule of ddos_l7 does execute/],
    ["one ref twice", C.ruleset, { rules: [rule, rule] }, /two rules have one ref/],
    ["a quote without an end", C.ruleset, { rules: [{ ...rule, expression: 'a eq "b' }] }, /a quote/],
    ["a bracket without an end", C.ruleset, { rules: [{ ...rule, expression: '(a eq "b"' }] }, /brackets/],
    [
      "a bracket in the wrong place",
      C.ruleset,
      { rules: [{ ...rule, expression: ')a eq "b"(' }] },
      /brackets/,
    ],
    ["an empty expression", C.ruleset, { rules: [{ ...rule, expression: "" }] }, /brackets|expression/],
    [
      "an encryption that is none",
      C.ruleset,
      { rules: [{ ...rule, actionParameters: { ssl: "best" } }] },
      /must be one of off, flexible, full, strict/,
    ],
    ["a bot rule that is none", C.bots, { sbfmVerifiedBots: "block_all" }, /must be one of allow, block/],
    ["a setting that nobody uses here", C.setting, { settingId: "ssl" }, /must be one of min_tls_version/],
    ["a version of TLS that is none", C.setting, { value: "2.0" }, /must be one of 1\.0/],
  ];
  for (const [what, type, changes, message] of cases) {
    it(`refuses ${what}`, async () => {
      const zones = await Zones.open();
      assert.match(await refusal(zones.create(type, changes)), message);
      assert.deepEqual(accountContents(zones.file), []);
    });
  }

  it("takes brackets and quotes inside of quotes for what they are", async () => {
    const zones = await Zones.open();
    await zones.create(C.ruleset, {
      rules: [{ ...rule, expression: String.raw`a eq "(\"" and (b eq ")")` }],
    });
  });

  it("has one ruleset for each zone and phase", async () => {
    const zones = await Zones.open();
    await zones.create(C.ruleset);
    assert.match(await refusal(zones.create(C.ruleset, {}, "second")), /maximum number of zone rulesets/);
    await zones.create(C.ruleset, { zoneId: "f".repeat(32) }, "third");
  });

  it("has no other record beside a CNAME", async () => {
    const zones = await Zones.open();
    await zones.create(C.record);
    assert.match(
      await refusal(zones.create(C.record, { type: "A", content: "192.0.2.1" }, "second")),
      /record with that host already exists/,
    );
    await zones.create(C.record, { name: "b.example.com" }, "third");
  });

  it("finds what somebody changed in a zone", async () => {
    const zones = await Zones.open();
    const made = await zones.create(C.record);
    changeBehindItsBack(zones.file, { type: C.record, set: { proxied: false } });
    assert.deepEqual(await zones.drift(made), ["proxied"]);
  });

  it("says where it calls from, and knows no other function", async () => {
    const { instance } = await Zones.open();
    const ranges = await instance.invoke("cloudflare:index/getIpRanges:getIpRanges", {});
    assert.deepEqual(ranges["ipv4Cidrs"], ["192.0.2.0/24", "198.51.100.0/24"]);
    assert.deepEqual(ranges["ipv6Cidrs"], ["2001:db8::/32"]);
    assert.match(await refusal(instance.invoke("cloudflare:index/getZone:getZone", {})), /does not model/);
  });

  it("refuses to start without a token, or with an argument that it does not model", async () => {
    assert.match(await refusal(Zones.open({})), /no API token is given; set it: pulumi config set --secret/);
    assert.match(await refusal(Zones.open({ apiToken: "t", email: "a@b.c" })), /"email"/);
  });
});
