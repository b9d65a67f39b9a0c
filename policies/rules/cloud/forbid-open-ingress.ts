import { isOpen } from "../../aws/cidrs";
import { fields, isAbsent, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import { resourceRule } from "../../core/rule";
import type { Settings } from "../../core/settings";

/** One rule of a group, however it is written. */
interface Ingress {
  readonly protocol: () => unknown;
  readonly fromPort: () => unknown;
  readonly toPort: () => unknown;
  /** Fields with blocks of addresses: one, or a list. */
  readonly cidrs: readonly string[];
  readonly at: (field: string) => unknown;
  readonly path: string;
}

/**
 * Whether a rule opens only ports that the world may reach. Which groups stand before load balancers is not to be seen
 * in a group; nothing else serves these ports where nodes have no public address, which other rules see to.
 */
function opensOnlyPublicPorts({ protocol, fromPort, toPort }: Ingress, settings: Settings): boolean {
  // HTTP/3 comes by UDP. A protocol by its number (6, 17) is the same.
  const isPorts = ["tcp", "udp", "6", "17"].some((name) => name === String(protocol()).toLowerCase());
  const from = fromPort();
  return isPorts && from === toPort() && settings.texts("ports").includes(String(from));
}

function judgeIngress(ingress: Ingress, judgement: Judgement, settings: Settings): void {
  for (const field of ingress.cidrs) {
    judgement.part(() => {
      const value = ingress.at(field);
      if (isAbsent(value) || value === "") return;
      const judgeOne = (cidr: unknown, path: string): void => {
        if (!isOpen(cidr, settings.number("shortestPrefix"))) return;
        if (opensOnlyPublicPorts(ingress, settings)) return;
        const ports = `${shown(ingress.protocol())} ${shown(ingress.fromPort())} to ${shown(ingress.toPort())}`;
        judgement.report(
          path,
          `${shown(cidr)} may reach ${ports}; name your own blocks or a security group, for only ports ${settings.texts("ports").join(" and ")} are public.`,
        );
      };
      if (Array.isArray(value)) {
        judgement.each(value, (cidr, index) => judgeOne(cidr, `${ingress.path}${field}[${index}]`));
      } else {
        judgeOne(value, `${ingress.path}${field}`);
      }
    });
  }
}

const groups: readonly string[] = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
];
const oldRule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const newRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

/** What the whole world may reach is what the world attacks. */
export const forbidOpenIngress = resourceRule({
  name: "aws-ec2-security-group-forbid-open-ingress",
  area: "cloud",
  title: "The world reaches ports 80 and 443 only",
  description: "No security group lets the whole internet reach any port but those of public load balancers.",
  level: "mandatory",
  severity: "critical",
  checks: [10],
  ids: ["BPG", "AWS FSBP"],
  remedy: "Name the address blocks or the security group that need the port.",
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
  parameters: {
    ports: {
      type: "array",
      items: { type: "string", pattern: "^\\d{1,5}$" },
      default: ["80", "443"],
      description: "Ports that the whole internet may reach, one at a time.",
    },
    shortestPrefix: {
      type: "integer",
      minimum: 1,
      maximum: 32,
      default: 8,
      description: "Shortest prefix of an IPv4 block that is not the whole internet; twice as long for IPv6.",
    },
  },
  types: [...groups, oldRule, newRule],
  judge: ({ type, props }, judgement, settings) => {
    if (groups.includes(type)) {
      judgement.part(() => {
        judgement.each(props["ingress"], (item, index) => {
          const rule = fields(item);
          const ingress: Ingress = {
            protocol: () => rule["protocol"],
            fromPort: () => rule["fromPort"],
            toPort: () => rule["toPort"],
            cidrs: ["cidrBlocks", "ipv6CidrBlocks"],
            at: (field) => rule[field],
            path: `ingress[${index}].`,
          };
          judgeIngress(ingress, judgement, settings);
        });
      });
      return;
    }
    judgement.part(() => {
      if (type === oldRule && props["type"] === "egress") return;
      const ingress: Ingress = {
        protocol: () => props[type === newRule ? "ipProtocol" : "protocol"],
        fromPort: () => props["fromPort"],
        toPort: () => props["toPort"],
        cidrs: type === newRule ? ["cidrIpv4", "cidrIpv6"] : ["cidrBlocks", "ipv6CidrBlocks"],
        at: (field) => props[field],
        path: "",
      };
      judgeIngress(ingress, judgement, settings);
    });
  },
});
