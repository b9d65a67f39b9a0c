import assert from "node:assert/strict";
import { rules } from "../../policies/rules";
import type { Verdict } from "../support/policy";
import { judge, judgeStack, withChange } from "../support/policy";
import type { Case, ResourceCases, RuleCases, StackCases } from "./fixtures/cases";
import { isStackCases } from "./fixtures/cases";
import { ruleCases } from "./fixtures";

const clean: Verdict = { violations: [], undecided: [] };

function asExpected(
  verdict: Verdict,
  { violations, undecided }: Pick<Case, "violations" | "undecided">,
): void {
  const said = verdict.violations.map(({ path, message }) => `${path}: ${message}`);
  assert.equal(said.length, violations.length, said.join("\n"));
  violations.forEach((pattern, index) => assert.match(said[index]!, pattern));
  assert.equal(verdict.undecided[0], undecided);
}

function tryResources(entry: ResourceCases): void {
  const { rule, compliant, cases, start = {} } = entry;
  const options = {
    ...(entry.isProtected !== undefined && { isProtected: entry.isProtected }),
    ...(entry.provider && { provider: entry.provider }),
  };
  const changed = (type: string, { at, value }: Case): object =>
    withChange(compliant[type]!, [...(start[type] ?? []), ...at], value);
  for (const type of rule.types) {
    it(`takes a compliant ${type}`, () => {
      assert.deepEqual(judge(rule, { type, props: compliant[type]!, ...options }), clean);
    });
  }
  for (const one of cases) {
    it(one.title, () => {
      const type = one.type ?? rule.types[0]!;
      const { isProtected = options.isProtected ?? false, provider = options.provider } = one;
      const shown = { type, props: changed(type, one), isProtected, ...(provider && { provider }) };
      asExpected(judge(rule, shown, one.config), one);
    });
  }
  // What is refused of one kind is refused of every kind that has the same place for it.
  const refused = cases.find(({ violations, type }) => violations.length > 0 && type === undefined);
  if (Object.keys(start).length > 0 && refused !== undefined) {
    for (const type of rule.types) {
      it(`refuses it of ${type}`, () => {
        const { violations } = judge(rule, { type, props: changed(type, refused) }, refused.config);
        assert.notDeepEqual(violations, []);
      });
    }
  }
  it("leaves other types alone", () => {
    for (const type of [
      "kubernetes:example.com/v1:Deployment",
      "aws:ecs/service:Service",
      "random:index:X",
    ]) {
      assert.deepEqual(judge(rule, { type, props: compliant[rule.types[0]!]! }), clean);
    }
  });
}

function tryStacks({ rule, compliant, cases }: StackCases): void {
  it("takes a compliant stack", () => assert.deepEqual(judgeStack(rule, compliant), clean));
  for (const one of cases) {
    it(one.title, () => {
      const isRemoved = one.at.length === 0 && one.value === undefined;
      const resources = compliant.flatMap((resource) => {
        if (resource.name !== one.resource) return [resource];
        return isRemoved ? [] : [{ ...resource, props: withChange(resource.props, one.at, one.value) }];
      });
      asExpected(judgeStack(rule, [...resources, ...(one.extra ?? [])], one.config), one);
    });
  }
}

for (const entry of ruleCases) {
  describe(entry.rule.name, () => {
    if (isStackCases(entry)) tryStacks(entry);
    else tryResources(entry);
  });
}

/** What is missing of a rule's cases, in words. */
function gapsOf(entry: RuleCases): readonly string[] {
  const { rule, cases } = entry;
  const gaps: string[] = [];
  const need = (condition: boolean, what: string): void => {
    if (!condition) gaps.push(`${rule.name} has no ${what}`);
  };
  if (!isStackCases(entry)) {
    for (const type of entry.rule.types) need(type in entry.compliant, `compliant fixture of ${type}`);
  }
  need(
    cases.some(({ violations }) => violations.length > 0),
    "case that it refuses",
  );
  need(
    cases.some(({ violations, undecided }) => violations.length === 0 && undecided === undefined),
    "case that it takes",
  );
  for (const about of ["absent", "wrong type", "unknown"] as const) {
    need(
      cases.some((one) => one.about === about),
      `case about: ${about}`,
    );
  }
  need(
    cases.some(({ undecided }) => undecided !== undefined),
    "case that it cannot decide",
  );
  return gaps;
}

describe("the cases of the rules", () => {
  it("leave no rule and no kind of case out", () => {
    const tried = new Map(ruleCases.map((entry) => [entry.rule.name, entry]));
    const gaps = rules.flatMap((rule) => {
      const entry = tried.get(rule.name);
      return entry === undefined ? [`${rule.name} has no cases`] : gapsOf(entry);
    });
    assert.deepEqual(gaps, []);
  });

  it("say nothing twice", () => {
    for (const { rule, cases } of ruleCases) {
      const titles = cases.map(({ title }) => title);
      assert.deepEqual(titles, [...new Set(titles)], rule.name);
    }
  });
});
