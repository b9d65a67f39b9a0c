import assert from "node:assert/strict";
import fc from "fast-check";
import { partitionOf, physicalName, tags } from "../../../components/common/naming";
import type { PhysicalKind } from "../../../components/common/naming";

const LIMITS: Readonly<Record<PhysicalKind, number>> = {
  eksCluster: 100,
  iamRole: 64,
  kmsAlias: 256,
  logGroup: 512,
  rdsInstance: 63,
  elastiCacheGroup: 40,
  searchDomain: 28,
  secretsManagerSecret: 512,
  dnsLabel: 63,
};
const kinds = Object.keys(LIMITS) as PhysicalKind[];
const start = (kind: PhysicalKind): string => (kind === "kmsAlias" ? "alias/" : "");

describe("physical name", () => {
  it("joins its parts with dashes when they fit", () => {
    assert.equal(
      physicalName("iamRole", "slipway", "production", "flow-logs"),
      "slipway-production-flow-logs",
    );
  });

  for (const kind of kinds) {
    it(`keeps a ${kind} of ${LIMITS[kind]} characters whole, and shortens one of ${LIMITS[kind] + 1}`, () => {
      const fits = start(kind).padEnd(LIMITS[kind], "a");
      assert.equal(physicalName(kind, fits), fits);
      const short = physicalName(kind, `${fits}a`);
      assert.equal(short.length, LIMITS[kind]);
      assert.match(short, /^.*a-[0-9a-f]{8}$/);
    });
  }

  it("never passes the limit, is always the same, and stays a name of its kind", () => {
    // Without two dashes in a row, which stores of AWS do not take.
    const part = fc.stringMatching(/^[a-z](-?[a-z0-9]){1,100}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        (kind, parts) => {
          const [first = "", ...rest] = parts;
          const name = physicalName(kind, start(kind) + first, ...rest);
          assert.ok(name.length <= LIMITS[kind]);
          assert.equal(physicalName(kind, start(kind) + first, ...rest), name);
          assert.equal(physicalName(kind, name), name, "a name that was made is a name that is taken");
        },
      ),
    );
  });

  it("keeps two long names apart that begin alike", () => {
    const names = ["x", "y"].map((end) => physicalName("iamRole", "a".repeat(80), end));
    assert.equal(new Set(names).size, 2);
  });

  it("cuts no name so that two dashes meet", () => {
    assert.match(physicalName("dnsLabel", "a".repeat(53), "b".repeat(20)), /^a{53}-[0-9a-f]{8}$/);
  });

  const refused: readonly (readonly [PhysicalKind, readonly string[], RegExp])[] = [
    [
      "dnsLabel",
      ["Upper"],
      /"Upper" cannot be the name of a thing of the kind dnsLabel; allowed: lower-case/,
    ],
    ["dnsLabel", ["-a"], /allowed: lower-case letters, digits and -, at most 63 characters/],
    ["iamRole", ["a b"], /"a b" cannot be/],
    ["iamRole", ["a", ""], /"a-" cannot be/],
    ["iamRole", [], /"" cannot be/],
    ["logGroup", ["a:b"], /"a:b" cannot be/],
    ["kmsAlias", ["key"], /"key" cannot be .* allowed: alias\//],
    ["kmsAlias", ["alias/aws/s3"], /not alias\/aws\//],
    ["rdsInstance", ["slipway", "a--b"], /allowed: .* single dashes, beginning with a letter, at most 63/],
    ["elastiCacheGroup", ["1st"], /"1st" cannot be .* at most 40/],
    ["secretsManagerSecret", ["a b"], /"a b" cannot be/],
  ];
  for (const [kind, parts, message] of refused) {
    it(`refuses ${JSON.stringify(parts)} for a ${kind}`, () => {
      assert.throws(() => physicalName(kind, ...parts), { name: "SlipwayError", message });
    });
  }
});

describe("tags", () => {
  it("say of what stack a resource is and who answers for it", () => {
    assert.deepEqual(
      tags({ project: "slipway", stack: "production", stage: "production", owner: "platform" }),
      {
        "slipway:project": "slipway",
        "slipway:stack": "production",
        "slipway:stage": "production",
        "slipway:owner": "platform",
        "slipway:managed-by": "pulumi",
      },
    );
  });
});

describe("partition of a region", () => {
  for (const [region, partition] of [
    ["eu-central-1", "aws"],
    ["us-gov-west-1", "aws-us-gov"],
    ["cn-north-1", "aws-cn"],
  ] as const) {
    it(`is ${partition} for ${region}`, () => assert.equal(partitionOf(region), partition));
  }
});
