import assert from "node:assert/strict";
import { readPromql, withMatchers } from "../../../components/common/promql";

describe("PromQL that is read", () => {
  const sound: readonly (readonly [text: string, metrics: readonly string[]])[] = [
    ["up", ["up"]],
    ['sum by (le) (rate(a_bucket{x="y"}[5m])) / on (z) group_left b', ["a_bucket", "b"]],
    ["a + a", ["a"]],
    ['{__name__="b:c:d", x=~"y"}', ["b:c:d"]],
    ["rate(a[1h] offset 167h30m)", ["a"]],
    ["max_over_time(a[1h:5m])", ["a"]],
    ["vector(0.001)", []],
  ];
  for (const [text, metrics] of sound) {
    it(`names the metrics of ${text}`, () => {
      assert.deepEqual(readPromql(text), { problem: undefined, metrics });
    });
  }

  const broken: readonly (readonly [text: string, problem: string])[] = [
    ["", "is empty"],
    ["  ", "is empty"],
    ["sum(rate(a[5m])", 'cannot be read at "its end"'],
    ["rate(a[5m]))", 'cannot be read at ")"'],
    ["a +", 'cannot be read at "its end"'],
    ["a{b=c}", 'cannot be read at "c}"'],
  ];
  for (const [text, problem] of broken) {
    it(`says where "${text}" is wrong`, () => {
      assert.equal(readPromql(text).problem, problem);
    });
  }

  it("takes a pattern of names for no name", () => {
    assert.deepEqual(readPromql('{__name__=~"a|b"}').metrics, []);
  });
});

describe("matchers that are added to a selector", () => {
  const cases: readonly (readonly [selector: string, result: string])[] = [
    ["a", 'a{n="x"}'],
    ["a{}", 'a{n="x"}'],
    ['a{b=~"5.."}', 'a{n="x",b=~"5.."}'],
    [' a{b="c", d="e"} ', 'a{n="x",b="c", d="e"}'],
  ];
  for (const [selector, result] of cases) {
    it(`${selector} → ${result}`, () => {
      const joined = withMatchers(selector, { n: "x" });
      assert.equal(joined, result);
      assert.equal(readPromql(joined).problem, undefined);
    });
  }

  it("quotes what PromQL gives a meaning", () => {
    assert.equal(withMatchers("a", { n: 'x"y\\z' }), String.raw`a{n="x\"y\\z"}`);
  });
});
