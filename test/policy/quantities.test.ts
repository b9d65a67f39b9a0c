import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { isPositive, quantityOf } from "../../policies/kubernetes/quantities";

const BILLION = 1_000_000_000n;

describe("quantities, as the API server parses them", () => {
  const equal: readonly (readonly [quantity: unknown, billionths: bigint])[] = [
    ["0", 0n],
    ["1", BILLION],
    ["+1", BILLION],
    ["-1", -BILLION],
    ["1.5", 1_500_000_000n],
    [".5", 500_000_000n],
    ["5.", 5n * BILLION],
    ["250m", 250_000_000n],
    ["3u", 3000n],
    ["3n", 3n],
    ["1k", 1000n * BILLION],
    ["1M", 10n ** 15n],
    ["1E", 10n ** 27n],
    ["1e3", 1000n * BILLION],
    ["1E3", 1000n * BILLION],
    ["25e-2", 250_000_000n],
    ["1Ki", 1024n * BILLION],
    ["1.5Gi", 1_610_612_736n * BILLION],
    ["1Ei", 2n ** 60n * BILLION],
    [0.25, 250_000_000n],
    [1e21, 10n ** 30n],
  ];
  for (const [quantity, billionths] of equal) {
    it(`${inspect(quantity)} is one`, () => assert.equal(quantityOf(quantity), billionths));
  }

  for (const none of [
    "",
    ".",
    "+",
    "lots",
    "1K",
    "1ki",
    "1mi",
    "1e",
    "1i",
    "1 Gi",
    "0x10",
    "1_000",
    true,
    null,
    [1],
    {},
    NaN,
  ]) {
    it(`${inspect(none)} is none`, () => assert.equal(quantityOf(none), undefined));
  }

  it("what is smaller than a billionth is rounded up to it, above and below zero", () => {
    assert.equal(quantityOf("0.1n"), 1n);
    assert.equal(quantityOf("1e-12"), 1n);
    assert.equal(quantityOf("-1e-12"), -1n);
  });

  it("only what is above zero is asked for", () => {
    for (const quantity of ["1n", "1", 1, "1Ki"]) assert.ok(isPositive(quantity), String(quantity));
    for (const quantity of ["0", "0Ki", 0, "-1", -1, "lots", undefined]) assert.ok(!isPositive(quantity));
  });

  it("a thousand of one suffix are one of the next", () => {
    const steps = [
      ["n", "u", 1000],
      ["u", "m", 1000],
      ["m", "", 1000],
      ["", "k", 1000],
      ["k", "M", 1000],
      ["M", "G", 1000],
      ["G", "T", 1000],
      ["T", "P", 1000],
      ["P", "E", 1000],
      ["Ki", "Mi", 1024],
      ["Mi", "Gi", 1024],
      ["Gi", "Ti", 1024],
      ["Ti", "Pi", 1024],
      ["Pi", "Ei", 1024],
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...steps),
        fc.integer({ min: -1000, max: 1000 }),
        ([small, large, factor], count) =>
          assert.equal(quantityOf(`${count * factor}${small}`), quantityOf(`${count}${large}`)),
      ),
    );
  });
});
