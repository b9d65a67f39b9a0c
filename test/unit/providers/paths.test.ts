import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Json } from "../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../rehearsal/providers/part";
import { formatPath, parsePath, valueAt, withValueAt } from "../../../rehearsal/providers/paths";
import {
  canonical,
  differences,
  hasUnknown,
  unwrapped,
  withoutNulls,
} from "../../../rehearsal/providers/values";

const key = fc.string({ minLength: 1 }).filter((text) => !/["\\]/.test(text));
const path = fc.array(fc.oneof(key, fc.nat(20)), { minLength: 1 });

describe("property paths", () => {
  for (const [steps, text] of [
    [["spec", "containers", 0, "image"], "spec.containers[0].image"],
    [["metadata", "annotations", "pulumi.com/waitFor"], 'metadata.annotations["pulumi.com/waitFor"]'],
    [["a b"], "a b"],
    [["x.y"], '["x.y"]'],
  ] as const) {
    it(`writes ${text} as the engine does`, () => {
      assert.equal(formatPath(steps), text);
      assert.deepEqual(parsePath(text), steps);
    });
  }

  it("reads back every path that it writes", () => {
    fc.assert(fc.property(path, (steps) => assert.deepEqual(parsePath(formatPath(steps)), steps)));
  });

  it("sets and removes a value without touching the original", () => {
    const before = { a: [{ b: 1 }, { b: 2 }], c: 3 };
    assert.deepEqual(withValueAt(before, ["a", 1, "b"], 9), { a: [{ b: 1 }, { b: 9 }], c: 3 });
    assert.deepEqual(withValueAt(before, ["a", 0], undefined), { a: [{ b: 2 }], c: 3 });
    assert.deepEqual(withValueAt(before, ["d", "e"], 1), { ...before, d: { e: 1 } });
    assert.deepEqual(withValueAt(before, ["c"], undefined), { a: [{ b: 1 }, { b: 2 }] });
    assert.equal(valueAt(before, ["a", 1, "b"]), 2);
    assert.equal(valueAt(before, ["toString"]), undefined);
  });
});

describe("values", () => {
  it("differ at their leaves, and as a whole array when its length changed", () => {
    const before = { a: 1, list: [{ x: 1 }, { x: 2 }], short: [1], gone: true, none: null };
    const after = { a: 2, list: [{ x: 1 }, { x: 3 }], short: [1, 2], come: true };
    assert.deepEqual(differences(before, after).map(formatPath).sort(), [
      "a",
      "come",
      "gone",
      "list[1].x",
      "short",
    ]);
  });

  it("differ nowhere exactly when they are equal", () => {
    const json = fc.jsonValue().map((value) => withoutNulls(value as Json));
    fc.assert(
      fc.property(json, json, (a, b) => {
        assert.deepEqual(differences(a, structuredClone(a)), []);
        assert.equal(differences(a, b).length === 0, canonical(a) === canonical(b));
      }),
    );
  });

  it("are unknown when anything in them is", () => {
    assert.equal(hasUnknown({ a: [{ b: UNKNOWN }] }), true);
    assert.equal(hasUnknown({ a: [{ b: "x" }] }), false);
  });

  it("lose null fields, but no item of an array", () => {
    assert.deepEqual(withoutNulls({ a: null, b: [null, { c: null }], d: { e: 1 } }), {
      b: [null, {}],
      d: { e: 1 },
    });
  });

  it("are plain after unwrapping, at any depth", () => {
    const secret = (value: Json) => ({
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value,
    });
    assert.deepEqual(unwrapped({ a: secret({ b: [secret("c")] }), d: 1 }), { a: { b: ["c"] }, d: 1 });
  });
});
