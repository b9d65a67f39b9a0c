import assert from "node:assert/strict";
import fc from "fast-check";
import * as policy from "@pulumi/policy";
import { Judgement } from "../../policies/core/judgement";
import type { Subject } from "../../policies/core/rule";
import { settingsOf } from "../../policies/core/settings";
import { rules } from "../../policies/rules";
import { unknownObject, unknownString } from "../support/policy";
import { isStackCases } from "./fixtures/cases";
import { ruleCases } from "./fixtures";

const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy: <T>(props: T) => T };

const resources = 10_000;
/** Resources of one made-up stack, for the rules that look at all of them. */
const stackOf = 50;

const fixtures = ruleCases.flatMap((entry) =>
  isStackCases(entry)
    ? entry.compliant.map(({ type, props }) => ({ type, props }))
    : Object.entries(entry.compliant).map(([type, props]) => ({ type, props })),
);

function nested(depth: number): unknown {
  let value: unknown = "end";
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { spec: value } : [value];
  return value;
}

const cycle: Record<string, unknown> = { kind: "List", apiVersion: "v1" };
cycle["spec"] = cycle;
cycle["items"] = [cycle];
cycle["template"] = { spec: cycle };

const huge = "x".repeat(1_000_000);
const adversarial = `${"a".repeat(50_000)}!`;

/** What a field must never be. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    false,
    0,
    -1,
    1.5,
    Number.NaN,
    Number.MAX_SAFE_INTEGER,
    "",
    " ",
    "*",
    "true",
    "__proto__",
    "constructor",
    huge,
    adversarial,
    [],
    [null],
    [[]],
    {},
    { name: {} },
    cycle,
    [cycle],
    unknownString,
    unknownObject,
  ),
  fc.constantFrom(nested(50), nested(1_000)),
  fc.string(),
  fc.jsonValue(),
  fc.integer(),
);

/** Every way into a value. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

const ways = fixtures.map(({ props }) => pathsOf(props));

/** The value with another one at a path; what is not on the way is shared. */
function put(value: unknown, [key, ...rest]: readonly string[], into: unknown): unknown {
  if (key === undefined) return into;
  if (Array.isArray(value))
    return value.map((item, at) => (String(at) === key ? put(item, rest, into) : (item as unknown)));
  const object = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return { ...object, [key]: put(object[key], rest, into) };
}

/** A fixture of some rule with up to four of its fields made something else. */
const broken = fc.nat(fixtures.length - 1).chain((at) =>
  fc.array(fc.tuple(fc.constantFrom(...ways[at]!), junk), { minLength: 1, maxLength: 4 }).map((changes) => ({
    type: fixtures[at]!.type,
    props: changes.reduce<unknown>((props, [path, value]) => put(props, path, value), fixtures[at]!.props),
  })),
);

/** Or something of which nothing is right. */
const made = fc.record({
  type: fc.oneof(fc.constantFrom(...fixtures.map(({ type }) => type)), fc.string()),
  props: fc.dictionary(fc.constantFrom("spec", "metadata", "items", "kind", "apiVersion", "x"), junk),
});

describe("the rules, of 10,000 malformed resources", function () {
  this.timeout(120_000);

  it("crash at none, alone or as a stack", () => {
    const all = fc.sample(fc.oneof({ weight: 4, arbitrary: broken }, { weight: 1, arbitrary: made }), {
      numRuns: resources,
      seed: 20261121,
    });
    assert.equal(all.length, resources);
    let judged = 0;
    const subjects = all.map(({ type, props }, at) => {
      const object = (typeof props === "object" && props !== null ? props : {}) as Record<string, unknown>;
      const subject: Subject = {
        type,
        name: `r${at}`,
        props: unknownCheckingProxy(object),
        isProtected: false,
      };
      return { ...subject, urn: `urn:${at}`, parent: undefined };
    });
    for (const rule of rules) {
      const settings = settingsOf(rule, {});
      if (rule.scope === "stack") {
        for (let from = 0; from < resources; from += stackOf) {
          rule.judge(subjects.slice(from, from + stackOf), new Judgement(), settings);
          judged += 1;
        }
        continue;
      }
      for (const subject of subjects) {
        if (!rule.applies(subject.type)) continue;
        const judgement = new Judgement();
        rule.judge(subject, judgement, settings);
        judged += 1;
        // What is said of them is short, whatever they hold.
        for (const { path, message } of judgement.violations) {
          assert.ok(path.length + message.length < 2_000, rule.name);
        }
      }
    }
    assert.ok(judged > resources, `only ${judged} verdicts`);
  });
});
