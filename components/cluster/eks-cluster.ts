import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CloudAccess, ClusterContract, ClusterDns } from "../common/contracts";
import { admitAdmins, identify } from "./access";
import { installAddons } from "./addon-resources";
import { addonPlan } from "./addons";
import { autoNodes } from "./auto-nodes";
import type { NodesSite } from "./auto-nodes";
import { dnsAddress, serviceCidr } from "./cidrs";
import { eksKubeconfig } from "./kubeconfig";
import { installLoadBalancers, loadBalancerIdentity } from "./load-balancers";
import { managedNodes } from "./managed-nodes";
import { logGroupName, volumeKeyStatements } from "./policies";
import { clusterRole, nodeRole } from "./roles";
import type { AttachedRole, Site } from "./roles";
import { storageClass } from "./storage";
import type { EksClusterArgs } from "./types";
import { validate } from "./validation";

const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * An EKS cluster that production can run on. It makes:
 *
 * 1. an encrypted log group, the roles of the control plane and of the nodes, and the cluster (fee by the hour);
 * 2. access entries for its admins, and a role for each workload that calls cloud APIs;
 * 3. nodes: a node class and pool on Auto Mode (a fee on each node comes on top), else node groups;
 * 4. the pinned add-ons, the default storage class and, on managed nodes, the AWS Load Balancer Controller;
 * 5. the Kubernetes provider that everything above it is made with.
 */
export class EksCluster extends pulumi.ComponentResource implements ClusterContract {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  /** The group that EKS makes: control plane and nodes talk to each other in it. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly storageClass: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  readonly dns: ClusterDns;
  readonly cloud: CloudAccess;
  readonly ready: readonly pulumi.Resource[];

  /** @throws SlipwayError when an argument contradicts itself, is unsafe or would be refused by AWS. */
  constructor(name: string, args: EksClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    const services = serviceCidr(args.network.cidr);
    const addons = addonPlan(args.compute, args.version);
    super("slipway:cluster:EksCluster", name, {}, opts);

    const { compute, kmsKeyArn, tags } = args;
    const partition = args.partition ?? "aws";
    const site: Site = { name, parent: this, partition, tags };
    const cluster = controlPlane(site, args, services, clusterRole(site, compute, kmsKeyArn));
    const access = {
      ...site,
      cluster,
      clusterName: args.name,
      clusterArn: pulumi.interpolate`arn:${partition}:eks:${args.region}:${args.accountId}:cluster/${args.name}`,
      accountId: args.accountId,
      region: args.region,
    };

    this.name = cluster.name;
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.dns =
      compute === "auto" ? { kind: "address", cidr: `${dnsAddress(services)}/32` } : { kind: "pods" };
    this.kubeconfig = pulumi
      .all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data])
      .apply(([clusterName, endpoint, certificateAuthority]) =>
        eksKubeconfig({ name: clusterName, region: args.region, endpoint, certificateAuthority }),
      );
    this.provider = new k8s.Provider(
      `${name}-provider`,
      {
        kubeconfig: this.kubeconfig,
        clusterIdentifier: cluster.arn,
        // An object that cannot be reached has not gone: it must stay in the state.
        deleteUnreachable: false,
        // What the program names is the program's: else a field that somebody changed by hand would block every update.
        enablePatchForce: true,
      },
      { parent: this, dependsOn: [...admitAdmins(access, args.admins)] },
    );
    const { network } = args;
    const own = compute === "auto" ? [] : [loadBalancerIdentity(access)];
    const identified = [...args.identities, ...own];
    const identities = identify(access, identified);
    this.cloud = {
      identities: identified.map(({ namespace, serviceAccount }) => ({ namespace, serviceAccount })),
      // Interface endpoints of the network answer to all of it.
      apiCidrs: [network.cidr],
    };
    const groups = network.securityGroupIds;
    const nodes: NodesSite = {
      ...access,
      provider: this.provider,
      nodes: args.nodes,
      node: nodeRole(site, compute),
      subnets: subnetsByZone(args),
      securityGroupIds: [this.securityGroupId, groups.app, groups.metrics, groups.cache, groups.database],
      kmsKeyArn,
      version: args.version,
      stage: args.stage,
    };
    const volumeRights = { "aws-ebs-csi-driver": volumeKeyStatements(kmsKeyArn) };
    const install = (
      when: "before" | "after",
      dependsOn: readonly pulumi.Resource[],
    ): readonly pulumi.Resource[] =>
      installAddons(
        access,
        addons.filter((addon) => addon.when === when),
        volumeRights,
        dependsOn,
      );
    const before = install("before", []);
    const workers = compute === "auto" ? autoNodes(nodes) : managedNodes(nodes, before);
    const after = install("after", workers);
    const balancers =
      compute === "managed" && (args.addons ?? "install") === "install"
        ? [
            installLoadBalancers(
              nodes,
              { clusterName: args.name, region: args.region, vpcId: network.vpcId },
              [...workers, ...after, ...identities],
            ),
          ]
        : [];
    const volumes = storageClass(`${name}-storage-class`, args, { parent: this, provider: this.provider });

    this.storageClass = volumes.metadata.name;
    this.ready = [...before, ...workers, ...after, ...balancers, volumes, ...identities];
    // Provider and `ready` stay handles inside the program: they have no value to publish.
    this.registerOutputs({
      name: this.name,
      arn: this.arn,
      endpoint: this.endpoint,
      securityGroupId: this.securityGroupId,
      kubeconfig: this.kubeconfig,
      storageClass: this.storageClass,
      dns: this.dns,
      cloud: this.cloud,
    });
  }
}

function controlPlane(
  site: Site,
  args: EksClusterArgs,
  serviceIpv4Cidr: string,
  { role, attachments }: AttachedRole,
): aws.eks.Cluster {
  const { parent, tags } = site;
  const auto = args.compute === "auto";
  // Made first: EKS would make it itself, unencrypted and kept for ever.
  const logs = new aws.cloudwatch.LogGroup(
    `${site.name}-logs`,
    {
      name: logGroupName(args.name),
      retentionInDays: args.logRetentionDays ?? 30,
      kmsKeyId: args.kmsKeyArn,
      tags,
    },
    { parent },
  );
  const isPublic = args.publicAccessCidrs.length > 0;
  return new aws.eks.Cluster(
    `${site.name}-cluster`,
    {
      name: args.name,
      version: args.version,
      roleArn: role.arn,
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      // Auto Mode requires false; managed nodes get the same components as pinned add-ons.
      bootstrapSelfManagedAddons: false,
      vpcConfig: {
        subnetIds: [...args.network.privateSubnetIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: isPublic,
        ...(isPublic ? { publicAccessCidrs: [...args.publicAccessCidrs] } : {}),
      },
      enabledClusterLogTypes: LOG_TYPES,
      encryptionConfig: { provider: { keyArn: args.kmsKeyArn }, resources: ["secrets"] },
      // Extended support costs six times as much; STANDARD upgrades by itself at the end of support instead.
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: args.deletionProtection,
      kubernetesNetworkConfig: {
        ipFamily: "ipv4",
        serviceIpv4Cidr,
        ...(auto ? { elasticLoadBalancing: { enabled: true } } : {}),
      },
      // The three switches of Auto Mode go together. No built-in pools: their nodes have neither our groups nor our key.
      ...(auto
        ? {
            computeConfig: { enabled: true, nodePools: [] },
            storageConfig: { blockStorage: { enabled: true } },
          }
        : {}),
      tags,
    },
    { parent, protect: args.protect, dependsOn: [logs, ...attachments] },
  );
}

function subnetsByZone({ network }: EksClusterArgs): NodesSite["subnets"] {
  return network.zones.flatMap((zone, index) => {
    const id = network.privateSubnetIds[index];
    return id === undefined ? [] : [{ zone, id }];
  });
}
