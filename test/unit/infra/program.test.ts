import assert from "node:assert/strict";
import { imagesOfAll } from "../../../infra/images";
import { admissionRules } from "../../../components/security/admission";
import { readPackConfig } from "../../../infra/policies";
import { systems } from "../../../infra/systems";
import { rules } from "../../../policies/rules";
import { byIdentity, countedApart, identities, runProgram, theProgram } from "../../support/program";
import type { Program, StackConfig } from "../../support/program";
import { value } from "../../support/recorder";

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const onlyDaira: StackConfig = { "slipway:systems": ["daira"] };

// A repository for each image of each system there is, and for both of the platform's own.
const repositories = imagesOfAll(Object.values(systems)).length + 2;

/** What the edge and DAIRA's services are made of, in every stage. */
const aboveTheCluster = {
  "slipway:edge:Edge": 1,
  "slipway:system:System": 1,
  "slipway:workload:Workload": 2,
  // The migration of the database.
  "slipway:workload:Job": 1,
  "kubernetes:batch/v1:Job": 1,
  "slipway:workload:PriorityClasses": 1,
  "pulumi:providers:kubernetes": 1,
  "kubernetes:scheduling.k8s.io/v1:PriorityClass": 4,
  "kubernetes:core/v1:ResourceQuota": 1,
  "kubernetes:core/v1:LimitRange": 1,
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": 2,
  "kubernetes:apps/v1:Deployment": 2,
  "kubernetes:cert-manager.io/v1:ClusterIssuer": 1,
  "kubernetes:gateway.networking.k8s.io/v1:GatewayClass": 1,
  "kubernetes:gateway.networking.k8s.io/v1:Gateway": 1,
  "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy": 1,
  "kubernetes:gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy": 1,
  // One is of the route by which pages report what they measure.
  "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy": 5,
};

/** With its stores in the cluster, each with an authority, a certificate, and passwords of its own. */
const withStores = {
  ...aboveTheCluster,
  "slipway:data:Store": 2,
  "random:index/randomPassword:RandomPassword": 6,
  "kubernetes:core/v1:ServiceAccount": 5,
  "kubernetes:core/v1:Secret": 5,
  "kubernetes:core/v1:Service": 6,
  "kubernetes:core/v1:PersistentVolumeClaim": 2,
  "kubernetes:apps/v1:StatefulSet": 2,
  "kubernetes:cert-manager.io/v1:Issuer": 4,
  "kubernetes:cert-manager.io/v1:Certificate": 5,
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": 4,
};

const local = {
  ...withStores,
  "slipway:cluster:ExistingCluster": 1,
  "slipway:registry:ExternalRegistry": 1,
  "docker:index/image:Image": 1,
  "kubernetes:core/v1:Namespace": 4,
  "kubernetes:core/v1:ConfigMap": 1,
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": 19,
  "kubernetes:helm.sh/v3:Release": 2,
};

const onAws = {
  // On a laptop one pod of each service may run, over which a budget would say nothing.
  "kubernetes:policy/v1:PodDisruptionBudget": 2,
  "docker:index/image:Image": 2,
  // external-dns is one more.
  "kubernetes:core/v1:Namespace": 5,
  "kubernetes:helm.sh/v3:Release": 3,
  "pulumi:providers:aws": 1,
  "slipway:security:EncryptionKey": 3,
  "slipway:network:Network": 1,
  "slipway:cluster:EksCluster": 1,
  "slipway:registry:ImageRegistry": 1,
  "slipway:edge:LoadBalancer": 1,
  "aws:kms/key:Key": 3,
  "aws:kms/alias:Alias": 3,
  "aws:ec2/vpc:Vpc": 1,
  "aws:ec2/subnet:Subnet": 9,
  "aws:ec2/internetGateway:InternetGateway": 1,
  "aws:ec2/eip:Eip": 1,
  "aws:ec2/natGateway:NatGateway": 1,
  "aws:ec2/routeTable:RouteTable": 5,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": 9,
  "aws:ec2/route:Route": 4,
  "aws:ec2/vpcEndpoint:VpcEndpoint": 2,
  "aws:ec2/flowLog:FlowLog": 1,
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
  [GROUP]: 5,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 8,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 7,
  "aws:cloudwatch/logGroup:LogGroup": 2,
  "aws:iam/role:Role": 6,
  "aws:iam/rolePolicy:RolePolicy": 5,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 7,
  "aws:ecr/repository:Repository": repositories,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": repositories,
  "aws:eks/cluster:Cluster": 1,
  "aws:eks/accessEntry:AccessEntry": 3,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": 3,
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": 3,
  "aws:eks/addon:Addon": 1,
  "aws:lb/loadBalancer:LoadBalancer": 1,
  "kubernetes:storage.k8s.io/v1:StorageClass": 1,
  "kubernetes:eks.amazonaws.com/v1:NodeClass": 1,
  "kubernetes:karpenter.sh/v1:NodePool": 1,
  // Where logs are kept, under a key of its own, with a role for Loki.
  "slipway:cluster:WorkloadRole": 1,
  "slipway:data:Bucket": 1,
  "aws:s3/bucket:Bucket": 1,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": 1,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": 1,
  "aws:s3/bucketPolicy:BucketPolicy": 1,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": 1,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": 1,
  "aws:s3/bucketVersioning:BucketVersioning": 1,
};

const staging = {
  ...withStores,
  ...onAws,
  "kubernetes:core/v1:ConfigMap": 2,
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": 24,
  // A network load balancer, which hands on both ports.
  "aws:lb/listener:Listener": 2,
  "aws:lb/targetGroup:TargetGroup": 2,
  "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": 2,
};

const production = {
  ...aboveTheCluster,
  ...onAws,
  // A NAT gateway a zone, and private endpoints with a group of their own.
  "aws:ec2/eip:Eip": 3,
  "aws:ec2/natGateway:NatGateway": 3,
  "aws:ec2/vpcEndpoint:VpcEndpoint": 9,
  // One more is that of OpenSearch, where traces are kept.
  [GROUP]: 7,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 10,
  "slipway:monitoring:TraceStore": 1,
  "aws:opensearch/domain:Domain": 1,
  // An application load balancer, which ends TLS, behind a firewall with a log.
  "aws:acm/certificate:Certificate": 1,
  "aws:wafv2/webAcl:WebAcl": 1,
  "aws:wafv2/webAclAssociation:WebAclAssociation": 1,
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
  "aws:cloudwatch/logGroup:LogGroup": 3,
  "aws:lb/listener:Listener": 2,
  "aws:lb/listenerCertificate:ListenerCertificate": 1,
  "aws:acm/certificateValidation:CertificateValidation": 1,
  "aws:route53/record:Record": 1,
  "aws:lb/targetGroup:TargetGroup": 1,
  "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": 1,
  "kubernetes:cert-manager.io/v1:Certificate": 1,
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": 4,
  // Stores are managed ones, and their secrets of record stand in Secrets Manager, under a key of their own.
  "slipway:data:ManagedStore": 2,
  "slipway:security:EncryptionKey": 4,
  "aws:kms/key:Key": 4,
  "aws:kms/alias:Alias": 4,
  "aws:rds/instance:Instance": 1,
  "aws:rds/parameterGroup:ParameterGroup": 1,
  "aws:rds/subnetGroup:SubnetGroup": 1,
  "aws:elasticache/replicationGroup:ReplicationGroup": 1,
  "aws:elasticache/parameterGroup:ParameterGroup": 1,
  "aws:elasticache/subnetGroup:SubnetGroup": 1,
  "aws:elasticache/user:User": 1,
  "aws:elasticache/userGroup:UserGroup": 1,
  "aws:secretsmanager/secret:Secret": 4,
  "aws:secretsmanager/secretVersion:SecretVersion": 4,
  "random:index/randomPassword:RandomPassword": 4,
  // An exporter for each managed store.
  "kubernetes:apps/v1:Deployment": 4,
  "kubernetes:core/v1:ServiceAccount": 5,
  "kubernetes:core/v1:Secret": 5,
  "kubernetes:core/v1:Service": 2,
  "kubernetes:core/v1:ConfigMap": 1,
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": 24,
};

/** A policy of each rule that the API server can hold, with a second binding where it refuses in most namespaces. */
function admission(stage: string): Readonly<Record<string, number>> {
  const held = admissionRules(rules);
  const config = readPackConfig(stage) as Readonly<Record<string, string | { enforcementLevel?: string }>>;
  const refusing = held.filter(({ name, level }) => {
    const own = config[name];
    return ((typeof own === "object" ? own.enforcementLevel : own) ?? level) === "mandatory";
  });
  const policy = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
  return {
    "slipway:security:AdmissionPolicies": 1,
    [policy]: held.length,
    [`${policy}Binding`]: held.length + refusing.length,
  };
}

/** Ids of the groups that a network interface, a node or a load balancer is told to carry. */
function attachedGroups(made: Program): ReadonlySet<string> {
  const text = (inputs: unknown): string[] =>
    JSON.stringify(inputs).match(/(?:network|telemetry)-[\w-]+-id/g) ?? [];
  const carriers = made.resources.filter(({ type }) =>
    [
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      "aws:ec2/launchTemplate:LaunchTemplate",
      "kubernetes:eks.amazonaws.com/v1:NodeClass",
      "aws:lb/loadBalancer:LoadBalancer",
      "aws:opensearch/domain:Domain",
    ].includes(type),
  );
  return new Set(carriers.flatMap(({ inputs }) => text(inputs)));
}

describe("the whole program", function () {
  this.timeout(60_000);
  for (const [stack, counts] of Object.entries({ staging, production, local })) {
    it(`makes exactly these resources for ${stack} with DAIRA on it, beside what watches it`, async () => {
      const made = await theProgram(stack, onlyDaira);
      assert.deepEqual(countedApart(made).others, { ...counts, ...admission(stack) });
      assert.equal(new Set(identities(made)).size, made.resources.length, "no identity is given twice");
    });
  }

  it("makes the controllers of add-ons only where it is asked to install them", async () => {
    const release = "kubernetes:helm.sh/v3:Release";
    const releases = async (compute: string, addons: string): Promise<string[]> => {
      const cluster = { compute, admins: { platform: "role/PlatformAdmin" } };
      const made = await theProgram("staging", { "slipway:cluster": cluster, "slipway:addons": addons });
      return made.ofType(release).map(({ name }) => name);
    };
    assert.deepEqual(await releases("auto", "provided"), []);
    assert.deepEqual(await releases("managed", "provided"), []);
    assert.deepEqual((await releases("auto", "install")).sort(), [
      "edge-cert-manager",
      "edge-envoy-gateway",
      "edge-external-dns",
      "monitoring-operator-crds",
    ]);
    assert.deepEqual((await releases("managed", "install")).sort(), [
      "cluster-load-balancers",
      "edge-cert-manager",
      "edge-envoy-gateway",
      "edge-external-dns",
      "monitoring-operator-crds",
    ]);
  });

  for (const stack of ["staging", "production"]) {
    for (const compute of ["auto", "managed"]) {
      it(`attaches each security group to something (${stack}, ${compute})`, async () => {
        const cluster = { compute, admins: { platform: "role/PlatformAdmin" } };
        const made = await theProgram(stack, { ...onlyDaira, "slipway:cluster": cluster });
        const groups = made.ofType(GROUP).map(({ name }) => `${name}-id`);
        const attached = attachedGroups(made);
        assert.deepEqual(
          groups.filter((group) => !attached.has(group)),
          [],
        );
      });
    }
  }

  it("runs any number of times in one process, each time with equal results", async () => {
    const first = await runProgram("staging");
    const other = await runProgram("production");
    const second = await runProgram("staging");
    assert.deepEqual(byIdentity(second), byIdentity(first));
    assert.notDeepEqual(identities(other), identities(first));
    const names = (program: Program): string[] => Object.keys(program.result);
    assert.deepEqual(names(second), names(first));
  });

  it("publishes outputs under these names", async () => {
    const { result } = await theProgram("staging", onlyDaira);
    assert.deepEqual(Object.keys(result).sort(), [
      "clusterEndpoint",
      "clusterName",
      "kubeconfig",
      "loadBalancer",
      "repositoryUrls",
      "stage",
      "systems",
      "vpcId",
      "zones",
    ]);
    const { daira } = result["systems"] as { daira: { url: string; namespace: never } };
    assert.equal(daira.url, "https://staging.daira.dev");
    assert.equal(await value(daira.namespace), "daira-staging");
    const withoutCloud = await theProgram("local", onlyDaira);
    assert.deepEqual(Object.keys(withoutCloud.result).sort(), ["clusterName", "stage", "systems"]);
  });

  it("hangs nothing of a system or of the edge on another provider than the cluster's", async () => {
    const made = await theProgram("production", onlyDaira);
    const provider = made.one("pulumi:providers:kubernetes").urn;
    const objects = made.resources.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
    for (const { name, provider: own } of objects) assert.ok(own.startsWith(provider), name);
  });
});

describe("protection of a stack", function () {
  this.timeout(60_000);
  const protectedOf = (made: Program): string[] => [
    ...new Set(made.resources.filter((resource) => resource.protect).map(({ type }) => type)),
  ];

  it("is on in production for what holds data and what that stands on", async () => {
    const made = await theProgram("production", onlyDaira);
    assert.deepEqual(protectedOf(made).sort(), [
      "aws:ec2/subnet:Subnet",
      "aws:ec2/vpc:Vpc",
      "aws:eks/cluster:Cluster",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:kms/key:Key",
      "aws:opensearch/domain:Domain",
      "aws:rds/instance:Instance",
      "aws:s3/bucket:Bucket",
      "aws:secretsmanager/secret:Secret",
      "kubernetes:core/v1:Namespace",
      "random:index/randomPassword:RandomPassword",
    ]);
    for (const type of protectedOf(made).filter((name) => !name.endsWith(":Namespace"))) {
      assert.ok(
        // Grafana holds nothing that its files do not bring back, so another password of it is no loss.
        made
          .ofType(type)
          .filter(({ name }) => !name.startsWith("monitoring-grafana-"))
          .every((resource) => resource.protect),
        type,
      );
    }
    assert.deepEqual(
      made
        .ofType("kubernetes:core/v1:Namespace")
        .filter((resource) => resource.protect)
        .map(({ name }) => name),
      ["daira-namespace"],
    );
    assert.equal(made.one("aws:eks/cluster:Cluster").inputs["deletionProtection"], true);
    for (const { inputs } of made.ofType("aws:ecr/repository:Repository")) {
      assert.equal(inputs["forceDelete"], false);
    }
  });

  for (const [title, stack, changes] of [
    ["is off in staging", "staging", {}],
    ["is off on a laptop", "local", {}],
    ["is off in production where config lifts it", "production", { "slipway:protection": false }],
  ] as const) {
    it(title, async () => {
      const made = await theProgram(stack, { ...onlyDaira, ...changes });
      assert.deepEqual(protectedOf(made), []);
      assert.deepEqual(
        made.resources.filter(({ retainOnDelete }) => retainOnDelete),
        [],
      );
      for (const { inputs } of made.ofType("aws:eks/cluster:Cluster")) {
        assert.equal(inputs["deletionProtection"], false);
      }
      for (const { inputs } of made.ofType("aws:ecr/repository:Repository")) {
        assert.equal(inputs["forceDelete"], true);
      }
    });
  }
});
