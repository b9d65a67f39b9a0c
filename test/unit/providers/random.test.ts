import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { PartInstance, Props } from "../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../rehearsal/providers/part";
import { randomPart } from "../../../rehearsal/providers/random/part";

const typeOf = (name: string) => `random:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

/** An output, which must be a text. */
function text(outputs: Props, name: string): string {
  const value = outputs[name];
  assert.equal(typeof value, "string");
  return value as string;
}

describe("the stand-in for random", () => {
  let instance: PartInstance;
  before(async () => {
    instance = await randomPart.configure({});
  });

  const ref = (name: string) => ({ urn: "urn", type: typeOf(name), name: "a" });
  const check = (name: string, news: Props) =>
    instance.check({ ...ref(name), news, olds: undefined, randomSeed: Buffer.alloc(32) });
  async function make(name: string, news: Props, preview = false) {
    const { inputs, failures } = await check(name, news);
    assert.deepEqual(failures, []);
    return instance.create({ ...ref(name), inputs, preview, timeoutSeconds: 0 });
  }

  it("makes passwords of the length and the kinds of characters that were asked for", async () => {
    const counts = { minLower: fc.nat(4), minUpper: fc.nat(4), minNumeric: fc.nat(4), minSpecial: fc.nat(4) };
    await fc.assert(
      fc.asyncProperty(
        fc.record({ ...counts, extra: fc.integer({ min: 1, max: 9 }) }),
        async ({ extra, ...least }) => {
          const length = Object.values(least).reduce((sum, count) => sum + count, extra);
          const { outputs } = await make("RandomString", { length, overrideSpecial: "-_", ...least });
          const result = text(outputs, "result");
          assert.equal(result.length, length);
          assert.match(result, /^[A-Za-z0-9_-]+$/);
          const count = (pattern: RegExp) => (result.match(pattern) ?? []).length;
          assert.ok(count(/[a-z]/g) >= least.minLower && count(/[A-Z]/g) >= least.minUpper);
          assert.ok(count(/[0-9]/g) >= least.minNumeric && count(/[-_]/g) >= least.minSpecial);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("leaves out the kinds that are switched off, by either name of the digits", async () => {
    const lower = { length: 60, special: false, upper: false };
    assert.match(
      text((await make("RandomString", { ...lower, numeric: false })).outputs, "result"),
      /^[a-z]{60}$/,
    );
    assert.match(
      text((await make("RandomString", { ...lower, number: false })).outputs, "result"),
      /^[a-z]{60}$/,
    );
    const any = text((await make("RandomString", { length: 600 })).outputs, "result");
    assert.match(any, /[!@#$%&*()\-_=+[\]{}<>:?]/);
  });

  it("gives a password no telling id, and a hash that does not pass for bcrypt", async () => {
    const { id, outputs } = await make("RandomPassword", { length: 20 });
    assert.equal(id, "none");
    assert.match(text(outputs, "bcryptHash"), /^\$scrypt-stand-in\$/);
  });

  it("writes one random id in every form, each with the prefix", async () => {
    const { id, outputs } = await make("RandomId", { byteLength: 8, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    assert.equal(bytes.length, 8);
    assert.equal(outputs["b64Url"], `p-${id}`);
    assert.equal(outputs["b64Std"], `p-${bytes.toString("base64")}`);
    assert.equal(outputs["hex"], `p-${bytes.toString("hex")}`);
    assert.equal(outputs["dec"], `p-${bytes.readBigUInt64BE()}`);
  });

  it("makes bytes, pets and uuids", async () => {
    const bytes = await make("RandomBytes", { length: 6 });
    assert.equal(Buffer.from(text(bytes.outputs, "base64"), "base64").toString("hex"), bytes.outputs["hex"]);
    assert.match((await make("RandomPet", { prefix: "my", separator: "_" })).id, /^my_[a-z]+_[a-z]+$/);
    assert.match((await make("RandomPet", { length: 1 })).id, /^[a-z]+$/);
    const uuid = await make("RandomUuid", {});
    assert.match(uuid.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    assert.equal(uuid.outputs["result"], uuid.id);
  });

  it("does not know a value in a preview, and makes another one each time", async () => {
    const planned = await make("RandomPassword", { length: 8 }, true);
    assert.equal(planned.id, "");
    assert.equal(planned.outputs["result"], UNKNOWN);
    assert.equal(planned.outputs["bcryptHash"], UNKNOWN);
    assert.equal(planned.outputs["length"], 8);
    const made = await Promise.all([make("RandomUuid", {}), make("RandomUuid", {})]);
    assert.notEqual(made[0].id, made[1].id);
  });

  it("replaces for any change of an input, and does nothing without one", async () => {
    const { inputs } = await check("RandomPassword", { length: 8, keepers: { a: "1" } });
    const diff = async (news: Props) =>
      instance.diff({
        ...ref("RandomPassword"),
        id: "none",
        oldInputs: inputs,
        oldOutputs: {},
        news: (await check("RandomPassword", news)).inputs,
        ignoreChanges: [],
      });
    const unchanged = await diff({ length: 8, keepers: { a: "1" }, special: true });
    assert.deepEqual(unchanged, { changes: [], replaces: [], deleteBeforeReplace: false });
    for (const [news, changes] of [
      [{ length: 9, keepers: { a: "1" } }, ["length"]],
      [{ length: 8, keepers: { a: "2" } }, ["keepers"]],
      [{ length: 8 }, ["keepers"]],
    ] as const) {
      assert.deepEqual(await diff(news), { changes, replaces: changes, deleteBeforeReplace: false });
    }
  });

  it("keeps on refresh what the state says", async () => {
    const state = { inputs: { length: 8 }, outputs: { result: "x" } };
    assert.deepEqual(await instance.read({ ...ref("RandomPassword"), id: "none", ...state }), {
      id: "none",
      ...state,
    });
  });

  for (const [what, name, news, reason] of [
    [
      "an unknown field",
      "RandomPassword",
      { length: 8, lenght: 9 },
      /"lenght" is not a field; fields: keepers, length/,
    ],
    ["a wrong type", "RandomPassword", { length: "8" }, /length must be a number/],
    ["a missing field", "RandomId", {}, /byteLength is required/],
    [
      "no characters at all",
      "RandomString",
      { length: 8, lower: false, upper: false, numeric: false, special: false },
      /at least one/,
    ],
    [
      "more than the length",
      "RandomString",
      { length: 3, minLower: 4 },
      /length \(3\) must be at least .* \(4\)/,
    ],
    [
      "a length of nothing",
      "RandomBytes",
      { length: 0 },
      /length must be a whole number of at least 1, not 0/,
    ],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { failures } = await check(name, news);
      assert.equal(failures.length, 1);
      assert.match(failures[0]!.reason, reason);
    });
  }

  it("takes an unknown value for any type", async () => {
    assert.deepEqual((await check("RandomPassword", { length: UNKNOWN })).failures, []);
  });

  it("refuses types, functions and provider arguments that it does not model, by name", async () => {
    assert.throws(
      () => void check("RandomShuffle", {}),
      /does not model this type; modelled: random:index\/randomPassword/,
    );
    await assert.rejects(instance.invoke("random:index/x:x", {}), /no function "random:index\/x:x"/);
    await assert.rejects(randomPart.configure({ seed: "1" }), /the random provider has no argument "seed"/);
  });
});
