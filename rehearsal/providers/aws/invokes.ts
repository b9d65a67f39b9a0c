import type { Json, Props } from "../part";
import { REGIONS, zoneId, zonesOf } from "./regions";
import type { World } from "./situations";
import { T } from "./types/tokens";
import { isObject, sha256, View } from "./values";

interface Call {
  readonly view: View;
  readonly world: World;
  readonly region: string;
}

interface Invoke {
  readonly args: readonly string[];
  answer(call: Call): Props;
}

function clusterOf({ view, world, region }: Call) {
  const name = view.text("name") ?? "";
  const cluster = world.account.find(T.cluster, "id", name, region);
  if (cluster === undefined)
    throw new Error(`reading EKS Cluster (${name}): no cluster of that name exists in this account`);
  return cluster;
}

/** A field as the data source has it: where the resource has one block, a list of one. */
function listed(value: Json | undefined): Json {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

const invokes: Readonly<Record<string, Invoke>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    args: ["id"],
    answer: ({ world: { account } }) => ({
      accountId: account.accountId,
      arn: `arn:aws:iam::${account.accountId}:user/rehearsal`,
      id: account.accountId,
      userId: `AIDA${sha256(account.accountId).slice(0, 17).toUpperCase()}`,
    }),
  },
  "aws:index/getPartition:getPartition": {
    args: ["id"],
    answer: () => ({
      dnsSuffix: "amazonaws.com",
      id: "aws",
      partition: "aws",
      reverseDnsPrefix: "com.amazonaws",
    }),
  },
  "aws:index/getRegion:getRegion": {
    args: ["id", "name", "region"],
    answer({ view, region: own }) {
      const region = view.text("region") ?? view.text("name") ?? own;
      if (!REGIONS.includes(region)) throw new Error(`no region matches "${region}"`);
      return {
        description: region,
        endpoint: `ec2.${region}.amazonaws.com`,
        id: region,
        name: region,
        region,
      };
    },
  },
  "aws:index/getRegions:getRegions": {
    args: ["id", "allRegions"],
    answer: ({ view }) => ({
      ...(view.has("allRegions") ? { allRegions: view.flag("allRegions") ?? false } : {}),
      id: "aws",
      names: [...REGIONS].sort(),
    }),
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": {
    args: ["region", "state", "excludeNames"],
    answer({ view, region }) {
      const names = zonesOf(region).filter((zone) => !view.texts("excludeNames").includes(zone));
      return {
        ...(view.has("excludeNames") ? { excludeNames: [...view.texts("excludeNames")] } : {}),
        ...(view.has("state") ? { state: view.text("state") ?? "" } : {}),
        groupNames: [region],
        id: region,
        names,
        region,
        zoneIds: names.map((zone) => zoneId(region, zone)),
      };
    },
  },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": {
    args: ["region", "registryId"],
    answer({ world, region }) {
      // No secret: nothing outside of the rehearsal takes it.
      const password = sha256(`stand-in ${world.account.accountId} ${region}`);
      return {
        authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
        expiresAt: new Date(world.now().getTime() + 12 * 3600_000).toISOString(),
        id: region,
        password,
        proxyEndpoint: `https://${world.account.accountId}.dkr.ecr.${region}.amazonaws.com`,
        region,
        userName: "AWS",
      };
    },
  },
  "aws:eks/getCluster:getCluster": {
    args: ["name", "region"],
    answer(call) {
      const { id, attributes } = clusterOf(call);
      const { tagsAll, vpcConfig, enabledClusterLogTypes, ...rest } = attributes;
      return {
        ...Object.fromEntries(
          [
            "arn",
            "clusterId",
            "createdAt",
            "deletionProtection",
            "endpoint",
            "identities",
            "platformVersion",
            "region",
            "roleArn",
            "status",
            "version",
          ].map((name): [string, Json] => [name, rest[name] ?? ""]),
        ),
        accessConfigs: listed(rest["accessConfig"]),
        certificateAuthorities: listed(rest["certificateAuthority"]),
        computeConfigs: listed(rest["computeConfig"]),
        controlPlaneScalingConfigs: [],
        enabledClusterLogTypes: enabledClusterLogTypes ?? [],
        id,
        kubeApiServerConfigs: [],
        kubeControllerManagerConfigs: [],
        kubeSchedulerConfigs: [],
        kubernetesNetworkConfigs: listed(networkOf(rest["kubernetesNetworkConfig"])),
        name: id,
        outpostConfigs: [],
        remoteNetworkConfigs: [],
        storageConfigs: listed(storageOf(rest["storageConfig"])),
        tags: tagsAll ?? {},
        upgradePolicies: listed(rest["upgradePolicy"]),
        vpcConfig: vpcConfig ?? {},
        zonalShiftConfigs: listed(rest["zonalShiftConfig"]),
      };
    },
  },
  "aws:eks/getClusterAuth:getClusterAuth": {
    args: ["name", "region"],
    answer(call) {
      const { id } = clusterOf(call);
      return {
        id,
        name: id,
        region: call.region,
        token: `k8s-aws-v1.${Buffer.from(`stand-in ${id}`).toString("base64url")}`,
      };
    },
  },
};

function networkOf(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return undefined;
  const { elasticLoadBalancing, ...rest } = value;
  return { ...rest, elasticLoadBalancings: listed(elasticLoadBalancing), serviceIpv6Cidr: "" };
}

function storageOf(value: Json | undefined): Json | undefined {
  return isObject(value) ? { blockStorages: listed(value["blockStorage"]) } : undefined;
}

/** Answers a function of the provider. @throws Error with one sentence when it or an argument is not modelled. */
export function invoke(token: string, args: Props, world: World): Props {
  const known = invokes[token];
  if (known === undefined) throw new Error(`the rehearsal's AWS stand-in does not model ${token}`);
  const stray = Object.keys(args).find((name) => !known.args.includes(name) && args[name] !== null);
  if (stray !== undefined) throw new Error(`${token} does not model the argument "${stray}" here`);
  const view = new View(args);
  const region = view.text("region") ?? world.config.region;
  if (!REGIONS.includes(region)) throw new Error(`${token}: there is no region "${region}"`);
  return known.answer({ view, world, region });
}
