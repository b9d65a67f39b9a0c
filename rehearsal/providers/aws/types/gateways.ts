import { oneOf, ref, text } from "../fields";
import type { Model, Situation } from "../model";
import { T } from "./tokens";
import { textOf } from "../values";

/** An address of the benchmarking range, so that it can never be taken for somebody's. */
function publicAddress(s: Situation): string {
  const number = Number.parseInt(s.hex(5, "address"), 16) % 2 ** 17;
  return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
}

/** An address in a subnet that no other rule looks at. */
function privateAddress(s: Situation, cidr: string): string {
  const [base = "10.0.0.0"] = cidr.split("/");
  const octets = base.split(".");
  return [
    ...octets.slice(0, 3),
    String(Number(octets[3]) + 4 + (Number.parseInt(s.hex(2, "host"), 16) % 8)),
  ].join(".");
}

const internetGateway: Model = {
  type: T.internetGateway,
  tags: true,
  fields: { vpcId: ref(T.vpc, { computed: true }) },
  computed: ["arn", "ownerId"],
  id: (s) => `igw-0${s.hex(16)}`,
  outputs: (s) => ({
    arn: s.arn("ec2", `internet-gateway/${s.id}`),
    ownerId: s.accountId,
    vpcId: s.view.text("vpcId") ?? "",
  }),
  admit(s) {
    const vpcId = s.view.text("vpcId");
    const other = vpcId === undefined ? undefined : s.account.find(T.internetGateway, "vpcId", vpcId);
    if (other !== undefined) {
      s.refuse(
        "InvalidParameterValue",
        `Network ${vpcId ?? ""} already has an internet gateway attached (${other.id}).`,
      );
    }
  },
  release(s) {
    const vpcId = s.view.text("vpcId");
    const nat = s.account
      .all(T.natGateway)
      .find(
        ({ attributes }) =>
          attributes["connectivityType"] === "public" &&
          s.account.find(T.subnet, "id", textOf(attributes["subnetId"]))?.attributes["vpcId"] === vpcId,
      );
    const balancer = s.account
      .all(T.loadBalancer)
      .find(({ attributes }) => attributes["vpcId"] === vpcId && attributes["internal"] === false);
    const mapped = nat ?? balancer;
    if (mapped !== undefined) {
      s.refuse(
        "DependencyViolation",
        `Network ${vpcId ?? ""} has some mapped public address(es), of ${mapped.id}. Please unmap those public address(es) before detaching the gateway.`,
      );
    }
  },
};

const eip: Model = {
  type: T.eip,
  tags: true,
  fields: {
    domain: text({ computed: true, forceNew: true, check: oneOf("vpc") }),
    networkBorderGroup: text({ computed: true, forceNew: true }),
    publicIpv4Pool: text({ computed: true, forceNew: true }),
  },
  computed: [
    "allocationId",
    "arn",
    "associationId",
    "carrierIp",
    "customerOwnedIp",
    "instance",
    "networkInterface",
    "privateDns",
    "privateIp",
    "ptrRecord",
    "publicDns",
    "publicIp",
  ],
  id: (s) => `eipalloc-0${s.hex(16)}`,
  outputs(s) {
    const address = publicAddress(s);
    return {
      allocationId: s.id,
      arn: s.arn("ec2", `elastic-ip/${s.id}`),
      associationId: "",
      carrierIp: "",
      customerOwnedIp: "",
      domain: "vpc",
      instance: "",
      networkBorderGroup: s.view.text("networkBorderGroup") ?? s.region,
      networkInterface: "",
      privateDns: "",
      privateIp: "",
      ptrRecord: "",
      publicDns: `ec2-${address.replaceAll(".", "-")}.${s.region}.compute.amazonaws.com`,
      publicIp: address,
      publicIpv4Pool: s.view.text("publicIpv4Pool") ?? "amazon",
    };
  },
  release(s) {
    const nat = s.account.find(T.natGateway, "allocationId", s.id);
    if (nat !== undefined)
      s.refuse("InvalidIPAddress.InUse", `Address ${s.view.text("publicIp") ?? ""} is in use by ${nat.id}.`);
  },
};

const natGateway: Model = {
  type: T.natGateway,
  tags: true,
  fields: {
    allocationId: ref(T.eip, { forceNew: true }),
    connectivityType: text({ default: "public", forceNew: true, check: oneOf("public", "private") }),
    privateIp: text({ computed: true, forceNew: true }),
    subnetId: ref(T.subnet, { required: true, forceNew: true }),
  },
  computed: ["associationId", "networkInterfaceId", "publicIp"],
  *rules(view) {
    const kind = view.text("connectivityType");
    if (kind === "public" && !view.has("allocationId")) {
      yield { property: "allocationId", reason: "a public NAT gateway needs allocationId" };
    }
    if (kind === "private" && view.has("allocationId")) {
      yield { property: "allocationId", reason: "a private NAT gateway takes no allocationId" };
    }
  },
  id: (s) => `nat-0${s.hex(16)}`,
  outputs(s) {
    const address = s.account.find(T.eip, "id", s.view.text("allocationId") ?? "");
    const subnet = s.account.find(T.subnet, "id", s.view.text("subnetId") ?? "");
    return {
      associationId: address === undefined ? "" : `eipassoc-0${s.hex(16, "association")}`,
      networkInterfaceId: `eni-0${s.hex(16, "interface")}`,
      privateIp: s.view.text("privateIp") ?? privateAddress(s, textOf(subnet?.attributes["cidrBlock"])),
      publicIp: address?.attributes["publicIp"] ?? "",
    };
  },
  admit(s) {
    const allocation = s.view.text("allocationId");
    const other =
      allocation === undefined ? undefined : s.account.find(T.natGateway, "allocationId", allocation);
    if (other !== undefined) {
      s.refuse(
        "Resource.AlreadyAssociated",
        `Elastic IP address [${allocation ?? ""}] is already associated with ${other.id}.`,
      );
    }
    // While previewing, the gateway that the plan makes first is not there yet.
    if (s.preview || s.view.text("connectivityType") !== "public") return;
    const vpcId = s.account.find(T.subnet, "id", s.view.text("subnetId") ?? "")?.attributes["vpcId"];
    if (typeof vpcId === "string" && s.account.find(T.internetGateway, "vpcId", vpcId) === undefined) {
      s.refuse(
        "Gateway.NotAttached",
        `Network ${vpcId} has no Internet gateway attached; the NAT gateway must depend on it.`,
      );
    }
  },
};

export const gatewayModels: readonly Model[] = [internetGateway, eip, natGateway];
