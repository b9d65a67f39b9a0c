import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { clusterKeyStatements } from "../components/cluster/policies";
import { EksCluster } from "../components/cluster/eks-cluster";
import { certificateIdentity } from "../components/edge/certificates";
import { dnsIdentity } from "../components/edge/dns";
import { firewallLogGroupName } from "../components/edge/firewall";
import { partitionOf, tags } from "../components/common/naming";
import { versions } from "../components/common/versions";
import { flowLogGroupName } from "../components/network/flow-logs";
import { Network } from "../components/network/network";
import { ImageRegistry } from "../components/registry/image-registry";
import { EncryptionKey } from "../components/security/encryption-key";
import { neighbours } from "./addresses";
import { frontendImage, referenceImage } from "./foundation";
import type { Foundation } from "./foundation";
import { zonesOf } from "./issuer";
import type { Settings } from "./settings";

/** The layers of a stack on AWS: keys, network, cluster and registry. */
export function cloudFoundation(
  settings: Settings & { readonly network: object },
  images: readonly string[],
): Foundation {
  const { stage, stack, network: site, cluster: wanted, protection } = settings;
  const { region } = site;
  const zones = [...new Set(zonesOf(settings).map(({ hostedZoneId }) => hostedZoneId))];
  const partition = partitionOf(region);
  const name = `slipway-${stack}`;
  const stackTags = {
    // What belongs to one system says so itself.
    "slipway:system": "platform",
    ...tags({ project: "slipway", stack, stage: settings.stageName, owner: "platform" }),
    ...settings.tags,
  };
  const provider = new aws.Provider("aws", {
    region: region as aws.Region,
    defaultTags: { tags: stackTags },
  });
  const opts = { provider };
  const { accountId } = aws.getCallerIdentityOutput({}, opts);

  const key = { accountId, region, protect: protection };
  const clusterKey = new EncryptionKey(
    "cluster-key",
    {
      ...key,
      description: `Secrets, logs, disks and volumes of the cluster ${name}`,
      alias: `${name}/cluster`,
      users: [],
      rolesMayUse: true,
      statements: accountId.apply((id) => [
        ...clusterKeyStatements({
          partition,
          region,
          accountId: id,
          clusterName: name,
          compute: wanted.compute,
        }),
      ]),
    },
    opts,
  );
  const dataKey = new EncryptionKey(
    "platform-key",
    {
      ...key,
      description: `Flow logs and images of ${name}`,
      alias: `${name}/platform`,
      users: [
        { service: "logs", logGroups: [flowLogGroupName(name), firewallLogGroupName(name)] },
        { service: "ecr" },
      ],
    },
    opts,
  );
  const storeKey =
    stage.stores === "inCluster"
      ? undefined
      : new EncryptionKey(
          "store-key",
          {
            ...key,
            description: `Databases, caches and secrets of ${name}`,
            alias: `${name}/stores`,
            users: [{ service: "rds" }, { service: "elasticache" }, { service: "secretsmanager" }],
          },
          opts,
        );
  const network = new Network(
    "network",
    {
      cidr: site.cidr,
      zones: site.zones,
      apartFrom: neighbours(site.apartFrom),
      displayName: name,
      nat: site.nat ?? stage.nat,
      interfaceEndpoints: stage.interfaceEndpoints,
      accountId,
      kmsKeyArn: dataKey.arn,
      clusterName: name,
      protect: protection,
    },
    opts,
  );
  const cluster = new EksCluster(
    "cluster",
    {
      name,
      version: versions.kubernetes.minor,
      stage: settings.stageName,
      network,
      region,
      accountId,
      partition,
      compute: wanted.compute,
      addons: settings.addons,
      publicAccessCidrs: wanted.publicAccessCidrs,
      kmsKeyArn: clusterKey.arn,
      admins: Object.entries(wanted.admins).map(([admin, principal]) => ({
        name: admin,
        principalArn: principal.startsWith("arn:")
          ? principal
          : pulumi.interpolate`arn:${partition}:iam::${accountId}:${principal}`,
      })),
      deletionProtection: protection,
      protect: protection,
      nodes: {
        limits: { cpu: String(stage.nodeLimits.cpu), memory: `${stage.nodeLimits.memoryGib}Gi` },
        managed: {
          instanceTypes: ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge"],
          min: 1,
          max: stage.nodeLimits.perZone,
          desired: 1,
          diskGib: 100,
          ami: "AL2023_x86_64_STANDARD",
        },
      },
      identities:
        zones.length === 0
          ? []
          : [certificateIdentity, dnsIdentity].map((identity) =>
              identity({ partition, hostedZoneIds: zones }),
            ),
      tags: stackTags,
    },
    opts,
  );
  const registry = new ImageRegistry(
    "registry",
    {
      folder: name,
      repositories: images,
      platformImages: [referenceImage, frontendImage],
      programFolder: __dirname,
      digests: settings.images,
      kmsKeyArn: dataKey.arn,
      forceDelete: !protection,
    },
    opts,
  );
  return {
    cluster,
    registry,
    front:
      stage.loadBalancer === "cluster"
        ? undefined
        : {
            kind: stage.loadBalancer,
            vpcId: network.vpcId,
            subnetIds: network.publicSubnetIds,
            securityGroupId: network.securityGroupIds.edge,
            clusterName: cluster.name,
            binder: wanted.compute,
            deletionProtection: protection,
            ...(stage.loadBalancer === "application"
              ? { firewall: { logGroupName: firewallLogGroupName(name), kmsKeyArn: dataKey.arn } }
              : {}),
          },
    storeSite:
      storeKey === undefined
        ? undefined
        : {
            provider,
            region,
            prefix: name,
            subnetIds: network.dataSubnetIds,
            cidrs: network.dataCidrs,
            securityGroupIds: network.securityGroupIds,
            kmsKeyArn: storeKey.arn,
            keepsLastCopy: protection,
          },
    bucketSite: { provider, region, accountId, prefix: name, protect: protection },
    telemetrySite: {
      ...{ provider, region, partition, accountId, prefix: name, protect: protection, tags: stackTags },
      cluster: { name: cluster.name, plainName: name, arn: cluster.arn },
      network: {
        vpcId: network.vpcId,
        subnetIds: network.dataSubnetIds,
        cidrs: network.dataCidrs,
        callerGroupId: network.securityGroupIds.app,
      },
    },
    providers: [provider],
    outputs: {
      vpcId: network.vpcId,
      zones: [...network.zones],
      clusterName: cluster.name,
      clusterEndpoint: cluster.endpoint,
      kubeconfig: cluster.kubeconfig,
      repositoryUrls: registry.repositoryUrls,
    },
  };
}
