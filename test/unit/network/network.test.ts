import assert from "node:assert/strict";
import { Network } from "../../../components/network/network";
import type { NetworkArgs } from "../../../components/network/network";
import { natZones } from "../../../components/network/routing";
import { record, value } from "../../support/recorder";
import type { Recorded, Recording } from "../../support/recorder";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1";
const LOGS = "arn:aws:logs:eu-central-1:111122223333:log-group:/slipway/slipway-test/flow-logs";
const INTERFACES = ["ecr.api", "ecr.dkr", "sts", "logs", "ec2", "eks", "eks-auth"];

const defaults: NetworkArgs = {
  displayName: "slipway-test",
  cidr: "10.0.0.0/16",
  zones: ZONES,
  nat: "perZone",
  interfaceEndpoints: true,
  accountId: "111122223333",
  kmsKeyArn: KEY,
};

function build(change: Partial<NetworkArgs> = {}): Promise<Recording<Network>> {
  return record(() => new Network("network", { ...defaults, ...change }), {
    outputs: ({ type }) => {
      if (type === "aws:cloudwatch/logGroup:LogGroup") return { arn: LOGS };
      return type === "aws:iam/role:Role" ? { arn: "arn:role", name: "role-name" } : {};
    },
  });
}

/** Inputs without the tags, which have cases of their own. */
const untagged = (resource: Recorded): Record<string, unknown> =>
  Object.fromEntries(Object.entries(resource.inputs).filter(([key]) => key !== "tags"));
const named = (list: readonly Recorded[]): string[] => list.map(({ name }) => name).sort();

/** Everything that does not depend on the NAT mode or the endpoints, in three zones. */
const base = {
  "slipway:network:Network": 1,
  "aws:ec2/vpc:Vpc": 1,
  "aws:ec2/subnet:Subnet": 9,
  "aws:ec2/internetGateway:InternetGateway": 1,
  "aws:ec2/routeTable:RouteTable": 5,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 9,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 7,
  "aws:cloudwatch/logGroup:LogGroup": 1,
  "aws:iam/role:Role": 1,
  "aws:iam/rolePolicy:RolePolicy": 1,
  "aws:ec2/flowLog:FlowLog": 1,
};
const closed = {
  "aws:ec2/vpcEndpoint:VpcEndpoint": 2,
  "aws:ec2/securityGroup:SecurityGroup": 5,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 8,
};
const open = {
  "aws:ec2/vpcEndpoint:VpcEndpoint": 9,
  "aws:ec2/securityGroup:SecurityGroup": 6,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 9,
};

describe("Network", () => {
  const cases = [
    { nat: "perZone", interfaceEndpoints: true, gateways: 3, routes: 4 },
    { nat: "perZone", interfaceEndpoints: false, gateways: 3, routes: 4 },
    { nat: "single", interfaceEndpoints: true, gateways: 1, routes: 4 },
    { nat: "single", interfaceEndpoints: false, gateways: 1, routes: 4 },
    { nat: "none", interfaceEndpoints: true, gateways: 0, routes: 1 },
    { nat: "none", interfaceEndpoints: false, gateways: 0, routes: 1 },
  ] as const;
  for (const { nat, interfaceEndpoints, gateways, routes } of cases) {
    it(`creates exactly its resources with NAT ${nat} and interface endpoints ${interfaceEndpoints ? "on" : "off"}`, async () => {
      const recording = await build({ nat, interfaceEndpoints });
      assert.deepEqual(recording.counts(), {
        ...base,
        ...(interfaceEndpoints ? open : closed),
        "aws:ec2/route:Route": routes,
        ...(gateways === 0 ? {} : { "aws:ec2/eip:Eip": gateways, "aws:ec2/natGateway:NatGateway": gateways }),
      });
      assert.equal(new Set(recording.resources.map(({ urn }) => urn)).size, recording.resources.length);
    });
  }

  it("is the parent of all its resources", async () => {
    const { resources } = await build();
    const [component, ...children] = resources;
    assert.equal(component?.type, "slipway:network:Network");
    assert.deepEqual(component.inputs, {}, "args are not copied into the state");
    for (const child of children) {
      assert.equal(child.parent, component.urn, child.name);
      assert.match(child.urn, /::slipway:network:Network\$aws:/);
      assert.ok(child.name.startsWith("network-"), child.name);
    }
  });

  it("makes a VPC with DNS, and subnets that hand out no public address", async () => {
    const recording = await build({ tags: { "slipway:stack": "test" } });
    assert.deepEqual(recording.one("aws:ec2/vpc:Vpc", "network-vpc").inputs, {
      cidrBlock: "10.0.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { "slipway:stack": "test", Name: "slipway-test" },
    });
    assert.deepEqual(recording.one("aws:ec2/subnet:Subnet", "network-private-eu-central-1b").inputs, {
      vpcId: "network-vpc-id",
      cidrBlock: "10.0.16.0/20",
      availabilityZone: "eu-central-1b",
      mapPublicIpOnLaunch: false,
      tags: {
        "slipway:stack": "test",
        Name: "slipway-test-private-eu-central-1b",
        "kubernetes.io/role/internal-elb": "1",
      },
    });
    for (const { inputs } of recording.ofType("aws:ec2/subnet:Subnet")) {
      assert.equal(inputs["mapPublicIpOnLaunch"], false);
    }
  });

  it("tags subnets for the load balancers of the cluster, and data subnets not at all", async () => {
    const recording = await build({ clusterName: "slipway-test" });
    const tagsOf = (tier: string): Record<string, string> => {
      const all = recording.one("aws:ec2/subnet:Subnet", `network-${tier}-eu-central-1a`).inputs[
        "tags"
      ] as Record<string, string>;
      return Object.fromEntries(Object.entries(all).filter(([key]) => key !== "Name"));
    };
    const shared = { "kubernetes.io/cluster/slipway-test": "shared" };
    assert.deepEqual(tagsOf("public"), { "kubernetes.io/role/elb": "1", ...shared });
    assert.deepEqual(tagsOf("private"), { "kubernetes.io/role/internal-elb": "1", ...shared });
    assert.deepEqual(tagsOf("data"), {});
  });

  const targets = (recording: Recording<Network>): Record<string, string> =>
    Object.fromEntries(
      recording.ofType("aws:ec2/route:Route").map(({ name, inputs }) => {
        assert.equal(inputs["destinationCidrBlock"], "0.0.0.0/0");
        assert.equal(inputs["routeTableId"], `${name}-id`, "a route lies in the table of its own name");
        return [name, String(inputs["gatewayId"] ?? inputs["natGatewayId"])];
      }),
    );
  const way = { "network-public": "network-internet-id" };

  it("routes each private subnet through the gateway of its own zone with NAT perZone", async () => {
    const recording = await build({ nat: "perZone" });
    assert.deepEqual(targets(recording), {
      ...way,
      ...Object.fromEntries(ZONES.map((zone) => [`network-private-${zone}`, `network-nat-${zone}-id`])),
    });
    const gateway = recording.one("aws:ec2/natGateway:NatGateway", "network-nat-eu-central-1c");
    assert.equal(gateway.inputs["subnetId"], "network-public-eu-central-1c-id");
    assert.equal(gateway.inputs["allocationId"], "network-nat-eu-central-1c-id");
    const internet = recording.one("aws:ec2/internetGateway:InternetGateway").urn;
    assert.ok(gateway.dependsOn.includes(internet));
    assert.ok(recording.one("aws:ec2/eip:Eip", "network-nat-eu-central-1c").dependsOn.includes(internet));
  });

  it("routes all private subnets through the first zone by name with NAT single", async () => {
    const recording = await build({ nat: "single", zones: ["eu-central-1c", "eu-central-1a"] });
    assert.deepEqual(targets(recording), {
      ...way,
      "network-private-eu-central-1a": "network-nat-eu-central-1a-id",
      "network-private-eu-central-1c": "network-nat-eu-central-1a-id",
    });
    assert.equal(
      recording.one("aws:ec2/natGateway:NatGateway").inputs["subnetId"],
      "network-public-eu-central-1a-id",
    );
  });

  it("gives private subnets no way out with NAT none", async () => {
    assert.deepEqual(targets(await build({ nat: "none" })), way);
  });

  it("keeps tables, subnets and associations as they are when the NAT mode changes", async () => {
    const lasting = async (nat: NetworkArgs["nat"]): Promise<unknown> =>
      (await build({ nat })).resources
        .filter(({ type }) => /Subnet|RouteTable|VpcEndpoint/.test(type))
        .map(({ urn, inputs }) => ({ urn, inputs }))
        .sort((a, b) => a.urn.localeCompare(b.urn));
    const perZone = await lasting("perZone");
    assert.deepEqual(await lasting("single"), perZone);
    assert.deepEqual(await lasting("none"), perZone);
  });

  it("ties every subnet to the table of its tier", async () => {
    const recording = await build();
    const ties = recording.ofType("aws:ec2/routeTableAssociation:RouteTableAssociation");
    assert.deepEqual(
      Object.fromEntries(ties.map(({ inputs }) => [inputs["subnetId"], inputs["routeTableId"]])),
      Object.fromEntries(
        ZONES.flatMap((zone) => [
          [`network-public-${zone}-id`, "network-public-id"],
          [`network-private-${zone}-id`, `network-private-${zone}-id`],
          [`network-data-${zone}-id`, "network-data-id"],
        ]),
      ),
    );
  });

  it("gives private and data tables the ways to S3 and DynamoDB", async () => {
    const recording = await build({ interfaceEndpoints: false });
    for (const service of ["s3", "dynamodb"]) {
      const { inputs } = recording.one("aws:ec2/vpcEndpoint:VpcEndpoint", `network-${service}`);
      assert.equal(inputs["vpcEndpointType"], "Gateway");
      assert.equal(inputs["serviceName"], `com.amazonaws.eu-central-1.${service}`);
      assert.deepEqual(inputs["routeTableIds"], [
        ...ZONES.map((zone) => `network-private-${zone}-id`),
        "network-data-id",
      ]);
    }
  });

  it("makes the interface endpoints private, in every zone, behind a group that only the VPC reaches", async () => {
    const recording = await build();
    for (const service of INTERFACES) {
      const { tags, ...inputs } = recording.one(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        `network-${service}`,
      ).inputs;
      assert.deepEqual(tags, { Name: `slipway-test-${service}` });
      assert.deepEqual(inputs, {
        vpcId: "network-vpc-id",
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.eu-central-1.${service}`,
        subnetIds: ZONES.map((zone) => `network-private-${zone}-id`),
        securityGroupIds: ["network-endpoints-id"],
        privateDnsEnabled: true,
      });
    }
    const rules = recording.resources.filter(
      ({ inputs }) => inputs["securityGroupId"] === "network-endpoints-id",
    );
    assert.deepEqual(named(rules), ["network-endpoints-ingress-443-from-vpc"]);
    assert.equal(rules[0]?.inputs["cidrIpv4"], "10.0.0.0/16");
    assert.equal(rules[0].inputs["fromPort"], 443);
  });

  it("records all traffic in an encrypted log group for 30 days", async () => {
    const recording = await build();
    const group = untagged(recording.one("aws:cloudwatch/logGroup:LogGroup"));
    assert.deepEqual(group, { name: "/slipway/slipway-test/flow-logs", retentionInDays: 30, kmsKeyId: KEY });
    const log = untagged(recording.one("aws:ec2/flowLog:FlowLog"));
    assert.deepEqual(log, {
      vpcId: "network-vpc-id",
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: LOGS,
      iamRoleArn: "arn:role",
    });
    const other = await build({ flowLogRetentionDays: 90 });
    assert.equal(other.one("aws:cloudwatch/logGroup:LogGroup").inputs["retentionInDays"], 90);
  });

  it("lets only the flow logs of this account write, and only to their own group", async () => {
    const recording = await build();
    const trust = JSON.parse(recording.one("aws:iam/role:Role").inputs["assumeRolePolicy"] as string);
    assert.deepEqual(trust.Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": "arn:aws:ec2:eu-central-1:111122223333:vpc-flow-log/*" },
        },
      },
    ]);
    const { inputs } = recording.one("aws:iam/rolePolicy:RolePolicy");
    const [statement, ...others] = JSON.parse(inputs["policy"] as string).Statement;
    assert.deepEqual(others, []);
    assert.deepEqual(statement.Resource, [LOGS, `${LOGS}:*`]);
    assert.ok(!(statement.Action as string[]).some((action) => action.includes("*")));
  });

  it("protects the VPC and the subnets when asked to, and nothing else", async () => {
    const { resources } = await build({ protect: true });
    for (const { type, name, protect } of resources) {
      assert.equal(protect, /:(Vpc|Subnet)$/.test(type), name);
    }
    assert.ok((await build()).resources.every(({ protect }) => !protect));
  });

  it("tells other layers ids in the order of the zones", async () => {
    const { result } = await build({ zones: ["eu-central-1b", "eu-central-1a"] });
    assert.deepEqual(result.zones, ["eu-central-1b", "eu-central-1a"]);
    assert.equal(result.cidr, "10.0.0.0/16");
    assert.deepEqual(result.dataCidrs, ["10.0.164.0/22", "10.0.160.0/22"]);
    const first = (ids: Network["publicSubnetIds"]): Promise<string> => value(ids[0]!);
    assert.equal(await value(result.vpcId), "network-vpc-id");
    assert.equal(await first(result.publicSubnetIds), "network-public-eu-central-1b-id");
    assert.equal(await first(result.privateSubnetIds), "network-private-eu-central-1b-id");
    assert.equal(await first(result.dataSubnetIds), "network-data-eu-central-1b-id");
  });

  const refused: readonly (readonly [string, Partial<NetworkArgs>, RegExp])[] = [
    ["a public block", { cidr: "8.8.0.0/16" }, /no private block/],
    ["one zone", { zones: ["eu-central-1a"] }, /1 zones are named/],
    [
      "a retention that CloudWatch lacks",
      { flowLogRetentionDays: 31 },
      /cannot keep logs for 31 days; allowed: 1, 3, 5/,
    ],
    [
      "a name that no log group can have",
      { displayName: "slipway test" },
      /cannot be the name of a thing of the kind logGroup/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what} before anything exists`, async () => {
      const recording = await record(() => {
        assert.throws(() => new Network("network", { ...defaults, ...change }), {
          name: "SlipwayError",
          message,
        });
      });
      assert.deepEqual(recording.resources, []);
    });
  }
});

describe("zones with a NAT gateway", () => {
  it("are all, the first by name, or none", () => {
    assert.deepEqual(natZones("perZone", ["b", "a"]), ["b", "a"]);
    assert.deepEqual(natZones("single", ["b", "a"]), ["a"]);
    assert.deepEqual(natZones("none", ["b", "a"]), []);
  });
});
