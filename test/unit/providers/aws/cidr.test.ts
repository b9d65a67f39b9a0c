import assert from "node:assert/strict";
import * as fc from "fast-check";
import { T } from "./fixtures";
import { Engine, refusal } from "./harness";

describe("the CIDR checks of the AWS stand-in", () => {
  const address = fc.nat({ max: 2 ** 32 - 1 });
  const block = fc
    .record({ number: address, prefix: fc.integer({ min: 16, max: 28 }) })
    .map(({ number, prefix }) => {
      const first = number - (number % 2 ** (32 - prefix));
      return {
        cidr: `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".")}/${prefix}`,
        first,
        last: first + 2 ** (32 - prefix) - 1,
      };
    });

  it("take a subnet exactly when all of its addresses are in the VPC and none is in another subnet", async () => {
    // Blocks drawn near each other, or nearly every case would be two blocks far apart.
    const near = fc.tuple(
      fc.integer({ min: 18, max: 24 }),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 20, max: 28 }),
      fc.integer({ min: 20, max: 28 }),
    );
    const place = (prefix: number, offset: number): { cidr: string; first: number; last: number } => {
      const size = 2 ** (32 - prefix);
      const first = 10 * 2 ** 24 + (offset % Math.ceil(2 ** 15 / size)) * size;
      return {
        cidr: `${[24, 16, 8, 0].map((shift) => (first >>> shift) & 255).join(".")}/${prefix}`,
        first,
        last: first + size - 1,
      };
    };
    let taken = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(near, async ([outer, x, y, p, q]) => {
        const engine = await Engine.start();
        const vpc = place(outer, 0);
        const vpcId = (await engine.create(T.vpc, "v", { cidrBlock: vpc.cidr })).id;
        const held: { first: number; last: number }[] = [];
        for (const [index, one] of [place(p, x), place(q, y)].entries()) {
          const isInside = one.first >= vpc.first && one.last <= vpc.last;
          const isFree = held.every((other) => one.last < other.first || one.first > other.last);
          const outcome = await engine.create(T.subnet, `s${index}`, { vpcId, cidrBlock: one.cidr }).then(
            () => true,
            () => false,
          );
          assert.equal(outcome, isInside && isFree, `${one.cidr} in ${vpc.cidr}`);
          if (outcome) held.push(one);
          if (outcome) taken += 1;
          else refused += 1;
        }
      }),
      { numRuns: 150 },
    );
    assert.ok(taken > 20 && refused > 20, `${taken} taken, ${refused} refused`);
  });

  it("take every well-formed VPC block and no block whose address is not its first", async () => {
    const engine = await Engine.start();
    await fc.assert(
      fc.asyncProperty(block, async ({ cidr, first }) => {
        await engine.check(T.vpc, "v", { cidrBlock: cidr });
        const [, prefix = ""] = cidr.split("/");
        const odd = first + 1;
        const moved = `${[24, 16, 8, 0].map((shift) => (odd >>> shift) & 255).join(".")}/${prefix}`;
        assert.match(await refusal(engine.check(T.vpc, "v", { cidrBlock: moved })), /its first one/);
      }),
    );
  });
});
