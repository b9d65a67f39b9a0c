import * as assert from "node:assert/strict";
import { versions } from "../../../components/common/versions";
import { KEY, network, recordCluster } from "./fixtures";

const CLUSTER = "aws:eks/cluster:Cluster";
const ADDON = "aws:eks/addon:Addon";
const ROLE = "aws:iam/role:Role";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

describe("EksCluster on Auto Mode", () => {
  it("makes exactly these resources", async () => {
    assert.deepEqual((await recordCluster()).counts(), {
      "slipway:cluster:EksCluster": 1,
      [ROLE]: 2,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 7,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      [CLUSTER]: 1,
      "aws:eks/accessEntry:AccessEntry": 2,
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 2,
      "pulumi:providers:kubernetes": 1,
      "kubernetes:core/v1:ConfigMap": 1,
      "kubernetes:eks.amazonaws.com/v1:NodeClass": 1,
      "kubernetes:karpenter.sh/v1:NodePool": 1,
      [ADDON]: 1,
      [CLASS]: 1,
    });
  });

  it("switches compute, load balancing and storage on together, without a built-in node pool", async () => {
    const { inputs } = (await recordCluster()).one(CLUSTER);
    assert.deepEqual(inputs["computeConfig"], { enabled: true, nodePools: [] });
    assert.deepEqual(inputs["storageConfig"], { blockStorage: { enabled: true } });
    assert.deepEqual(inputs["kubernetesNetworkConfig"], {
      ipFamily: "ipv4",
      serviceIpv4Cidr: "172.20.0.0/16",
      elasticLoadBalancing: { enabled: true },
    });
  });

  it("gives control plane and nodes just the policies of Auto Mode", async () => {
    const made = await recordCluster();
    const policies = made
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .map(({ inputs }) => String(inputs["policyArn"]).replace("arn:aws:iam::aws:policy/", ""));
    assert.deepEqual(policies.sort(), [
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSBlockStoragePolicy",
      "AmazonEKSClusterPolicy",
      "AmazonEKSComputePolicy",
      "AmazonEKSLoadBalancingPolicy",
      "AmazonEKSNetworkingPolicy",
      "AmazonEKSWorkerNodeMinimalPolicy",
    ]);
    const trust = JSON.parse(made.one(ROLE, "platform-cluster-role").inputs["assumeRolePolicy"] as string);
    assert.deepEqual(trust.Statement[0].Action, ["sts:AssumeRole", "sts:TagSession"]);
  });

  it("starts nodes in private subnets with our groups, key, limits and enforced network policies", async () => {
    const made = await recordCluster();
    const nodeClass = made.one("kubernetes:eks.amazonaws.com/v1:NodeClass");
    assert.deepEqual(nodeClass.inputs["spec"], {
      role: "platform-node-role",
      subnetSelectorTerms: [
        { id: "subnet-private-a" },
        { id: "subnet-private-b" },
        { id: "subnet-private-c" },
      ],
      securityGroupSelectorTerms: [
        { id: "sg-cluster" },
        { id: "sg-app" },
        { id: "sg-metrics" },
        { id: "sg-cache" },
        { id: "sg-database" },
      ],
      networkPolicy: "DefaultAllow",
      ephemeralStorage: { size: "80Gi", kmsKeyID: KEY },
    });
    const nodePool = made.one("kubernetes:karpenter.sh/v1:NodePool");
    const { template, limits } = nodePool.inputs["spec"];
    assert.deepEqual(limits, { cpu: "64", memory: "256Gi" });
    assert.equal(template.spec.nodeClassRef.name, "apps");
    assert.deepEqual(template.spec.requirements[0], {
      key: "kubernetes.io/arch",
      operator: "In",
      values: ["amd64"],
    });
    assert.equal(template.spec.expireAfter, "336h");
    const networkPolicies = made.one("kubernetes:core/v1:ConfigMap");
    assert.deepEqual(networkPolicies.inputs["data"], { "enable-network-policy-controller": "true" });
    assert.ok(nodePool.dependsOn.includes(networkPolicies.urn));
  });

  it("lets its nodes join as EC2 before a node class asks for one", async () => {
    const made = await recordCluster();
    assert.equal(made.one("aws:eks/accessEntry:AccessEntry", "platform-nodes").inputs["type"], "EC2");
    const association = made.one(
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
      "platform-nodes-policy",
    );
    assert.match(association.inputs["policyArn"] as string, /\/AmazonEKSAutoNodePolicy$/);
    assert.ok(made.one("kubernetes:eks.amazonaws.com/v1:NodeClass").dependsOn.includes(association.urn));
  });

  it("adds metrics-server alone, after the nodes that it runs on", async () => {
    const made = await recordCluster();
    const addon = made.one(ADDON);
    assert.equal(addon.inputs["addonName"], "metrics-server");
    assert.equal(addon.inputs["addonVersion"], versions.eksAddons["1.36"]["metrics-server"]);
    assert.ok(addon.dependsOn.includes(made.one("kubernetes:karpenter.sh/v1:NodePool").urn));
  });

  it("tells where DNS is: a service address, which moves when the VPC takes the usual block", async () => {
    assert.deepEqual((await recordCluster()).result.dns, { kind: "address", cidr: "172.20.0.10/32" });
    const made = await recordCluster({ network: network("172.16.0.0/12") });
    assert.deepEqual(made.result.dns, { kind: "address", cidr: "10.100.0.10/32" });
    assert.equal(made.one(CLUSTER).inputs["kubernetesNetworkConfig"].serviceIpv4Cidr, "10.100.0.0/16");
  });
});
