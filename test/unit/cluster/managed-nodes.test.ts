import * as assert from "node:assert/strict";
import { versions } from "../../../components/common/versions";
import { KEY, recordCluster } from "./fixtures";

const CLUSTER = "aws:eks/cluster:Cluster";
const ADDON = "aws:eks/addon:Addon";
const ROLE = "aws:iam/role:Role";
const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const RELEASE = "kubernetes:helm.sh/v3:Release";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

describe("EksCluster on managed nodes", () => {
  it("makes exactly these resources", async () => {
    assert.deepEqual((await recordCluster({ compute: "managed" })).counts(), {
      "slipway:cluster:EksCluster": 1,
      [ROLE]: 5,
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 5,
      "aws:iam/rolePolicy:RolePolicy": 2,
      "aws:eks/podIdentityAssociation:PodIdentityAssociation": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      [CLUSTER]: 1,
      "aws:eks/accessEntry:AccessEntry": 1,
      "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 1,
      "pulumi:providers:kubernetes": 1,
      "aws:ec2/launchTemplate:LaunchTemplate": 1,
      [NODE_GROUP]: 3,
      [ADDON]: 6,
      [CLASS]: 1,
      [RELEASE]: 1,
    });
  });

  it("says nothing of Auto Mode", async () => {
    const made = await recordCluster({ compute: "managed" });
    const { inputs } = made.one(CLUSTER);
    assert.equal(inputs["computeConfig"], undefined);
    assert.equal(inputs["storageConfig"], undefined);
    assert.deepEqual(inputs["kubernetesNetworkConfig"], {
      ipFamily: "ipv4",
      serviceIpv4Cidr: "172.20.0.0/16",
    });
    assert.deepEqual(made.result.dns, { kind: "pods" });
    const trust = JSON.parse(made.one(ROLE, "platform-cluster-role").inputs["assumeRolePolicy"] as string);
    assert.deepEqual(trust.Statement[0].Action, ["sts:AssumeRole"]);
  });

  it("starts nodes without a key pair, with IMDSv2 at one hop, encrypted disks and our groups", async () => {
    const made = await recordCluster({ compute: "managed" });
    const { inputs } = made.one("aws:ec2/launchTemplate:LaunchTemplate");
    assert.deepEqual(inputs["metadataOptions"], {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    assert.deepEqual(inputs["blockDeviceMappings"], [
      {
        deviceName: "/dev/xvda",
        ebs: {
          volumeType: "gp3",
          volumeSize: 80,
          encrypted: "true",
          kmsKeyId: KEY,
          deleteOnTermination: "true",
        },
      },
    ]);
    assert.deepEqual(inputs["vpcSecurityGroupIds"], [
      "sg-cluster",
      "sg-app",
      "sg-metrics",
      "sg-cache",
      "sg-database",
    ]);
    for (const absent of ["keyName", "userData", "imageId", "networkInterfaces"])
      assert.equal(inputs[absent], undefined);
  });

  it("encrypts both disks of Bottlerocket", async () => {
    const made = await recordCluster({
      compute: "managed",
      nodes: {
        limits: { cpu: "1", memory: "1Gi" },
        managed: {
          instanceTypes: ["m7i.large"],
          min: 0,
          max: 1,
          desired: 0,
          diskGib: 50,
          ami: "BOTTLEROCKET_x86_64",
        },
      },
    });
    const disks = made.one("aws:ec2/launchTemplate:LaunchTemplate").inputs["blockDeviceMappings"] as {
      deviceName: string;
      ebs: { volumeSize: number; encrypted: string };
    }[];
    assert.deepEqual(
      disks.map((disk) => [disk.deviceName, disk.ebs.volumeSize, disk.ebs.encrypted]),
      [
        ["/dev/xvda", 4, "true"],
        ["/dev/xvdb", 50, "true"],
      ],
    );
  });

  it("makes a group for each zone that is renewed node by node and left alone by later updates in size", async () => {
    const made = await recordCluster({ compute: "managed" });
    const groups = made.ofType(NODE_GROUP);
    assert.deepEqual(
      groups.map(({ name, inputs }) => [name, inputs["subnetIds"] as string[]]),
      [
        ["platform-nodes-eu-central-1a", ["subnet-private-a"]],
        ["platform-nodes-eu-central-1b", ["subnet-private-b"]],
        ["platform-nodes-eu-central-1c", ["subnet-private-c"]],
      ],
    );
    for (const { inputs, ignoreChanges } of groups) {
      assert.deepEqual(inputs["updateConfig"], { maxUnavailable: 1 });
      assert.deepEqual(inputs["scalingConfig"], { minSize: 1, maxSize: 4, desiredSize: 2 });
      assert.deepEqual(inputs["nodeRepairConfig"], { enabled: true });
      assert.equal(inputs["amiType"], "AL2023_x86_64_STANDARD");
      assert.equal(inputs["launchTemplate"].version, "3");
      assert.deepEqual(ignoreChanges, ["scalingConfig.desiredSize"]);
    }
  });

  it("pins six add-ons as one set, three before the nodes and three after", async () => {
    const made = await recordCluster({ compute: "managed" });
    const addons = made.ofType(ADDON);
    assert.deepEqual(
      Object.fromEntries(addons.map(({ inputs }) => [inputs["addonName"], inputs["addonVersion"]])),
      versions.eksAddons["1.36"],
    );
    const groups = made.ofType(NODE_GROUP).map(({ urn }) => urn);
    const early = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];
    for (const { inputs, urn, dependsOn } of addons) {
      assert.equal(inputs["resolveConflictsOnCreate"], "OVERWRITE");
      const before = early.includes(inputs["addonName"] as string);
      assert.equal(
        made.ofType(NODE_GROUP).every((group) => group.dependsOn.includes(urn)),
        before,
        String(inputs["addonName"]),
      );
      assert.equal(
        groups.every((group) => dependsOn.includes(group)),
        !before,
        String(inputs["addonName"]),
      );
    }
    assert.equal(
      made.one(ADDON, "platform-vpc-cni").inputs["configurationValues"],
      '{"enableNetworkPolicy":"true"}',
    );
  });

  it("gives network and volume rights to the add-ons' service accounts, not to the nodes", async () => {
    const made = await recordCluster({ compute: "managed" });
    assert.deepEqual(made.one(ADDON, "platform-vpc-cni").inputs["podIdentityAssociations"], [
      { serviceAccount: "aws-node", roleArn: "arn:aws:iam::123456789012:role/platform-vpc-cni" },
    ]);
    assert.deepEqual(made.one(ADDON, "platform-aws-ebs-csi-driver").inputs["podIdentityAssociations"], [
      {
        serviceAccount: "ebs-csi-controller-sa",
        roleArn: "arn:aws:iam::123456789012:role/platform-aws-ebs-csi-driver",
      },
    ]);
    assert.equal(made.one(ADDON, "platform-coredns").inputs["podIdentityAssociations"], undefined);
    const ofNodes = made
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ name }) => name.startsWith("platform-node-role-"))
      .map(({ inputs }) => inputs["policyArn"] as string);
    assert.deepEqual(ofNodes, [
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    ]);
  });
});
