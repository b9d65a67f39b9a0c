import assert from "node:assert/strict";
import fc from "fast-check";
import { SlipwayError } from "../../../components/common/problems";
import {
  formatBytes,
  formatCpu,
  formatDuration,
  parseBytes,
  parseCpu,
  parseDuration,
  shareOfBytes,
  shareOfCount,
} from "../../../components/spec/quantities";
import type { Bytes, Cpu, Duration } from "../../../components/spec/types";

describe("quantities", () => {
  for (const text of [
    "",
    "0",
    "0m",
    "-1",
    "1.2345",
    "250.5m",
    "1e3",
    " 1",
    "1 ",
    "m",
    "0.0",
    "1.",
    "99999999999999999",
  ]) {
    it(`refuses ${JSON.stringify(text)} as cpu`, () => {
      assert.throws(() => parseCpu(text as Cpu), SlipwayError);
    });
  }
  for (const text of ["", "0Mi", "1.5Gi", "-1Gi", "10", "10M", "10mi", "1 Gi", "Gi", "99999999Ti"]) {
    it(`refuses ${JSON.stringify(text)} as bytes`, () => {
      assert.throws(() => parseBytes(text as Bytes), SlipwayError);
    });
  }
  for (const text of ["", "0s", "1.5s", "-1m", "10", "5min", "1w", "s"]) {
    it(`refuses ${JSON.stringify(text)} as a duration`, () => {
      assert.throws(() => parseDuration(text as Duration), SlipwayError);
    });
  }

  it("says in the refusal what is allowed", () => {
    assert.throws(() => parseBytes("1.5Gi"), {
      message:
        '"1.5Gi" is not understood; allowed: a positive whole number with Ki, Mi, Gi or Ti, e.g. 256Mi, 10Gi.',
    });
  });

  it("reads cores and millicores alike", () => {
    const cases: [Cpu, number][] = [
      ["250m", 250],
      ["1", 1000],
      ["0.5", 500],
      ["1.25", 1250],
      ["0.001", 1],
    ];
    for (const [text, millicores] of cases) assert.equal(parseCpu(text), millicores, text);
  });

  it("writes what it reads, for every cpu", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (millicores) => {
        assert.equal(parseCpu(formatCpu(millicores)), millicores);
      }),
    );
  });

  it("writes what it reads, for every number of kibibytes, in the largest suffix that divides it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (kibibytes) => {
        const text = formatBytes(kibibytes * 1024);
        assert.equal(parseBytes(text), kibibytes * 1024);
        const amount = Number(text.slice(0, -2));
        assert.ok(text.endsWith("Ti") || amount % 1024 !== 0, text);
      }),
    );
  });

  it("writes what it reads, for every duration", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (milliseconds) => {
        assert.equal(parseDuration(formatDuration(milliseconds)), milliseconds);
      }),
    );
    assert.equal(formatDuration(parseDuration("1d")), "24h");
  });

  it("rounds a share of bytes up by less than a mebibyte, and keeps the whole as it is", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (mebibytes, share) => {
          const exact = mebibytes * 2 ** 20 * share;
          const bytes = parseBytes(shareOfBytes(`${mebibytes}Mi`, share));
          assert.ok(bytes >= exact - 1 && bytes < exact + 2 ** 20, `${bytes} for ${exact}`);
        },
      ),
    );
    assert.equal(shareOfBytes("20Gi", 1), "20Gi");
    assert.equal(shareOfBytes("20Gi", 0.5), "10Gi");
    assert.equal(shareOfBytes("5Gi", 0.5), "2560Mi");
    assert.equal(shareOfBytes("1Ki", 0.5), "1Ki");
  });

  it("takes max(1, half) of a count, rounded up", () => {
    assert.deepEqual(
      [1, 2, 3, 5, 10].map((count) => shareOfCount(count, 0.5)),
      [1, 1, 2, 3, 5],
    );
    // 30 × 0.1 is 3.0000000000000004 in floating point.
    assert.equal(shareOfCount(30, 0.1), 3);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (count, share) => {
          const part = shareOfCount(count, share);
          assert.ok(Number.isInteger(part) && part >= 1 && part <= count);
        },
      ),
    );
  });
});
