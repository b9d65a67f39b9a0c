import assert from "node:assert/strict";
import { byLayer, layerOf, resourceLabel, urnParts } from "../../../engine/layers";
import { findingSentence, PolicyViolationError } from "../../../engine/violations";

const urn = (types: string, name = "n"): string => `urn:pulumi:dev::demo::${types}::${name}`;

describe("layers", () => {
  const cases: readonly (readonly [urn: string, layer: string])[] = [
    [urn("pulumi:pulumi:Stack"), "stack"],
    [urn("pulumi:providers:aws"), "stack"],
    [urn("slipway:network:Network"), "network"],
    [urn("slipway:network:Network$aws:ec2/vpc:Vpc"), "network"],
    [urn("slipway:system:System$slipway:workload:Service$kubernetes:apps/v1:Deployment"), "system"],
    [urn("other:module:Type$slipway:edge:Edge"), "edge"],
    [urn("not-slipway:network:Network"), "stack"],
    ["nonsense", "stack"],
  ];
  for (const [of, layer] of cases) it(`puts ${of} into ${layer}`, () => assert.equal(layerOf(of), layer));

  it("takes a URN apart, also when its name holds colons", () => {
    assert.deepEqual(urnParts(urn("a:b:C$d:e:F", "x::y")), {
      types: ["a:b:C", "d:e:F"],
      type: "d:e:F",
      name: "x::y",
    });
    assert.equal(resourceLabel(urn("a:b:C", "web")), 'a:b:C "web"');
    assert.equal(resourceLabel("nonsense"), '"nonsense"');
  });

  it("counts operations by layer, in the order in which layers appear", () => {
    const step = (types: string, op: string): { urn: string; type: string; op: string; diffs: string[] } => ({
      urn: urn(types),
      type: "",
      op,
      diffs: [],
    });
    const counts = byLayer([
      step("slipway:network:Network", "create"),
      step("pulumi:pulumi:Stack", "same"),
      step("slipway:network:Network$aws:ec2/vpc:Vpc", "create"),
      step("slipway:network:Network$aws:ec2/subnet:Subnet", "delete"),
    ]);
    assert.deepEqual(
      [...counts].map(([layer, ops]) => [layer, Object.fromEntries(ops)]),
      [
        ["network", { create: 2, delete: 1 }],
        ["stack", { same: 1 }],
      ],
    );
  });
});

describe("policy violations", () => {
  const finding = {
    policy: "p-one",
    level: "mandatory",
    urn: urn("a:b:C", "web"),
    message: "bad; mend it.",
  } as const;

  it("names rule, resource and remedy of each, and whether anything was changed", () => {
    const two = [finding, { ...finding, policy: "p-two", urn: "", message: "worse" }] as const;
    const gate = new PolicyViolationError(two, false);
    assert.equal(
      gate.message,
      'policy p-one refuses a:b:C "web": bad; mend it. policy p-two refuses the stack: worse. (nothing was changed).',
    );
    assert.deepEqual(gate.findings, two);
    assert.match(new PolicyViolationError([finding], true).message, /were not changed, others were\)\.$/);
  });

  it("words advice as advice", () => {
    assert.equal(
      findingSentence({ ...finding, level: "advisory" }),
      'policy p-one advises on a:b:C "web": bad; mend it.',
    );
  });
});
