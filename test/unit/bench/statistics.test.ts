import assert from "node:assert/strict";
import fc from "fast-check";
import { inRounds } from "../../../bench/rounds";
import { ratios, spread } from "../../../bench/statistics";

describe("statistics of the benchmark", () => {
  const cases = [
    { samples: [3], expected: { min: 3, median: 3, max: 3 } },
    { samples: [4, 1], expected: { min: 1, median: 2.5, max: 4 } },
    // Sorted as text, 10 would come before 9.
    { samples: [10, 9, 100], expected: { min: 9, median: 10, max: 100 } },
    { samples: [5, 1, 2, 4], expected: { min: 1, median: 3, max: 5 } },
  ];
  for (const { samples, expected } of cases) {
    it(`of ${samples.join(", ")} are ${Object.values(expected).join(", ")}`, () =>
      assert.deepEqual(spread(samples), expected));
  }

  it("do not depend on the order of the samples, and leave them as they were", () => {
    const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(number, { minLength: 1 }), (samples) => {
        const before = [...samples];
        const { min, median, max } = spread(samples);
        assert.deepEqual(samples, before);
        assert.deepEqual(spread(samples.toReversed()), { min, median, max });
        assert.ok(min <= median && median <= max);
        assert.ok(samples.filter((sample) => sample <= median).length * 2 >= samples.length);
        assert.ok(samples.filter((sample) => sample >= median).length * 2 >= samples.length);
      }),
    );
  });

  it("are refused where there is no sample, or one that is no number", () => {
    assert.throws(() => spread([]), { name: "RangeError", message: "no sample" });
    assert.throws(() => spread([1, Number.NaN]), { message: "not all are numbers: 1, NaN" });
  });

  it("compare round with round, not median with median", () => {
    assert.deepEqual(ratios([2, 30], [1, 10]), [2, 3]);
    assert.throws(() => ratios([1, 2], [1]), { message: "2 samples against 1" });
  });
});

describe("rounds of the benchmark", () => {
  it("measure every case once a round, and every other round backwards", async () => {
    const order: string[] = [];
    const samples = await inRounds(3, ["a", "b", "c"], (name, round) => {
      order.push(`${name}${round}`);
      return Promise.resolve(`${round}${name}`);
    });
    assert.deepEqual(order, ["a1", "b1", "c1", "c2", "b2", "a2", "a3", "b3", "c3"]);
    assert.deepEqual(samples, { a: ["1a", "2a", "3a"], b: ["1b", "2b", "3b"], c: ["1c", "2c", "3c"] });
  });

  it("measure nothing when there are none", async () => {
    const samples = await inRounds(0, ["a"], () => Promise.reject(new Error("measured")));
    assert.deepEqual(samples, { a: [] });
  });

  it("end with the first measurement that fails", async () => {
    let count = 0;
    const failing = inRounds(2, ["a", "b"], () => {
      count++;
      return Promise.reject(new Error("broken"));
    });
    await assert.rejects(failing, { message: "broken" });
    assert.equal(count, 1);
  });
});
