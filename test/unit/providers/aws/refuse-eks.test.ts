import { clusterInputs, T, trust, valid } from "./fixtures";
import { arn, refuses } from "./refusals";
import type { Case } from "./refusals";

const cases: readonly Case[] = [
  ["a cluster name of 101 characters", T.cluster, { name: "c".repeat(101) }, /1 to 100/],
  ["two clusters of one name", T.cluster, { name: "main" }, /Cluster already exists/],
  ["a version that EKS does not run", T.cluster, { version: "1.29" }, /must be one of/],
  ["a version with a patch", T.cluster, { version: "1.36.1" }, /must be one of/],
  ["an unknown log type", T.cluster, { enabledClusterLogTypes: ["audits"] }, /must be one of api, audit/],
  [
    "compute without load balancing",
    T.cluster,
    { computeConfig: { enabled: true } },
    /must all be set to either true or false/,
  ],
  [
    "Auto Mode with AWS's own add-ons",
    T.cluster,
    {
      computeConfig: { enabled: true },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
      bootstrapSelfManagedAddons: true,
    },
    /must be false with EKS Auto Mode/,
  ],
  [
    "node pools without a role",
    T.cluster,
    {
      computeConfig: { enabled: true, nodePools: ["system"] },
      storageConfig: { blockStorage: { enabled: true } },
      kubernetesNetworkConfig: { elasticLoadBalancing: { enabled: true } },
    },
    /nodeRoleArn and nodePools go together/,
  ],
  [
    "a cluster that nobody reaches",
    T.cluster,
    ({ a, b }) => ({
      vpcConfig: { subnetIds: [a.id, b.id], endpointPublicAccess: false },
    }),
    /endpoint access cannot be false/,
  ],
  [
    "a cluster in one zone",
    T.cluster,
    ({ a }) => ({ vpcConfig: { subnetIds: [a.id] } }),
    /at least two different AZs/,
  ],
  [
    "a subnet that is not there",
    T.cluster,
    ({ a }) => ({ vpcConfig: { subnetIds: [a.id, "subnet-0"] } }),
    /vpcConfig\.subnetIds\[1\] names subnet-0/,
  ],
  [
    "services outside of private blocks",
    T.cluster,
    { kubernetesNetworkConfig: { serviceIpv4Cidr: "100.64.0.0/16" } },
    /must lie in/,
  ],
  [
    "services that overlap the VPC",
    T.cluster,
    { kubernetesNetworkConfig: { serviceIpv4Cidr: "10.0.0.0/20" } },
    /overlaps with the VPC/,
  ],
  [
    "a cluster role that trusts EC2",
    T.cluster,
    ({ nodeRole }) => ({ roleArn: arn(nodeRole) }),
    /does not name eks\.amazonaws\.com/,
  ],
  [
    "a cluster role without its policy",
    T.cluster,
    async ({ engine }) => ({
      roleArn: arn(await engine.create(T.role, "bare", { assumeRolePolicy: trust("eks.amazonaws.com") })),
    }),
    /AmazonEKSClusterPolicy must be attached/,
  ],
  [
    "a key that is not there",
    T.cluster,
    { encryptionConfig: { provider: { keyArn: "arn:aws:kms:x" }, resources: ["secrets"] } },
    /encryptionConfig\.provider\.keyArn names/,
  ],
  [
    "encryption of something else",
    T.cluster,
    ({ key }) => ({ encryptionConfig: { provider: { keyArn: arn(key) }, resources: ["pods"] } }),
    /must be one of secrets/,
  ],
  [
    "the config map without its creator",
    T.cluster,
    { accessConfig: { authenticationMode: "CONFIG_MAP", bootstrapClusterCreatorAdminPermissions: false } },
    /must be true if/,
  ],
  [
    "an entry for no IAM principal",
    T.accessEntry,
    { principalArn: "platform" },
    /must be the ARN of an IAM role or user/,
  ],
  [
    "an entry into a system group",
    T.accessEntry,
    { kubernetesGroups: ["system:masters"] },
    /cannot start with system:/,
  ],
  [
    "an entry of nodes with groups",
    T.accessEntry,
    { type: "EC2", kubernetesGroups: ["x"] },
    /takes no kubernetesGroups/,
  ],
  [
    "an entry into a cluster that is not there",
    T.accessEntry,
    { clusterName: "gone" },
    /which does not exist/,
  ],
  [
    "an entry into a cluster with the config map",
    T.accessEntry,
    async ({ engine, clusterRole, a, b }) => {
      await engine.create(
        T.cluster,
        "old",
        clusterInputs(clusterRole, [a, b], {
          name: "old",
          accessConfig: { authenticationMode: "CONFIG_MAP" },
        }),
      );
      return { clusterName: "old" };
    },
    /authentication mode must be set/,
  ],
  [
    "a principal admitted twice",
    T.accessEntry,
    async (w) => {
      await w.engine.create(T.accessEntry, "one", valid(w)[T.accessEntry] ?? {});
      return {};
    },
    /already in use on this cluster/,
  ],
  [
    "an access policy that is none",
    T.accessPolicy,
    { policyArn: "arn:aws:eks::aws:cluster-access-policy/Admin" },
    /EKS cluster access policy/,
  ],
  [
    "an access policy without an entry",
    T.accessPolicy,
    { principalArn: "arn:aws:iam::123456789012:role/Nobody" },
    /principalArn could not be found/,
  ],
  [
    "a scope of namespaces without any",
    T.accessPolicy,
    { accessScope: { type: "namespace" } },
    /goes with the type namespace/,
  ],
  [
    "a pod role that trusts EC2",
    T.podIdentity,
    ({ nodeRole }) => ({ roleArn: arn(nodeRole) }),
    /does not allow pods\.eks\.amazonaws\.com sts:AssumeRole/,
  ],
  [
    "a pod role that may not tag",
    T.podIdentity,
    async ({ engine }) => ({
      roleArn: arn(
        await engine.create(T.role, "untagged", { assumeRolePolicy: trust("pods.eks.amazonaws.com") }),
      ),
    }),
    /does not allow pods\.eks\.amazonaws\.com sts:TagSession/,
  ],
  [
    "a service account associated twice",
    T.podIdentity,
    async (w) => {
      await w.engine.create(T.podIdentity, "one", valid(w)[T.podIdentity] ?? {});
      return {};
    },
    /Association already exists/,
  ],
  ["a namespace that cannot be one", T.podIdentity, { namespace: "App" }, /must be the name of a namespace/],
  ["an add-on that is none", T.addon, { addonName: "metric-server" }, /must be one of vpc-cni/],
  [
    "an add-on version without its build",
    T.addon,
    { addonVersion: "v0.8.0" },
    /must look like v1\.12\.3-eksbuild\.1/,
  ],
  [
    "an add-on twice",
    T.addon,
    async (w) => {
      await w.engine.create(T.addon, "one", valid(w)[T.addon] ?? {});
      return {};
    },
    /Addon already exists/,
  ],
  [
    "fewer nodes than the minimum",
    T.nodeGroup,
    { scalingConfig: { minSize: 2, maxSize: 3, desiredSize: 1 } },
    /less than minimum size 2/,
  ],
  [
    "more nodes than the maximum",
    T.nodeGroup,
    { scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 3 } },
    /greater than max size 2/,
  ],
  [
    "a minimum above the maximum",
    T.nodeGroup,
    { scalingConfig: { minSize: 4, maxSize: 3, desiredSize: 4 } },
    /Minimum capacity 4/,
  ],
  [
    "both kinds of update limit",
    T.nodeGroup,
    { updateConfig: { maxUnavailable: 1, maxUnavailablePercentage: 10 } },
    /exactly one of maxUnavailable/,
  ],
  ["a disk beside the template", T.nodeGroup, { diskSize: 50 }, /within the launch template/],
  [
    "a template version that is not there",
    T.nodeGroup,
    ({ template }) => ({ launchTemplate: { id: template.id, version: "2" } }),
    /has no version 2/,
  ],
  [
    "a node role that trusts EKS",
    T.nodeGroup,
    ({ clusterRole }) => ({ nodeRoleArn: arn(clusterRole) }),
    /\[ec2\.amazonaws\.com\] were not found/,
  ],
  ["an image that is retired", T.nodeGroup, { amiType: "AL2_x86_64" }, /must be one of AL2023/],
  ["nodes newer than their cluster", T.nodeGroup, { version: "1.37" }, /is newer than the cluster's 1\.36/],
  [
    "two node groups of one name",
    T.nodeGroup,
    async (w) => {
      await w.engine.create(T.nodeGroup, "one", valid(w)[T.nodeGroup] ?? {});
      return {};
    },
    /NodeGroup already exists/,
  ],
];

refuses("EKS", cases);
