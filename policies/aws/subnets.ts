import { at } from "../core/json";
import type { Node } from "../core/rule";
import type { Judgement } from "../core/judgement";
import type { Graph } from "./graph";

export const subnetTypes = ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"];
export const vpcTypes = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"];
export const routeTableTypes = [
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/defaultRouteTable:DefaultRouteTable",
];

const everywhere: readonly unknown[] = ["0.0.0.0/0", "::/0"];

/** Where traffic to all of the internet leaves a route table: the resource that says so, and by which property. */
export interface DefaultRoute {
  /** The route, or the route table that has it in its own list. */
  readonly node: Node;
  /** A gateway's id, as far as it is known; reading it may throw. */
  readonly gateway: (property: "gatewayId" | "natGatewayId") => unknown;
  /** The property of `node` that holds it. */
  readonly property: (property: "gatewayId" | "natGatewayId") => string;
}

/** The default routes of a route table, whichever way they are made. */
export function defaultRoutesOf(table: Node, graph: Graph, judgement: Judgement): readonly DefaultRoute[] {
  const routes: DefaultRoute[] = [];
  for (const route of graph.referrers(table, "routeTableId", ["aws:ec2/route:Route"])) {
    judgement.part(() => {
      const { props } = route;
      const to = [props["destinationCidrBlock"], props["destinationIpv6CidrBlock"]];
      if (!to.some((cidr) => everywhere.includes(cidr))) return;
      routes.push({ node: route, gateway: (property) => props[property], property: (property) => property });
    });
  }
  judgement.part(() => {
    // As the program wrote them: with nothing written, AWS's answer is not known before it is made.
    judgement.each((table.inputs ?? table.props)["routes"], (route) => {
      const to = [at(route, "cidrBlock"), at(route, "ipv6CidrBlock")];
      if (!to.some((cidr) => everywhere.includes(cidr))) return;
      routes.push({ node: table, gateway: (property) => at(route, property), property: () => "routes" });
    });
  });
  return routes;
}

/** The resource that a default route leads to; undefined for none of these types. */
export function gatewayOf(
  route: DefaultRoute,
  property: "gatewayId" | "natGatewayId",
  type: string,
  graph: Graph,
): Node | undefined {
  // In a list of routes the engine tells of all gateways at once, so only the value says which.
  if (route.property(property) !== "routes") return graph.target(route.node, property, [type]);
  return graph.named(route.gateway(property), [type]);
}

/** The route tables that subnets are put to, with the subnets. */
export function routedSubnets(
  graph: Graph,
  judgement: Judgement,
): readonly { readonly subnet: Node; readonly table: Node }[] {
  const pairs: { subnet: Node; table: Node }[] = [];
  for (const link of graph.of(["aws:ec2/routeTableAssociation:RouteTableAssociation"])) {
    judgement.part(() => {
      const subnet = graph.target(link, "subnetId", subnetTypes);
      const table = graph.target(link, "routeTableId", routeTableTypes);
      if (subnet && table) pairs.push({ subnet, table });
    });
  }
  return pairs;
}

/** The zone of a subnet; its URN where AWS chooses one, which is then like no other. */
export function zoneOf(subnet: Node): string {
  const zone = subnet.props["availabilityZone"] ?? subnet.props["availabilityZoneId"];
  return typeof zone === "string" ? zone : subnet.urn;
}
