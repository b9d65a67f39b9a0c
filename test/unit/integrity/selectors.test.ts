import assert from "node:assert/strict";
import { selects } from "../../../components/common/label-selector";
import type { LabelSelector } from "../../../components/common/label-selector";
import { isEmpty, selectorText } from "../../../rehearsal/integrity/selectors";

const labels = { app: "web", tier: "front" };
const expression = (key: string, operator: string, values?: string[]): LabelSelector => ({
  matchExpressions: [{ key, operator, ...(values === undefined ? {} : { values }) }],
});

describe("a label selector", () => {
  for (const [name, selector, expected] of [
    ["that is absent", undefined, false],
    ["that is empty", {}, true],
    ["of labels that are there", { matchLabels: { app: "web" } }, true],
    ["of a label with another value", { matchLabels: { app: "web", tier: "back" } }, false],
    ["In with the value", expression("app", "In", ["api", "web"]), true],
    ["In without the value", expression("app", "In", ["api"]), false],
    ["In of a label that is not there", expression("none", "In", ["api"]), false],
    ["NotIn with the value", expression("app", "NotIn", ["web"]), false],
    ["NotIn without the value", expression("app", "NotIn", ["api"]), true],
    ["NotIn of a label that is not there", expression("none", "NotIn", ["api"]), true],
    ["Exists of a label that is there", expression("app", "Exists"), true],
    ["Exists of a label that is not there", expression("none", "Exists"), false],
    ["DoesNotExist of a label that is there", expression("app", "DoesNotExist"), false],
    ["DoesNotExist of a label that is not there", expression("none", "DoesNotExist"), true],
    [
      "of which only one condition holds",
      { matchLabels: { app: "web" }, ...expression("app", "NotIn", ["web"]) },
      false,
    ],
  ] as const) {
    it(`${name} ${expected ? "selects" : "does not select"}`, () =>
      assert.equal(selects(selector, labels), expected));
  }

  it("is empty without any condition only", () => {
    assert.equal(isEmpty({ matchLabels: {} }), true);
    assert.equal(isEmpty({ matchLabels: { a: "b" } }), false);
    assert.equal(isEmpty(expression("a", "Exists")), false);
  });

  it("is told with all its conditions", () => {
    const selector = {
      matchLabels: { a: "b" },
      matchExpressions: [
        ...(expression("c", "In", ["d", "e"]).matchExpressions ?? []),
        { key: "f", operator: "Exists" },
      ],
    };
    assert.equal(selectorText(selector), "a=b, c In (d, e), f Exists");
  });
});
