import { at, isAbsent, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";
import type { Subject } from "../../core/rule";

type Setting = readonly [path: string, value: () => unknown];

const ofInstance = ({ props }: Subject): readonly Setting[] => [
  ["associatePublicIpAddress", () => props["associatePublicIpAddress"]],
];

/** Where each type says whether a machine gets a public address. */
const settingsOfType: Readonly<Record<string, (subject: Subject) => readonly Setting[]>> = {
  "aws:ec2/subnet:Subnet": ({ props }) => [["mapPublicIpOnLaunch", () => props["mapPublicIpOnLaunch"]]],
  // AWS's own subnets give one unless they are told not to.
  "aws:ec2/defaultSubnet:DefaultSubnet": ({ props }) => [
    ["mapPublicIpOnLaunch", () => props["mapPublicIpOnLaunch"] ?? true],
  ],
  "aws:ec2/launchTemplate:LaunchTemplate": ({ props }) =>
    // By its length: an item that is not known yet hides no other.
    Array.from({ length: list(props["networkInterfaces"]).length }, (_, index) => [
      `networkInterfaces[${index}].associatePublicIpAddress`,
      () => at(list(props["networkInterfaces"])[index], "associatePublicIpAddress"),
    ]),
  "aws:ec2/launchConfiguration:LaunchConfiguration": ofInstance,
  "aws:ec2/instance:Instance": ofInstance,
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ofInstance,
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": ({ props }) => [
    ["spec.associatePublicIPAddress", () => at(props["spec"], "associatePublicIPAddress")],
  ],
  "kubernetes:eks.amazonaws.com/v1:NodeClass": ({ props }) => [
    [
      "spec.advancedNetworking.associatePublicIPAddress",
      () => at(props["spec"], "advancedNetworking", "associatePublicIPAddress"),
    ],
  ],
};

/** A machine without a public address is reached by nobody outside, whatever its security groups say. */
export const forbidPublicAddresses = resourceRule({
  name: "aws-ec2-instance-forbid-public-address",
  area: "cluster",
  title: "Nodes have no public address",
  description:
    "No subnet gives machines a public address, and no machine, launch template or node class asks for one.",
  level: "mandatory",
  severity: "high",
  checks: [7],
  ids: ["CIS 5.4.3", "BPG"],
  remedy:
    "Set mapPublicIpOnLaunch and associatePublicIpAddress to false, and reach the internet by a NAT gateway.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html",
  types: Object.keys(settingsOfType),
  judge: (subject, judgement) => {
    judgement.part(() => {
      for (const [path, value] of settingsOfType[subject.type]?.(subject) ?? []) {
        judgement.part(() => {
          const found = value();
          if (isAbsent(found) || found === false || found === "false") return;
          judgement.report(path, `machines get a public address: ${shown(found)}; set it to false.`);
        });
      }
    });
  },
});
