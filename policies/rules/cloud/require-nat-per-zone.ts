import { Graph } from "../../aws/graph";
import { defaultRoutesOf, gatewayOf, routedSubnets, subnetTypes, zoneOf } from "../../aws/subnets";
import { stackRule } from "../../core/rule";

const nat = "aws:ec2/natGateway:NatGateway";

/** With one gateway for all zones the loss of its zone cuts off the others, and every byte between zones is paid. */
export const requireNatPerZone = stackRule({
  name: "aws-ec2-subnet-require-nat-of-its-zone",
  area: "cloud",
  title: "Each zone has its own way out",
  description:
    "A subnet that reaches the internet by a NAT gateway does so by one of its own zone, or a regional one.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [11],
  ids: ["BPG subnets"],
  remedy: "Make a NAT gateway in each zone, and a route table for each private subnet that leads to it.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html",
  judge: (nodes, judgement) => {
    const graph = new Graph(nodes);
    judgement.part(() => {
      for (const { subnet, table } of routedSubnets(graph, judgement)) {
        judgement.part(() => {
          for (const route of defaultRoutesOf(table, graph, judgement)) {
            judgement.part(() => {
              const gateway = gatewayOf(route, "natGatewayId", nat, graph);
              // One of another stack, or none at all.
              if (gateway === undefined || gateway.props["availabilityMode"] === "regional") return;
              const home = graph.target(gateway, "subnetId", subnetTypes);
              if (home === undefined || zoneOf(home) === zoneOf(subnet)) return;
              judgement.report(
                "",
                `${subnet.name} in ${zoneOf(subnet)} leaves by ${gateway.name} in ${zoneOf(home)}; make a NAT gateway in its own zone.`,
                subnet.urn,
              );
            });
          }
        });
      }
    });
  },
});
