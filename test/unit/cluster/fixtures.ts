import * as pulumi from "@pulumi/pulumi";
import type { NetworkContract } from "../../../components/common/contracts";
import { EksCluster } from "../../../components/cluster/eks-cluster";
import type { EksClusterArgs } from "../../../components/cluster/types";
import { record } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

export const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1234";

export function network(cidr = "10.0.0.0/16"): NetworkContract {
  const of = (kind: string): pulumi.Output<string>[] =>
    ["a", "b", "c"].map((zone) => pulumi.output(`subnet-${kind}-${zone}`));
  const group = (role: string): pulumi.Output<string> => pulumi.output(`sg-${role}`);
  return {
    vpcId: pulumi.output("vpc-1"),
    cidr,
    zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
    publicSubnetIds: of("public"),
    privateSubnetIds: of("private"),
    dataSubnetIds: of("data"),
    dataCidrs: [],
    securityGroupIds: {
      edge: group("edge"),
      app: group("app"),
      metrics: group("metrics"),
      cache: group("cache"),
      database: group("database"),
    },
  };
}

export function clusterArgs(changes: Partial<EksClusterArgs> = {}): EksClusterArgs {
  return {
    name: "slipway-staging",
    version: "1.36",
    stage: "staging",
    network: network(),
    region: "eu-central-1",
    accountId: "123456789012",
    compute: "auto",
    publicAccessCidrs: [],
    kmsKeyArn: KEY,
    admins: [{ name: "platform", principalArn: "arn:aws:iam::123456789012:role/platform" }],
    deletionProtection: false,
    protect: false,
    nodes: {
      limits: { cpu: "64", memory: "256Gi" },
      managed: {
        instanceTypes: ["m7i.large"],
        min: 1,
        max: 4,
        desired: 2,
        diskGib: 80,
        ami: "AL2023_x86_64_STANDARD",
      },
    },
    identities: [],
    tags: { "slipway:stage": "staging" },
    ...changes,
  };
}

/** What AWS answers: ids and addresses that exist only once a thing is made. */
function answers(args: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const name = (args.inputs as { name?: string }).name ?? args.name;
  switch (args.type) {
    case "aws:eks/cluster:Cluster":
      return {
        name,
        arn: `arn:aws:eks:eu-central-1:123456789012:cluster/${name}`,
        endpoint: "https://eks.test",
        certificateAuthority: { data: "Y2E=" },
        vpcConfig: {
          ...(args.inputs as { vpcConfig: object }).vpcConfig,
          clusterSecurityGroupId: "sg-cluster",
        },
      };
    case "aws:iam/role:Role":
      return { name, arn: `arn:aws:iam::123456789012:role/${name}` };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 3 };
    default:
      return {};
  }
}

export function recordCluster(changes: Partial<EksClusterArgs> = {}): Promise<Recording<EksCluster>> {
  return record(() => new EksCluster("platform", clusterArgs(changes)), { outputs: answers });
}
