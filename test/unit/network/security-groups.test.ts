import assert from "node:assert/strict";
import { PROXY_PORTS } from "../../../components/common/gateway-api";
import { Network } from "../../../components/network/network";
import { flows, roles, rulesOf } from "../../../components/network/rules";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

function build(): Promise<Recording<Network>> {
  return record(
    () =>
      new Network("network", {
        displayName: "slipway-test",
        cidr: "10.0.0.0/16",
        zones: ["eu-central-1a", "eu-central-1b"],
        nat: "none",
        interfaceEndpoints: true,
        accountId: "111122223333",
        kmsKeyArn: "arn:key",
      }),
    {
      outputs: ({ type }) =>
        type === "aws:cloudwatch/logGroup:LogGroup" ? { arn: "arn:logs" } : { arn: "arn" },
    },
  );
}

/** `edge 80 from 0.0.0.0/0`, for each rule of a type. */
function rules(recording: Recording<Network>, type: string): string[] {
  return recording
    .ofType(type)
    .map(({ inputs }) => {
      assert.equal(inputs["ipProtocol"], "tcp");
      assert.equal(inputs["fromPort"], inputs["toPort"]);
      const group = String(inputs["securityGroupId"]).replace(/^network-(.*)-id$/, "$1");
      const peer = String(inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"]);
      return `${group} ${inputs["fromPort"] as number} ${peer.replace(/^network-(.*)-id$/, "$1")}`;
    })
    .sort();
}

describe("security groups of the network", () => {
  it("let in exactly what each role serves", async () => {
    assert.deepEqual(rules(await build(), INGRESS), [
      "app 10080 edge",
      "app 10443 edge",
      "app 8080 edge",
      "cache 6379 app",
      "database 5432 app",
      "edge 443 0.0.0.0/0",
      "edge 80 0.0.0.0/0",
      "endpoints 443 10.0.0.0/16",
      "metrics 9090 app",
    ]);
  });

  it("let out exactly what each role calls", async () => {
    assert.deepEqual(rules(await build(), EGRESS), [
      "app 443 0.0.0.0/0",
      "app 5432 database",
      "app 6379 cache",
      "app 9090 metrics",
      "edge 10080 app",
      "edge 10443 app",
      "edge 8080 app",
    ]);
  });

  it("hold no rule of their own: each rule is a resource with a description that AWS takes", async () => {
    const recording = await build();
    for (const { inputs } of recording.ofType("aws:ec2/securityGroup:SecurityGroup")) {
      assert.equal("ingress" in inputs || "egress" in inputs, false);
      assert.match(inputs["description"] as string, /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/);
    }
    const all = [...recording.ofType(INGRESS), ...recording.ofType(EGRESS)];
    assert.equal(all.length, 16);
    for (const { inputs } of all) {
      assert.match(inputs["description"] as string, /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/);
    }
  });

  it("open nothing but 80 and 443 to the internet, and those at the edge only", async () => {
    const open = (await build()).ofType(INGRESS).filter(({ inputs }) => inputs["cidrIpv4"] === "0.0.0.0/0");
    assert.deepEqual(
      open.map(({ inputs }) => inputs["fromPort"] as number).sort((a, b) => a - b),
      [80, 443],
    );
    for (const { inputs } of open) assert.equal(inputs["securityGroupId"], "network-edge-id");
  });

  it("leave the default group without a rule", async () => {
    const { inputs } = (await build()).one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup");
    assert.deepEqual(inputs["ingress"], []);
    assert.deepEqual(inputs["egress"], []);
    assert.equal(inputs["vpcId"], "network-vpc-id");
  });

  it("are each attached here or handed to others", async () => {
    const recording = await build();
    const { result } = recording;
    const handed = await Promise.all(Object.values(result.securityGroupIds).map(value));
    const attached = recording
      .ofType("aws:ec2/vpcEndpoint:VpcEndpoint")
      .flatMap(({ inputs }) => (inputs["securityGroupIds"] as string[] | undefined) ?? []);
    const groups = recording.ofType("aws:ec2/securityGroup:SecurityGroup").map(({ name }) => `${name}-id`);
    assert.deepEqual([...new Set([...handed, ...attached])].sort(), [...groups].sort());
    for (const role of Object.keys(roles)) assert.ok(handed.includes(`network-${role}-id`), role);
  });
});

describe("rules of the flows", () => {
  it("open both ends of a flow between groups, and one end towards the internet", () => {
    const list = rulesOf([
      { from: "edge", to: "app", port: 8080, description: "x" },
      { from: "internet", to: "edge", port: 443, description: "y" },
      { from: "app", to: "internet", port: 443, description: "z" },
    ]);
    assert.deepEqual(
      list.map(({ key, group, peer }) => [key, group, peer]),
      [
        ["app-ingress-8080-from-edge", "app", "edge"],
        ["edge-egress-8080-to-app", "edge", "app"],
        ["edge-ingress-443-from-internet", "edge", "internet"],
        ["app-egress-443-to-internet", "app", "internet"],
      ],
    );
  });

  it("let the load balancers reach every port on which the gateway's proxies listen", () => {
    const ports = flows.filter(({ from, to }) => from === "edge" && to === "app").map(({ port }) => port);
    for (const port of Object.values(PROXY_PORTS)) assert.ok(ports.includes(port), String(port));
  });

  it("have a key of their own each, and touch every role", () => {
    const list = rulesOf(flows);
    assert.equal(new Set(list.map(({ key }) => key)).size, list.length);
    assert.deepEqual([...new Set(list.map(({ group }) => group))].sort(), Object.keys(roles).sort());
  });
});
