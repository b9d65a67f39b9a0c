import assert from "node:assert/strict";
import fc from "fast-check";
import { overlap, parseBlock, sizeOf } from "../../../components/network/blocks";
import type { Block } from "../../../components/network/blocks";
import { planSubnets } from "../../../components/network/plan";
import type { PlanArgs, SubnetPlan } from "../../../components/network/plan";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

function block(cidr: string): Block {
  const parsed = parseBlock(cidr);
  assert.ok(parsed !== undefined, `${cidr} is no block`);
  return parsed;
}

function subnetsOf(plan: SubnetPlan): string[] {
  return plan.zones.flatMap((zone) => [zone.public, zone.private, zone.data]);
}

const text = (base: number, prefix: number): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;

/** Every block of every allowed size inside RFC 1918. */
const vpcs = fc
  .record({
    range: fc.constantFrom("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    prefix: fc.integer({ min: 16, max: 20 }),
    place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  })
  .map(({ range, prefix, place }) => {
    const outer = block(range);
    const blocks = sizeOf(outer) / 2 ** (32 - prefix);
    return text(outer.base + Math.floor(place * blocks) * 2 ** (32 - prefix), prefix);
  });
const region = fc.constantFrom("eu-central-1", "us-east-1", "ap-southeast-7", "us-gov-west-1");
const zoneLists = (min: number, max: number): fc.Arbitrary<string[]> =>
  fc
    .record({
      region,
      letters: fc.uniqueArray(fc.constantFrom(...Array.from("abcdefgh")), { minLength: min, maxLength: max }),
    })
    .map(({ region: name, letters }) => letters.map((letter) => name + letter));

describe("subnet plan", () => {
  it("lays out the default network exactly", () => {
    assert.deepEqual(planSubnets({ cidr: "10.0.0.0/16", zones: ZONES }), {
      cidr: "10.0.0.0/16",
      region: "eu-central-1",
      zones: [
        { zone: "eu-central-1a", private: "10.0.0.0/20", public: "10.0.128.0/22", data: "10.0.160.0/22" },
        { zone: "eu-central-1b", private: "10.0.16.0/20", public: "10.0.132.0/22", data: "10.0.164.0/22" },
        { zone: "eu-central-1c", private: "10.0.32.0/20", public: "10.0.136.0/22", data: "10.0.168.0/22" },
      ],
      reserve: "10.0.192.0/18",
    });
  });

  it("lays out the smallest network exactly, up to the last slot", () => {
    const plan = planSubnets({ cidr: "192.168.16.0/20", zones: ["us-east-1a", "us-east-1h"] });
    assert.deepEqual(plan.zones, [
      { zone: "us-east-1a", private: "192.168.16.0/24", public: "192.168.24.0/26", data: "192.168.26.0/26" },
      {
        zone: "us-east-1h",
        private: "192.168.23.0/24",
        public: "192.168.25.192/26",
        data: "192.168.27.192/26",
      },
    ]);
    assert.equal(plan.reserve, "192.168.28.0/22");
  });

  it("gives every private subnet of a /16 thousands of addresses", () => {
    for (const zone of planSubnets({ cidr: "10.0.0.0/16", zones: ZONES }).zones) {
      assert.equal(sizeOf(block(zone.private)), 4096);
    }
  });

  it("keeps every subnet inside the network and apart from all others, in every private block of every size", () => {
    fc.assert(
      fc.property(vpcs, zoneLists(2, 6), (cidr, zones) => {
        const vpc = block(cidr);
        const plan = planSubnets({ cidr, zones });
        const parts = [...subnetsOf(plan), plan.reserve].map(block);
        assert.equal(parts.length, zones.length * 3 + 1);
        for (const [index, part] of parts.entries()) {
          assert.equal(part.base % sizeOf(part), 0, "a subnet starts at its own network address");
          assert.ok(part.base >= vpc.base && part.base + sizeOf(part) <= vpc.base + sizeOf(vpc), "inside");
          for (const other of parts.slice(index + 1)) assert.equal(overlap(part, other), false, "no overlap");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("leaves at least a quarter of the network free of every zone that can ever be named", () => {
    fc.assert(
      fc.property(vpcs, (cidr) => {
        const halves = ["abcdef", "cdefgh"].map((letters) =>
          planSubnets({ cidr, zones: Array.from(letters).map((letter) => `eu-central-1${letter}`) }),
        );
        const used = new Set(halves.flatMap(subnetsOf));
        const total = [...used].reduce((sum, subnet) => sum + sizeOf(block(subnet)), 0);
        assert.equal(used.size, 24);
        assert.equal(total, (sizeOf(block(cidr)) * 3) / 4);
        for (const { reserve } of halves) {
          assert.equal(sizeOf(block(reserve)), sizeOf(block(cidr)) / 4);
          for (const subnet of used) assert.equal(overlap(block(subnet), block(reserve)), false);
        }
      }),
    );
  });

  it("moves no subnet when zones are added, removed or reordered", () => {
    fc.assert(
      fc.property(
        vpcs,
        zoneLists(2, 6).chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: 2 })),
        ),
        (cidr, [all, some]) => {
          const byZone = new Map(planSubnets({ cidr, zones: all }).zones.map((zone) => [zone.zone, zone]));
          const plan = planSubnets({ cidr, zones: some });
          assert.deepEqual(
            plan.zones.map(({ zone }) => zone),
            some,
            "entries follow the order of the config",
          );
          for (const zone of plan.zones) assert.deepEqual(zone, byZone.get(zone.zone));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("takes a network that is next to one to stay clear of", () => {
    const plan = planSubnets({
      cidr: "10.1.0.0/16",
      zones: ZONES,
      apartFrom: { office: "10.0.0.0/16", lab: "10.2.0.0/15" },
    });
    assert.equal(plan.cidr, "10.1.0.0/16");
  });

  const refused: readonly (readonly [string, Partial<PlanArgs>, RegExp])[] = [
    [
      "a public block",
      { cidr: "8.8.0.0/16" },
      /slipway:network\.cidr: "8\.8\.0\.0\/16" is no private block; allowed: a block inside 10\.0\.0\.0\/8/,
    ],
    ["the block just under 172.16/12", { cidr: "172.15.0.0/16" }, /no private block/],
    ["the block just over 172.16/12", { cidr: "172.32.0.0/16" }, /no private block/],
    ["the block beside 192.168/16", { cidr: "192.169.0.0/16" }, /no private block/],
    [
      "a block that is too small",
      { cidr: "10.0.0.0/21" },
      /"10\.0\.0\.0\/21" is too small .*; allowed: a prefix from \/16 to \/20/,
    ],
    [
      "a block that is too large",
      { cidr: "10.0.0.0/15" },
      /larger than AWS makes a VPC; allowed: a prefix from \/16 to \/20/,
    ],
    ["host bits", { cidr: "10.0.0.1/16" }, /not the address of a network; allowed: 10\.0\.0\.0\/16/],
    ["a prefix with a leading zero", { cidr: "10.0.0.0/016" }, /allowed: 10\.0\.0\.0\/16/],
    ["a short form", { cidr: "10.0/16" }, /is no IPv4 block/],
    ["an octal form", { cidr: "010.0.0.0/16" }, /is no IPv4 block/],
    ["an IPv6 block", { cidr: "fd00::/16" }, /is no IPv4 block/],
    ["no prefix", { cidr: "10.0.0.0" }, /is no IPv4 block/],
    ["nothing", { cidr: "" }, /is no IPv4 block/],
    [
      "a block inside one to stay clear of",
      { apartFrom: { office: "10.0.0.0/8" } },
      /overlaps 10\.0\.0\.0\/8 \(office\); allowed: a block outside/,
    ],
    [
      "a block around one to stay clear of",
      { apartFrom: { office: "10.0.255.0/24" } },
      /overlaps 10\.0\.255\.0\/24 \(office\)/,
    ],
    [
      "a neighbour that is no block",
      { apartFrom: { office: "10.0.255.0" } },
      /block of office.*"10\.0\.255\.0" is no IPv4 block/,
    ],
    ["one zone", { zones: ["eu-central-1a"] }, /slipway:network\.zones: 1 zones are named; allowed: 2 to 6/],
    ["no zone", { zones: [] }, /0 zones are named/],
    [
      "seven zones",
      { zones: Array.from("abcdefg").map((letter) => `us-east-1${letter}`) },
      /7 zones are named; allowed: 2 to 6/,
    ],
    [
      "a zone twice",
      { zones: ["eu-central-1a", "eu-central-1a"] },
      /eu-central-1a is named twice, and a slot of subnets serves one zone/,
    ],
    [
      "zones of two regions",
      { zones: ["eu-central-1a", "eu-west-1b"] },
      /the zones lie in eu-central-1 and in eu-west-1/,
    ],
    [
      "a region instead of a zone",
      { zones: ["eu-central-1", "eu-central-1b"] },
      /"eu-central-1" is no availability zone/,
    ],
    ["a zone id", { zones: ["euc1-az1", "euc1-az2"] }, /"euc1-az1" is no availability zone/],
    [
      "a local zone",
      { zones: ["us-west-2-lax-1a", "us-west-2a"] },
      /"us-west-2-lax-1a" is no availability zone/,
    ],
    [
      "a letter without a slot",
      { zones: ["eu-central-1a", "eu-central-1i"] },
      /"eu-central-1i" is no availability zone; allowed: a region and a letter from a to h/,
    ],
    [
      "a region in China, whose endpoints have other names",
      { zones: ["cn-north-1a", "cn-north-1b"] },
      /no region in China/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => planSubnets({ cidr: "10.0.0.0/16", zones: ZONES, ...change }), {
        name: "SlipwayError",
        message,
      });
    });
  }
});
