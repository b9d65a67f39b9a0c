import type * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../common/contracts";

/** What the rights are bound to. */
export interface LoadBalancerSite {
  readonly clusterName: string;
  /** ARN of a resource of Elastic Load Balancing in the account and region of the cluster, such as `targetgroup/*`. */
  readonly arn: (resource: string) => pulumi.Input<string>;
  /** ARN of the role that Elastic Load Balancing itself works under in the account. */
  readonly serviceRoleArn: pulumi.Input<string>;
}

/** The tag that the controller puts on all that it makes; its value is the cluster's name. */
const CLUSTER_TAG = "elbv2.k8s.aws/cluster";

const NETWORK_BALANCERS = "loadbalancer/net/*";
const LISTENERS = "listener/net/*";
const TARGET_GROUPS = "targetgroup/*";

// Reading cannot be bound to resources: none of these actions takes one.
const READ = [
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAddresses",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeInstances",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpcs",
  "ec2:GetSecurityGroupsForVpc",
  "elasticloadbalancing:DescribeCapacityReservation",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListenerCertificates",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeSSLPolicies",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "elasticloadbalancing:DescribeTrustStores",
];

const CHANGE = [
  "elasticloadbalancing:DeleteLoadBalancer",
  "elasticloadbalancing:DeleteTargetGroup",
  "elasticloadbalancing:ModifyLoadBalancerAttributes",
  "elasticloadbalancing:ModifyTargetGroup",
  "elasticloadbalancing:ModifyTargetGroupAttributes",
  "elasticloadbalancing:SetIpAddressType",
  "elasticloadbalancing:SetSecurityGroups",
  "elasticloadbalancing:SetSubnets",
];

/**
 * Rights of the AWS Load Balancer Controller, cut down from its reference policy
 * (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/#configure-iam) to what
 * network load balancers of this cluster take: no application load balancer, no certificate, no web firewall, and no
 * security group, for ours are open already.
 */
export function loadBalancerStatements({
  clusterName,
  arn,
  serviceRoleArn,
}: LoadBalancerSite): readonly PolicyStatement[] {
  const requested = { [`aws:RequestTag/${CLUSTER_TAG}`]: clusterName };
  const own = { [`aws:ResourceTag/${CLUSTER_TAG}`]: clusterName };
  return [
    { actions: READ, resources: ["*"] },
    {
      // An account that never had a load balancer has not got this role yet.
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [serviceRoleArn],
      conditions: { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    },
    ...(["CreateLoadBalancer", "CreateTargetGroup"] as const).flatMap((action) => {
      const resources = [arn(action === "CreateLoadBalancer" ? NETWORK_BALANCERS : TARGET_GROUPS)];
      return [
        {
          actions: [`elasticloadbalancing:${action}`],
          resources,
          conditions: { StringEquals: requested },
        },
        {
          actions: ["elasticloadbalancing:AddTags"],
          resources,
          conditions: { StringEquals: { ...requested, "elasticloadbalancing:CreateAction": action } },
        },
      ];
    }),
    {
      actions: CHANGE,
      resources: [arn(NETWORK_BALANCERS), arn(TARGET_GROUPS)],
      conditions: { StringEquals: own },
    },
    {
      actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      resources: [arn(NETWORK_BALANCERS), arn(TARGET_GROUPS)],
      // Not the tag itself: whoever could set it could take over what belongs to another cluster.
      conditions: { StringEquals: own, Null: { [`aws:RequestTag/${CLUSTER_TAG}`]: "true" } },
    },
    {
      actions: ["elasticloadbalancing:CreateListener"],
      resources: [arn(NETWORK_BALANCERS)],
      conditions: { StringEquals: own },
    },
    {
      actions: [
        "elasticloadbalancing:DeleteListener",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyListenerAttributes",
      ],
      resources: [arn(LISTENERS)],
      conditions: { StringEquals: own },
    },
    {
      // A listener gets its tags after it was made, so there is none yet that could be asked for.
      actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"],
      resources: [arn(LISTENERS)],
    },
    {
      actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
      resources: [arn(TARGET_GROUPS)],
    },
  ];
}
