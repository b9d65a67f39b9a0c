import { SlipwayError } from "../common/problems";
import { canonical, format, overlap, parseBlock, sizeOf } from "./blocks";
import type { Block } from "./blocks";

/** What a network is planned from. */
export interface PlanArgs {
  /** IPv4 block of the VPC: inside an RFC 1918 block, /16 to /20, e.g. `10.0.0.0/16`. */
  readonly cidr: string;
  /** 2 to 6 zones of one region, by name, e.g. `["eu-central-1a", "eu-central-1b"]`. */
  readonly zones: readonly string[];
  /** Blocks that the VPC must stay clear of (offices, peered networks): what it is → its CIDR. @default none */
  readonly apartFrom?: Readonly<Record<string, string>>;
}

/** The three subnets of one zone. */
export interface ZonePlan {
  readonly zone: string;
  readonly public: string;
  readonly private: string;
  readonly data: string;
}

/** Where everything in a VPC lies. */
export interface SubnetPlan {
  readonly cidr: string;
  /** E.g. `eu-central-1`. */
  readonly region: string;
  /** One entry a zone, in the order of the config. */
  readonly zones: readonly ZonePlan[];
  /** The last quarter of the VPC, which no tier may use: room for tiers that do not exist yet. */
  readonly reserve: string;
}

// AWS makes no VPC larger than /16 (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html). At /20 a
// zone still has 251 private addresses for nodes and pods and 59 for load balancers, which ask for a /27; at /21 half
// of that, which a rolling update of the nodes uses up.
const LARGEST = 16;
const SMALLEST = 20;
const FEWEST_ZONES = 2;
const MOST_ZONES = 6;
const RFC_1918 = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const ZONE = /^((?!cn-)[a-z]{2}(?:-gov)?-[a-z]+-\d)([a-h])$/;
const SLOTS = "abcdefgh";

/**
 * Lays out the subnets. Every tier has eight slots, one for each letter that a zone's name may end in. A zone's slot
 * comes from its letter alone, so adding, removing or reordering zones moves nothing.
 *
 * | part of the VPC | for | slot | at /16 | at /20 |
 * | --- | --- | --- | --- | --- |
 * | first half | private: nodes and pods | 1/16 | /20, 4091 addresses | /24, 251 |
 * | fifth eighth | public: load balancers, NAT | 1/64 | /22, 1019 | /26, 59 |
 * | sixth eighth | data: managed stores | 1/64 | /22, 1019 | /26, 59 |
 * | last quarter | reserve | | /18 | /22 |
 *
 * @throws SlipwayError when the block or the zones are not what {@link PlanArgs} allows.
 */
export function planSubnets({ cidr, zones, apartFrom = {} }: PlanArgs): SubnetPlan {
  const vpc = vpcBlock(cidr);
  for (const [what, other] of Object.entries(apartFrom)) refuseOverlap(cidr, vpc, what, other);
  const region = regionOf(zones);
  const part = (eighth: number, slot: number, bits: number): string => {
    const base = vpc.base + (eighth * sizeOf(vpc)) / 8 + (slot * sizeOf(vpc)) / 2 ** bits;
    return format({ base, prefix: vpc.prefix + bits });
  };
  return {
    cidr,
    region,
    zones: zones.map((zone) => {
      const slot = SLOTS.indexOf(zone.slice(-1));
      return { zone, private: part(0, slot, 4), public: part(4, slot, 6), data: part(5, slot, 6) };
    }),
    reserve: part(6, 0, 2),
  };
}

function vpcBlock(cidr: string): Block {
  const block = parseBlock(cidr);
  if (block === undefined) {
    throw wrongCidr(`"${cidr}" is no IPv4 block`, "an IPv4 address and a prefix length, such as 10.0.0.0/16");
  }
  if (block.prefix < LARGEST || block.prefix > SMALLEST) {
    const why =
      block.prefix < LARGEST ? "larger than AWS makes a VPC" : "too small for three tiers in up to six zones";
    throw wrongCidr(`"${cidr}" is ${why}`, `a prefix from /${LARGEST} to /${SMALLEST}`);
  }
  const written = format(canonical(block));
  if (cidr !== written) throw wrongCidr(`"${cidr}" is not the address of a network`, written);
  const inside = RFC_1918.map(parseBlock).some((range) => range !== undefined && overlap(range, block));
  if (!inside) throw wrongCidr(`"${cidr}" is no private block`, `a block inside ${RFC_1918.join(", ")}`);
  return block;
}

function refuseOverlap(cidr: string, vpc: Block, what: string, other: string): void {
  const block = parseBlock(other);
  if (block === undefined) {
    throw new SlipwayError({
      where: `the block of ${what}, which the network stays clear of`,
      what: `"${other}" is no IPv4 block`,
      allowed: "an IPv4 address and a prefix length, such as 10.8.0.0/16",
    });
  }
  if (overlap(vpc, block))
    throw wrongCidr(`"${cidr}" overlaps ${other} (${what})`, `a block outside ${other}`);
}

/** The one region that all zones lie in. */
function regionOf(zones: readonly string[]): string {
  if (zones.length < FEWEST_ZONES || zones.length > MOST_ZONES) {
    const todo = "name each zone, such as eu-central-1a";
    throw wrongZones(`${zones.length} zones are named`, `${FEWEST_ZONES} to ${MOST_ZONES}`, todo);
  }
  const stranger = zones.find((zone) => !ZONE.test(zone));
  if (stranger !== undefined) {
    const allowed =
      "a region and a letter from a to h, such as eu-central-1a; no local zone, no region in China";
    throw wrongZones(`"${stranger}" is no availability zone`, allowed);
  }
  const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
  if (twice !== undefined) {
    throw wrongZones(`${twice} is named twice, and a slot of subnets serves one zone`, "each zone once");
  }
  const [region = "", other] = new Set(zones.map((zone) => zone.slice(0, -1)));
  if (other !== undefined)
    throw wrongZones(`the zones lie in ${region} and in ${other}`, "zones of one region");
  return region;
}

function wrongCidr(what: string, allowed: string): SlipwayError {
  return new SlipwayError({ where: "slipway:network.cidr", what, allowed });
}

function wrongZones(what: string, allowed: string, todo?: string): SlipwayError {
  return new SlipwayError({
    where: "slipway:network.zones",
    what,
    allowed,
    ...(todo === undefined ? {} : { todo }),
  });
}
