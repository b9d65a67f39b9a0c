import { anyIpv4Block, anyIpv6Block, contains, parseBlock } from "../cidr";
import { ref, text } from "../fields";
import type { Model, Situation } from "../model";
import { T } from "./tokens";
import { textOf } from "../values";

const TARGETS = ["gatewayId", "natGatewayId", "vpcEndpointId"] as const;
const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock"] as const;

function vpcOfTable(s: Situation): string | undefined {
  const table = s.account.find(T.routeTable, "id", s.view.text("routeTableId") ?? "");
  const vpcId = table?.attributes["vpcId"];
  return typeof vpcId === "string" ? vpcId : undefined;
}

const routeTable: Model = {
  type: T.routeTable,
  tags: true,
  fields: { vpcId: ref(T.vpc, { required: true, forceNew: true }) },
  computed: ["arn", "ownerId", "propagatingVgws", "routes"],
  id: (s) => `rtb-0${s.hex(16)}`,
  outputs: (s) => ({
    arn: s.arn("ec2", `route-table/${s.id}`),
    ownerId: s.accountId,
    propagatingVgws: [],
    routes: [],
  }),
  release(s) {
    const user = s.account.find(T.routeAssociation, "routeTableId", s.id);
    if (user !== undefined) {
      s.refuse(
        "DependencyViolation",
        `The routeTable '${s.id}' has dependencies and cannot be deleted (${user.id} uses it).`,
      );
    }
  },
};

const route: Model = {
  type: T.route,
  fields: {
    routeTableId: ref(T.routeTable, { required: true, forceNew: true }),
    destinationCidrBlock: text({ forceNew: true, check: anyIpv4Block }),
    destinationIpv6CidrBlock: text({ forceNew: true, check: anyIpv6Block }),
    gatewayId: ref(T.internetGateway),
    natGatewayId: ref(T.natGateway),
    vpcEndpointId: ref(T.endpoint),
  },
  computed: ["instanceId", "instanceOwnerId", "origin", "state"],
  goesWith: { field: "routeTableId", type: T.routeTable, by: "id" },
  *rules(view) {
    const targets = TARGETS.filter((field) => view.has(field));
    if (targets.length !== 1) {
      yield {
        property: targets[1] ?? "gatewayId",
        reason: `a route needs exactly one of ${TARGETS.join(", ")}, not ${targets.length}`,
      };
    }
    const destinations = DESTINATIONS.filter((field) => view.has(field));
    if (destinations.length !== 1) {
      yield {
        property: DESTINATIONS[0],
        reason: `a route needs exactly one of ${DESTINATIONS.join(", ")}, not ${destinations.length}`,
      };
    }
  },
  id: (s) => `r-${s.view.text("routeTableId") ?? ""}${s.hex(10)}`,
  outputs: () => ({ instanceId: "", instanceOwnerId: "", origin: "CreateRoute", state: "active" }),
  admit(s) {
    const vpcId = vpcOfTable(s);
    if (vpcId === undefined) return;
    for (const field of DESTINATIONS) {
      const destination = s.view.text(field);
      if (destination === undefined) continue;
      const twin = s.account
        .all(T.route)
        .find(
          ({ attributes }) =>
            attributes["routeTableId"] === s.view.text("routeTableId") && attributes[field] === destination,
        );
      if (twin !== undefined)
        s.refuse("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
      const own = parseBlock(textOf(s.account.find(T.vpc, "id", vpcId)?.attributes["cidrBlock"]));
      const block = parseBlock(destination);
      if (
        own?.cidr === destination ||
        (own !== undefined && block !== undefined && !contains(block, own) && contains(own, block))
      ) {
        s.refuse(
          "InvalidParameterValue",
          `The destination ${destination} lies in the VPC's own block ${own.cidr}, which is routed locally.`,
        );
      }
    }
    const gateway = s.account.find(T.internetGateway, "id", s.view.text("gatewayId") ?? "");
    if (gateway !== undefined && gateway.attributes["vpcId"] !== vpcId) {
      s.refuse(
        "InvalidParameterValue",
        `route table and network gateway ${gateway.id} belong to different networks`,
      );
    }
    const nat = s.account.find(T.natGateway, "id", s.view.text("natGatewayId") ?? "");
    const natSubnet = s.account.find(T.subnet, "id", textOf(nat?.attributes["subnetId"]));
    if (natSubnet !== undefined && natSubnet.attributes["vpcId"] !== vpcId) {
      s.refuse(
        "InvalidParameterValue",
        `route table and NAT gateway ${nat?.id ?? ""} belong to different networks`,
      );
    }
  },
};

const routeAssociation: Model = {
  type: T.routeAssociation,
  fields: {
    routeTableId: ref(T.routeTable, { required: true }),
    subnetId: ref(T.subnet, { forceNew: true }),
    gatewayId: ref(T.internetGateway, { forceNew: true }),
  },
  computed: [],
  *rules(view) {
    if (view.has("subnetId") === view.has("gatewayId")) {
      yield { property: "subnetId", reason: "an association needs exactly one of subnetId, gatewayId" };
    }
  },
  id: (s) => `rtbassoc-0${s.hex(16)}`,
  admit(s) {
    const subnet = s.account.find(T.subnet, "id", s.view.text("subnetId") ?? "");
    if (subnet === undefined) return;
    const other = s.account.find(T.routeAssociation, "subnetId", subnet.id);
    if (other !== undefined) {
      s.refuse(
        "Resource.AlreadyAssociated",
        `the specified association for route table conflicts with an existing association (${other.id})`,
      );
    }
    const vpcId = vpcOfTable(s);
    if (vpcId !== undefined && subnet.attributes["vpcId"] !== vpcId) {
      s.refuse(
        "InvalidParameterValue",
        `route table ${s.view.text("routeTableId") ?? ""} and subnet ${subnet.id} belong to different networks`,
      );
    }
  },
  // A subnet or a table cannot go before the association in AWS either; the subnet takes it along.
  goesWith: { field: "subnetId", type: T.subnet, by: "id" },
};

export const routeModels: readonly Model[] = [routeTable, route, routeAssociation];
