import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../../../components/common/contracts";
import type { PostgresSpec, RedisSpec, StoreSpec, SystemSpec } from "../../../components/spec/types";
import { createStores } from "../../../components/system/stores";
import type { StoreOptions } from "../../../components/system/stores";
import { PriorityClasses } from "../../../components/workload/priorities";

/** What a case changes in the program of two stores. */
export interface StoresProgram extends StoreOptions {
  readonly kubeconfig: string;
  readonly managed?: boolean;
  readonly protect?: boolean;
  readonly db?: Partial<PostgresSpec>;
  readonly cache?: Partial<RedisSpec>;
  /** Leaves the stores out. */
  readonly without?: readonly string[];
}

const size = { cpu: ["100m", "1"], memory: "512Mi" } as const;
const db: PostgresSpec = { kind: "postgres", version: "15", storage: "20Gi", size };
const cache: RedisSpec = { kind: "redis", version: "7", persistence: "aof", storage: "1Gi", size };

class System extends pulumi.ComponentResource {
  constructor(name: string, provider: pulumi.ProviderResource) {
    super("slipway:system:System", name, {}, { providers: [provider] });
    this.registerOutputs({});
  }
}

/** A system of two stores and nothing else, in the cluster or on AWS. */
export function storesProgram(program: StoresProgram): void {
  const { kubeconfig, managed = false, protect = false, without = [], ...options } = program;
  const provider = new k8s.Provider("k8s", { kubeconfig: pulumi.secret(kubeconfig) });
  const priorities = new PriorityClasses("priorities", { provider, stage: "staging" });
  const namespace = new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, { provider });
  const all: Readonly<Record<string, StoreSpec>> = {
    db: { ...db, ...options.db },
    cache: { ...cache, ...options.cache },
  };
  const stores = Object.fromEntries(Object.entries(all).filter(([name]) => !without.includes(name)));
  const spec: Pick<SystemSpec, "name" | "owner" | "stores"> = { name: "shop", owner: "retail", stores };
  createStores(
    "shop",
    {
      spec: spec as SystemSpec,
      stage: "test",
      namespace: namespace.metadata.name,
      cluster: { storageClass: undefined },
      protect,
      certificatesAfter: [],
      podsAfter: [priorities],
      ...(managed ? { site: site() } : {}),
      ...options,
    },
    { parent: new System("shop", provider) },
  );
}

function site(): StoreSite {
  const provider = new aws.Provider("aws", { region: "eu-central-1" });
  const opts = { provider };
  const vpc = new aws.ec2.Vpc("network", { cidrBlock: "10.0.0.0/16" }, opts);
  const subnet = (zone: string, cidrBlock: string): pulumi.Output<string> =>
    new aws.ec2.Subnet(zone, { vpcId: vpc.id, cidrBlock, availabilityZone: `eu-central-1${zone}` }, opts).id;
  const group = (name: string): pulumi.Output<string> =>
    new aws.ec2.SecurityGroup(name, { vpcId: vpc.id, name }, opts).id;
  const cidrs = ["10.0.0.0/24", "10.0.1.0/24"];
  return {
    provider,
    region: "eu-central-1",
    prefix: "slipway-test",
    subnetIds: [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")],
    cidrs,
    securityGroupIds: { database: group("database"), cache: group("cache") },
    kmsKeyArn: new aws.kms.Key("key", {}, opts).arn,
    keepsLastCopy: false,
  };
}
