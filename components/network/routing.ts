import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";

/** One NAT gateway a zone, one for all zones, or none (nothing private reaches the internet). */
export type NatMode = "perZone" | "single" | "none";

/** The subnets of one zone. */
export interface ZoneSubnets {
  readonly zone: string;
  readonly publicId: pulumi.Output<string>;
  readonly privateId: pulumi.Output<string>;
  readonly dataId: pulumi.Output<string>;
}

const DEFAULT_ROUTE = "0.0.0.0/0";

/**
 * Zones whose public subnet gets a NAT gateway. `single` takes the first by name, wherever the config lists it, and a
 * failure of that zone then cuts off all others.
 */
export function natZones(nat: NatMode, zones: readonly string[]): readonly string[] {
  if (nat === "none") return [];
  return nat === "single" ? [...zones].sort().slice(0, 1) : zones;
}

/**
 * Creates the internet gateway, the NAT gateways and the route tables: one public, one private a zone, one for data
 * without a way out. Private tables are one a zone in every mode, so a change of mode touches routes and gateways only.
 *
 * @returns the ids of the private tables, then of the data table.
 */
export function createRouting(
  scope: Scope,
  nat: NatMode,
  zones: readonly ZoneSubnets[],
): readonly pulumi.Output<string>[] {
  const { name, parent, vpcId, tags } = scope;
  const internet = new aws.ec2.InternetGateway(
    `${name}-internet`,
    { vpcId, tags: tags("internet") },
    { parent },
  );

  const publicTable = createTable(scope, "public");
  createDefaultRoute(scope, "public", publicTable, { gatewayId: internet.id });
  for (const { zone, publicId } of zones) associate(scope, `public-${zone}`, publicTable, publicId);

  const gateways = createNatGateways(scope, nat, zones, internet);
  const [shared] = gateways.values();
  const privateTables = zones.map(({ zone, privateId }) => {
    const table = createTable(scope, `private-${zone}`);
    const gatewayId = gateways.get(zone) ?? shared;
    if (gatewayId !== undefined)
      createDefaultRoute(scope, `private-${zone}`, table, { natGatewayId: gatewayId });
    associate(scope, `private-${zone}`, table, privateId);
    return table;
  });

  const dataTable = createTable(scope, "data");
  for (const { zone, dataId } of zones) associate(scope, `data-${zone}`, dataTable, dataId);
  return [...privateTables, dataTable];
}

function createNatGateways(
  { name, parent, tags }: Scope,
  nat: NatMode,
  zones: readonly ZoneSubnets[],
  internet: aws.ec2.InternetGateway,
): ReadonlyMap<string, pulumi.Output<string>> {
  const chosen = natZones(
    nat,
    zones.map(({ zone }) => zone),
  );
  const gateways = new Map<string, pulumi.Output<string>>();
  for (const { zone, publicId } of zones) {
    if (!chosen.includes(zone)) continue;
    const purpose = `nat-${zone}`;
    // AWS wants the internet gateway attached first, and no property of these two says so.
    const options = { parent, dependsOn: [internet] };
    const address = new aws.ec2.Eip(`${name}-${purpose}`, { domain: "vpc", tags: tags(purpose) }, options);
    const gateway = new aws.ec2.NatGateway(
      `${name}-${purpose}`,
      { subnetId: publicId, allocationId: address.id, connectivityType: "public", tags: tags(purpose) },
      options,
    );
    gateways.set(zone, gateway.id);
  }
  return gateways;
}

function createTable({ name, parent, vpcId, tags }: Scope, purpose: string): pulumi.Output<string> {
  return new aws.ec2.RouteTable(`${name}-${purpose}`, { vpcId, tags: tags(purpose) }, { parent }).id;
}

function createDefaultRoute(
  { name, parent }: Scope,
  purpose: string,
  routeTableId: pulumi.Output<string>,
  target: { readonly gatewayId: pulumi.Output<string> } | { readonly natGatewayId: pulumi.Output<string> },
): void {
  new aws.ec2.Route(
    `${name}-${purpose}`,
    { routeTableId, destinationCidrBlock: DEFAULT_ROUTE, ...target },
    { parent },
  );
}

function associate(
  { name, parent }: Scope,
  purpose: string,
  routeTableId: pulumi.Output<string>,
  subnetId: pulumi.Output<string>,
): void {
  new aws.ec2.RouteTableAssociation(`${name}-${purpose}`, { routeTableId, subnetId }, { parent });
}
