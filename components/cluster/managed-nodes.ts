import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { NodesSite } from "./auto-nodes";
import { nodeDisks } from "./disks";

/**
 * A node group a zone: a volume never leaves its zone, so each zone keeps nodes of its own for the pods that hold
 * volumes there. Returns the groups.
 */
export function managedNodes(
  site: NodesSite,
  dependsOn: readonly pulumi.Resource[],
): readonly pulumi.Resource[] {
  const { managed } = site.nodes;
  const template = launchTemplate(site);
  return site.subnets.map(
    ({ zone, id }) =>
      new aws.eks.NodeGroup(
        `${site.name}-nodes-${zone}`,
        {
          clusterName: site.cluster.name,
          nodeRoleArn: site.node.role.arn,
          version: site.version,
          subnetIds: [id],
          amiType: managed.ami,
          capacityType: "ON_DEMAND",
          instanceTypes: [...managed.instanceTypes],
          launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
          scalingConfig: { minSize: managed.min, maxSize: managed.max, desiredSize: managed.desired },
          updateConfig: { maxUnavailable: 1 },
          nodeRepairConfig: { enabled: true },
          tags: site.tags,
        },
        {
          parent: site.parent,
          dependsOn: [...dependsOn, ...site.node.attachments],
          ignoreChanges: ["scalingConfig.desiredSize"],
        },
      ),
  );
}

// No image and no user data: EKS adds its own for the AMI type. No key pair: nobody logs in to a node.
function launchTemplate(site: NodesSite): aws.ec2.LaunchTemplate {
  const { managed } = site.nodes;
  const tags = { ...site.tags, Name: `${site.clusterName}-node` };
  return new aws.ec2.LaunchTemplate(
    `${site.name}-node-template`,
    {
      updateDefaultVersion: true,
      vpcSecurityGroupIds: [...site.securityGroupIds],
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // One hop ends at the node: a pod cannot reach the node's credentials.
        httpPutResponseHopLimit: 1,
      },
      blockDeviceMappings: nodeDisks(managed.ami, managed.diskGib).map(({ deviceName, gib }) => ({
        deviceName,
        ebs: {
          volumeType: "gp3",
          volumeSize: gib,
          encrypted: "true",
          kmsKeyId: site.kmsKeyArn,
          deleteOnTermination: "true",
        },
      })),
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags,
      })),
      tags: site.tags,
    },
    { parent: site.parent },
  );
}
