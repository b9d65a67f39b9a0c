import { flag, json, matches, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import { policyDocument } from "../policies";
import { T } from "./tokens";

const GATEWAY_SERVICES = ["s3", "dynamodb"];
const INTERFACE_SERVICES = [
  "autoscaling",
  "dynamodb",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticache",
  "elasticfilesystem",
  "elasticloadbalancing",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "rds",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
  "xray",
];
const OPEN_POLICY = JSON.stringify({
  Statement: [{ Action: "*", Effect: "Allow", Principal: "*", Resource: "*" }],
  Version: "2008-10-17",
});

function serviceOf(s: Situation): string {
  return (s.view.text("serviceName") ?? "").split(".").slice(3).join(".");
}

const endpoint: Model = {
  type: T.endpoint,
  tags: true,
  fields: {
    policy: json({ computed: true, check: policyDocument("resource") }),
    privateDnsEnabled: flag({ computed: true }),
    ipAddressType: text({ computed: true, check: oneOf("ipv4", "dualstack", "ipv6") }),
    routeTableIds: set(ref(T.routeTable), { computed: true }),
    securityGroupIds: set(ref([T.securityGroup]), { computed: true }),
    serviceName: text({
      required: true,
      forceNew: true,
      check: matches(
        /^com\.amazonaws\.[a-z0-9-]+\.[a-z0-9.-]+$/,
        "must look like com.amazonaws.REGION.SERVICE",
      ),
    }),
    subnetIds: set(ref(T.subnet), { computed: true }),
    vpcEndpointType: text({ default: "Gateway", forceNew: true, check: oneOf("Gateway", "Interface") }),
    vpcId: ref(T.vpc, { required: true, forceNew: true }),
  },
  computed: [
    "arn",
    "cidrBlocks",
    "dnsEntries",
    "dnsOptions",
    "networkInterfaceIds",
    "ownerId",
    "prefixListId",
    "requesterManaged",
    "state",
  ],
  *rules(view) {
    const kind = view.text("vpcEndpointType");
    const wrong =
      kind === "Gateway" ? ["subnetIds", "securityGroupIds", "privateDnsEnabled"] : ["routeTableIds"];
    for (const field of wrong) {
      if (view.has(field) && view.flag(field) !== false)
        yield { property: field, reason: `${field} does not go with a ${kind ?? ""} endpoint` };
    }
  },
  id: (s) => `vpce-0${s.hex(16)}`,
  outputs(s) {
    const isInterface = s.view.text("vpcEndpointType") === "Interface";
    const subnets = s.view.texts("subnetIds");
    const service = serviceOf(s);
    const vpc = s.account.find(T.vpc, "id", s.view.text("vpcId") ?? "");
    const chosen = isInterface
      ? {
          securityGroupIds: s.view.has("securityGroupIds")
            ? [...s.view.texts("securityGroupIds")]
            : [vpc?.attributes["defaultSecurityGroupId"] ?? ""],
          subnetIds: [...subnets],
          routeTableIds: [],
        }
      : { securityGroupIds: [], subnetIds: [], routeTableIds: [...s.view.texts("routeTableIds")] };
    return {
      ...chosen,
      arn: s.arn("ec2", `vpc-endpoint/${s.id}`),
      cidrBlocks: isInterface ? [] : ["198.19.255.0/24"],
      dnsEntries: isInterface
        ? [
            {
              dnsName: `${s.id}-${s.hex(8, "dns")}.${service}.${s.region}.vpce.amazonaws.com`,
              hostedZoneId: `Z${s.hex(12, "zone").toUpperCase()}`,
            },
          ]
        : [],
      dnsOptions: { dnsRecordIpType: "ipv4", privateDnsOnlyForInboundResolverEndpoint: false },
      ipAddressType: s.view.text("ipAddressType") ?? "ipv4",
      networkInterfaceIds: isInterface ? subnets.map((subnet) => `eni-0${s.hex(16, subnet)}`) : [],
      ownerId: s.accountId,
      policy: s.view.text("policy") ?? OPEN_POLICY,
      prefixListId: isInterface ? "" : `pl-${s.hex(8, service)}`,
      privateDnsEnabled: s.view.flag("privateDnsEnabled") ?? false,
      requesterManaged: false,
      state: "available",
    };
  },
  admit(s) {
    const kind = s.view.text("vpcEndpointType");
    const name = s.view.text("serviceName");
    const known = kind === "Interface" ? INTERFACE_SERVICES : GATEWAY_SERVICES;
    if (name !== undefined && !known.some((service) => name === `com.amazonaws.${s.region}.${service}`)) {
      s.refuse(
        "InvalidServiceName",
        `The Vpc Endpoint Service '${name}' does not exist as ${kind ?? ""} in ${s.region}`,
      );
    }
    const vpc = s.account.find(T.vpc, "id", s.view.text("vpcId") ?? "");
    const subnets = s.view.texts("subnetIds").map((id) => s.account.find(T.subnet, "id", id));
    const foreign = subnets.find(
      (subnet) => vpc !== undefined && subnet !== undefined && subnet.attributes["vpcId"] !== vpc.id,
    );
    if (foreign !== undefined)
      s.refuse("InvalidParameter", `The subnet ${foreign.id} is not in ${vpc?.id ?? ""}`);
    const zones = subnets
      .map((subnet) => subnet?.attributes["availabilityZone"])
      .filter((zone) => zone !== undefined);
    if (new Set(zones).size !== zones.length) {
      s.refuse(
        "DuplicateSubnetsInSameZone",
        "Found another VPC endpoint subnet in the availability zone of one subnet",
      );
    }
    const twin = s.account
      .all(T.endpoint)
      .find(
        ({ attributes }) =>
          attributes["serviceName"] === name && attributes["vpcId"] === vpc?.id && vpc !== undefined,
      );
    if (s.view.flag("privateDnsEnabled") !== true || vpc === undefined) return;
    if (vpc.attributes["enableDnsSupport"] !== true || vpc.attributes["enableDnsHostnames"] !== true) {
      s.refuse(
        "InvalidParameter",
        "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true",
      );
    }
    if (twin?.attributes["privateDnsEnabled"] === true) {
      s.refuse(
        "InvalidParameter",
        `private-dns-enabled cannot be set because there is already a conflicting DNS domain of ${twin.id}`,
      );
    }
  },
};

const endpointAssociation: Model = {
  type: T.endpointAssociation,
  fields: {
    routeTableId: ref(T.routeTable, { required: true, forceNew: true }),
    vpcEndpointId: ref(T.endpoint, { required: true, forceNew: true }),
  },
  computed: [],
  goesWith: { field: "vpcEndpointId", type: T.endpoint, by: "id" },
  id: (s) => `a-${s.view.text("vpcEndpointId") ?? ""}${s.hex(10)}`,
  admit(s) {
    const target = s.account.find(T.endpoint, "id", s.view.text("vpcEndpointId") ?? "");
    if (target !== undefined && target.attributes["vpcEndpointType"] !== "Gateway") {
      s.refuse("InvalidParameter", `Endpoint ${target.id} is no Gateway endpoint: only these have routes`);
    }
  },
};

export const endpointModels: readonly Model[] = [endpoint, endpointAssociation];
