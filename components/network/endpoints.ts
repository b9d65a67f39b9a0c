import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope";
import { createGroup } from "./security-groups";

/** Services with a gateway endpoint: free of charge, and their traffic needs no NAT. */
export const GATEWAY_SERVICES = ["s3", "dynamodb"] as const;

/** Services that nodes call to join the cluster, pull images and ship logs; each endpoint costs per zone and hour. */
export const INTERFACE_SERVICES = ["ecr.api", "ecr.dkr", "sts", "logs", "ec2", "eks", "eks-auth"] as const;

/** Ways to S3 and DynamoDB for every subnet that such a table serves. */
export function createGatewayEndpoints(
  scope: Scope,
  region: string,
  routeTableIds: readonly pulumi.Output<string>[],
): void {
  for (const service of GATEWAY_SERVICES) {
    new aws.ec2.VpcEndpoint(
      `${scope.name}-${service}`,
      {
        vpcId: scope.vpcId,
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${region}.${service}`,
        routeTableIds: [...routeTableIds],
        tags: scope.tags(service),
      },
      { parent: scope.parent },
    );
  }
}

/** Private addresses of the services in every zone, under the services' own names, open to the VPC alone. */
export function createInterfaceEndpoints(
  scope: Scope,
  region: string,
  cidr: string,
  subnetIds: readonly pulumi.Output<string>[],
): void {
  const groupId = createGroup(scope, "endpoints", "Private endpoints of AWS services");
  const rule = "endpoints-ingress-443-from-vpc";
  new aws.vpc.SecurityGroupIngressRule(
    `${scope.name}-${rule}`,
    {
      securityGroupId: groupId,
      cidrIpv4: cidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "HTTPS from within the VPC",
      tags: scope.tags(rule),
    },
    { parent: scope.parent },
  );
  for (const service of INTERFACE_SERVICES) {
    new aws.ec2.VpcEndpoint(
      `${scope.name}-${service}`,
      {
        vpcId: scope.vpcId,
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.${region}.${service}`,
        subnetIds: [...subnetIds],
        securityGroupIds: [groupId],
        privateDnsEnabled: true,
        tags: scope.tags(service),
      },
      { parent: scope.parent },
    );
  }
}
