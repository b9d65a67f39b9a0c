import * as assert from "node:assert/strict";
import { value } from "../../support/recorder";
import { KEY, recordCluster } from "./fixtures";

const CLUSTER = "aws:eks/cluster:Cluster";
const ROLE = "aws:iam/role:Role";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

describe("EksCluster, whatever runs its nodes", () => {
  it("makes a private control plane that logs everything and encrypts Secrets with the customer key", async () => {
    const made = await recordCluster();
    const { inputs, protect, dependsOn } = made.one(CLUSTER);
    assert.deepEqual(inputs["accessConfig"], {
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: false,
    });
    assert.deepEqual(inputs["vpcConfig"], {
      subnetIds: ["subnet-private-a", "subnet-private-b", "subnet-private-c"],
      endpointPrivateAccess: true,
      endpointPublicAccess: false,
    });
    assert.deepEqual(inputs["enabledClusterLogTypes"], [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    assert.deepEqual(inputs["encryptionConfig"], { provider: { keyArn: KEY }, resources: ["secrets"] });
    assert.deepEqual(inputs["upgradePolicy"], { supportType: "STANDARD" });
    assert.equal(inputs["version"], "1.36");
    assert.equal(inputs["bootstrapSelfManagedAddons"], false);
    assert.equal(inputs["deletionProtection"], false);
    assert.equal(protect, false);
    const logs = made.one("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(logs.inputs, {
      name: "/aws/eks/slipway-staging/cluster",
      retentionInDays: 30,
      kmsKeyId: KEY,
      tags: { "slipway:stage": "staging" },
    });
    assert.ok(dependsOn.includes(logs.urn), "EKS would make the log group first, without key and retention");
  });

  it("opens the endpoint to the named blocks alone", async () => {
    const made = await recordCluster({ publicAccessCidrs: ["203.0.113.0/24"] });
    const vpc = made.one(CLUSTER).inputs["vpcConfig"];
    assert.equal(vpc.endpointPublicAccess, true);
    assert.equal(vpc.endpointPrivateAccess, true);
    assert.deepEqual(vpc.publicAccessCidrs, ["203.0.113.0/24"]);
  });

  it("protects the cluster, and nothing that an update must replace, in AWS and in Pulumi", async () => {
    const made = await recordCluster({ protect: true, deletionProtection: true });
    assert.equal(made.one(CLUSTER).inputs["deletionProtection"], true);
    assert.deepEqual(
      made.resources.filter(({ protect }) => protect).map(({ type }) => type),
      [CLUSTER],
    );
  });

  it("admits each admin by an access entry and lets the provider wait for it", async () => {
    const made = await recordCluster({ compute: "managed" });
    const entry = made.one("aws:eks/accessEntry:AccessEntry");
    assert.equal(entry.inputs["principalArn"], "arn:aws:iam::123456789012:role/platform");
    assert.equal(entry.inputs["type"], "STANDARD");
    const association = made.one("aws:eks/accessPolicyAssociation:AccessPolicyAssociation");
    assert.equal(
      association.inputs["policyArn"],
      "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
    );
    assert.deepEqual(association.inputs["accessScope"], { type: "cluster" });
    const provider = made.one("pulumi:providers:kubernetes");
    assert.ok(provider.dependsOn.includes(association.urn));
    assert.equal(provider.inputs["enablePatchForce"], "true");
    assert.equal(provider.inputs["upsertExistingObjects"], undefined);
  });

  it("gives a workload a role that only its own service account can take, with its own rights", async () => {
    const made = await recordCluster({
      compute: "managed",
      identities: [
        {
          namespace: "cert-manager",
          serviceAccount: "cert-manager",
          statements: [
            { actions: ["route53:GetChange"], resources: ["arn:aws:route53:::change/*"] },
            {
              actions: ["route53:ChangeResourceRecordSets"],
              resources: ["arn:aws:route53:::hostedzone/Z1"],
              conditions: { StringEquals: { "a:b": "TXT" } },
            },
          ],
        },
      ],
    });
    const role = made.one(ROLE, "platform-identity-cert-manager-cert-manager");
    assert.equal(role.inputs["name"], "eu-central-1-slipway-staging-cert-manager-cert-manager");
    assert.deepEqual(JSON.parse(role.inputs["assumeRolePolicy"] as string).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: {
            "aws:SourceAccount": "123456789012",
            "aws:RequestTag/kubernetes-namespace": "cert-manager",
            "aws:RequestTag/kubernetes-service-account": "cert-manager",
          },
          ArnEquals: { "aws:SourceArn": "arn:aws:eks:eu-central-1:123456789012:cluster/slipway-staging" },
        },
      },
    ]);
    const rights = made.one(
      "aws:iam/rolePolicy:RolePolicy",
      "platform-identity-cert-manager-cert-manager-rights",
    );
    assert.deepEqual(JSON.parse(rights.inputs["policy"] as string), {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: ["route53:GetChange"], Resource: ["arn:aws:route53:::change/*"] },
        {
          Effect: "Allow",
          Action: ["route53:ChangeResourceRecordSets"],
          Resource: ["arn:aws:route53:::hostedzone/Z1"],
          Condition: { StringEquals: { "a:b": "TXT" } },
        },
      ],
    });
    const association = made.one(
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "platform-identity-cert-manager-cert-manager",
    );
    assert.equal(association.inputs["namespace"], "cert-manager");
    assert.equal(association.inputs["serviceAccount"], "cert-manager");
    assert.equal(association.inputs["clusterName"], "slipway-staging");
    assert.ok(association.dependsOn.includes(rights.urn), "a pod that starts before has no rights");
  });

  for (const compute of ["auto", "managed"] as const) {
    it(`allows no action on everything to anybody, but for reading what has no address (${compute})`, async () => {
      const made = await recordCluster({
        compute,
        identities: [
          {
            namespace: "x",
            serviceAccount: "y",
            statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"] }],
          },
        ],
      });
      const policies = made.ofType("aws:iam/rolePolicy:RolePolicy");
      assert.equal(policies.length, compute === "auto" ? 2 : 3);
      for (const { inputs } of policies) {
        const { Statement } = JSON.parse(inputs["policy"] as string) as {
          Statement: { Action: string[]; Resource: string[] }[];
        };
        for (const { Action, Resource } of Statement) {
          assert.ok(!Action.some((action) => action === "*" || action.endsWith(":*")));
          if (!Resource.includes("*")) continue;
          for (const action of Action) assert.match(action, /^(ec2|elasticloadbalancing):(Describe|Get)\w+$/);
        }
      }
    });

    it(`hangs every resource under the component, by the type in its URN (${compute})`, async () => {
      const made = await recordCluster({ compute });
      const component = made.one("slipway:cluster:EksCluster");
      const others = made.resources.filter((resource) => resource !== component);
      assert.deepEqual(
        others.filter(({ parent }) => parent !== component.urn).map(({ name }) => name),
        [],
      );
      assert.deepEqual(component.inputs, {}, "arguments of a component would be copied into the state");
      assert.deepEqual(
        others.filter(({ name }) => !name.startsWith("platform-")).map(({ name }) => name),
        [],
      );
    });

    it(`makes one default storage class that encrypts with the key and grows (${compute})`, async () => {
      const made = await recordCluster({ compute });
      const { inputs } = made.one(CLASS);
      assert.deepEqual(inputs["metadata"], {
        name: "gp3",
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        labels: {
          "app.kubernetes.io/component": "storage",
          "app.kubernetes.io/managed-by": "slipway",
          "app.kubernetes.io/name": "gp3",
          "app.kubernetes.io/part-of": "slipway",
          "slipway.dev/owner": "platform",
          "slipway.dev/stage": "staging",
        },
      });
      assert.equal(
        inputs["provisioner"],
        compute === "auto" ? "ebs.csi.eks.amazonaws.com" : "ebs.csi.aws.com",
      );
      assert.deepEqual(inputs["parameters"], { type: "gp3", encrypted: "true", kmsKeyId: KEY });
      assert.equal(inputs["allowVolumeExpansion"], true);
      assert.equal(inputs["volumeBindingMode"], "WaitForFirstConsumer");
      assert.equal(await value(made.result.storageClass), "gp3");
    });
  }
});
