import { T, valid } from "./fixtures";
import { REGION } from "./harness";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import { none, refuses } from "./refusals";
import type { Case } from "./refusals";

const cases: readonly Case[] = [
  ["a VPC of /15", T.vpc, { cidrBlock: "10.0.0.0/15" }, /block of \/16 to \/28/],
  ["a VPC of /29", T.vpc, { cidrBlock: "10.0.0.0/29" }, /block of \/16 to \/28/],
  [
    "a VPC block with bits behind its prefix",
    T.vpc,
    { cidrBlock: "10.0.0.1/16" },
    /whose address is its first one/,
  ],
  ["a VPC without a block", T.vpc, { cidrBlock: null }, /cidrBlock is required/],
  ["a block that is a number", T.vpc, { cidrBlock: 10 }, /cidrBlock must be a string/],
  ["a flag that is text", T.vpc, { enableDnsSupport: "yes" }, /enableDnsSupport must be a boolean/],
  [
    "DNS names without DNS",
    T.vpc,
    { enableDnsHostnames: true, enableDnsSupport: false },
    /needs enableDnsSupport/,
  ],
  ["a tag key of AWS's own", T.vpc, { tags: { "aws:x": "1" } }, /must not begin with aws:/],
  ["a tag that is a number", T.vpc, { tags: { x: 1 } }, /tags\.x must be a string/],
  ["a tag with 257 characters", T.vpc, { tags: { x: "y".repeat(257) } }, /more than 256/],
  ["an unknown region", T.vpc, { region: "eu-nowhere-1" }, /region is "eu-nowhere-1"/],
  [
    "a second block that overlaps the first",
    T.cidrAssociation,
    { cidrBlock: "10.0.128.0/17" },
    /InvalidVpc.Range.*overlaps/,
  ],
  ["a subnet outside of its VPC", T.subnet, { cidrBlock: "10.1.0.0/24" }, /InvalidSubnet.Range/],
  [
    "a subnet that overlaps another",
    T.subnet,
    { cidrBlock: "10.0.0.128/25" },
    /InvalidSubnet.Conflict.*10\.0\.0\.0\/24/,
  ],
  [
    "a subnet of a VPC that is not there",
    T.subnet,
    { vpcId: "vpc-0123" },
    /vpcId names vpc-0123 which does not exist in this account/,
  ],
  [
    "a subnet in a zone of another region",
    T.subnet,
    { availabilityZone: "us-east-1a" },
    /availabilityZone is invalid.*eu-central-1a/,
  ],
  [
    "a second internet gateway",
    T.internetGateway,
    ({ vpc }) => ({ vpcId: vpc.id }),
    /already has an internet gateway/,
  ],
  ["a public NAT gateway without an address", T.natGateway, none("allocationId"), /needs allocationId/],
  [
    "a private NAT gateway with an address",
    T.natGateway,
    { connectivityType: "private" },
    /takes no allocationId/,
  ],
  [
    "a NAT gateway in a VPC without internet gateway",
    T.natGateway,
    async ({ engine, other }) => ({
      subnetId: (await engine.create(T.subnet, "o", { vpcId: other.id, cidrBlock: "10.1.0.0/24" })).id,
    }),
    /Gateway.NotAttached/,
  ],
  [
    "two NAT gateways on one address",
    T.natGateway,
    async ({ engine, a, b, eip }) => {
      await engine.create(T.natGateway, "one", { subnetId: a.id, allocationId: eip.id });
      return { subnetId: b.id };
    },
    /already associated/,
  ],
  [
    "a route without a target",
    T.route,
    none("gatewayId"),
    /exactly one of gatewayId, natGatewayId, vpcEndpointId, not 0/,
  ],
  ["a route with two targets", T.route, { natGatewayId: UNKNOWN }, /not 2/],
  [
    "a route with two destinations",
    T.route,
    { destinationIpv6CidrBlock: "::/0" },
    /exactly one of destinationCidrBlock/,
  ],
  [
    "a route over the gateway of another VPC",
    T.route,
    async ({ engine, other }) => ({
      gatewayId: (await engine.create(T.internetGateway, "o", { vpcId: other.id })).id,
    }),
    /belong to different networks/,
  ],
  ["a route into the VPC's own block", T.route, { destinationCidrBlock: "10.0.1.0/24" }, /routed locally/],
  [
    "the same route twice",
    T.route,
    async ({ engine, table, internet }) => {
      await engine.create(T.route, "one", {
        routeTableId: table.id,
        destinationCidrBlock: "0.0.0.0/0",
        gatewayId: internet.id,
      });
      return {};
    },
    /RouteAlreadyExists/,
  ],
  [
    "an association with subnet and gateway",
    T.routeAssociation,
    ({ internet }) => ({ gatewayId: internet.id }),
    /exactly one of subnetId, gatewayId/,
  ],
  [
    "a subnet with two tables",
    T.routeAssociation,
    async ({ engine, table, a }) => {
      await engine.create(T.routeAssociation, "one", { routeTableId: table.id, subnetId: a.id });
      return {};
    },
    /conflicts with an existing association/,
  ],
  [
    "a table of another VPC",
    T.routeAssociation,
    async ({ engine, other }) => ({
      routeTableId: (await engine.create(T.routeTable, "o", { vpcId: other.id })).id,
    }),
    /belong to different networks/,
  ],
  [
    "an endpoint of a service that is none",
    T.endpoint,
    { serviceName: `com.amazonaws.${REGION}.stss` },
    /InvalidServiceName/,
  ],
  [
    "an endpoint of another region",
    T.endpoint,
    { serviceName: "com.amazonaws.us-east-1.sts" },
    /InvalidServiceName/,
  ],
  [
    "an endpoint service of no known form",
    T.endpoint,
    { serviceName: "sts" },
    /must look like com\.amazonaws/,
  ],
  [
    "a gateway endpoint with subnets",
    T.endpoint,
    { vpcEndpointType: "Gateway" },
    /subnetIds does not go with a Gateway endpoint/,
  ],
  [
    "an interface endpoint with route tables",
    T.endpoint,
    ({ table }) => ({ routeTableIds: [table.id] }),
    /routeTableIds does not go with/,
  ],
  [
    "two subnets of an endpoint in one zone",
    T.endpoint,
    async ({ engine, vpc, a }) => ({
      subnetIds: [
        a.id,
        (
          await engine.create(T.subnet, "a2", {
            vpcId: vpc.id,
            cidrBlock: "10.0.3.0/24",
            availabilityZone: `${REGION}a`,
          })
        ).id,
      ],
    }),
    /DuplicateSubnetsInSameZone/,
  ],
  [
    "an endpoint's subnet of another VPC",
    T.endpoint,
    async ({ engine, other }) => ({
      subnetIds: [(await engine.create(T.subnet, "o", { vpcId: other.id, cidrBlock: "10.1.0.0/24" })).id],
    }),
    /is not in vpc-/,
  ],
  [
    "private DNS in a VPC without DNS names",
    T.endpoint,
    async ({ engine, other }) => ({
      vpcId: other.id,
      securityGroupIds: null,
      subnetIds: [(await engine.create(T.subnet, "o", { vpcId: other.id, cidrBlock: "10.1.0.0/24" })).id],
    }),
    /both enableDnsSupport and enableDnsHostnames/,
  ],
  [
    "two endpoints with the same private name",
    T.endpoint,
    async (w) => {
      await w.engine.create(T.endpoint, "one", valid(w)[T.endpoint] ?? {});
      return {};
    },
    /conflicting DNS domain/,
  ],
  [
    "routes to an interface endpoint",
    T.endpointAssociation,
    async (w) => ({
      routeTableId: w.table.id,
      vpcEndpointId: (await w.engine.create(T.endpoint, "one", valid(w)[T.endpoint] ?? {})).id,
    }),
    /is no Gateway endpoint/,
  ],
];

refuses("a network", cases);
