import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { SecurityGroupRole } from "../common/contracts";
import { flows, roles, rulesOf } from "./rules";
import type { Rule } from "./rules";
import type { Scope } from "./scope";

const ANYWHERE = "0.0.0.0/0";

/**
 * Creates one group a role and each of its rules, and takes all rules from the VPC's default group, which AWS gives
 * to whatever is started without a group.
 */
export function createSecurityGroups(
  scope: Scope,
): Readonly<Record<SecurityGroupRole, pulumi.Output<string>>> {
  new aws.ec2.DefaultSecurityGroup(
    `${scope.name}-default`,
    { vpcId: scope.vpcId, ingress: [], egress: [], tags: scope.tags("default-closed") },
    { parent: scope.parent },
  );
  const group = (role: SecurityGroupRole): pulumi.Output<string> => createGroup(scope, role, roles[role]);
  const ids = {
    edge: group("edge"),
    app: group("app"),
    metrics: group("metrics"),
    cache: group("cache"),
    database: group("database"),
  };
  for (const rule of rulesOf(flows)) createRule(scope, ids, rule);
  return ids;
}

/** Creates a group without any rule; even AWS's own open way out is closed. */
export function createGroup(scope: Scope, role: string, description: string): pulumi.Output<string> {
  const group = new aws.ec2.SecurityGroup(
    `${scope.name}-${role}`,
    { vpcId: scope.vpcId, description, tags: scope.tags(role) },
    { parent: scope.parent },
  );
  return group.id;
}

function createRule(
  scope: Scope,
  ids: Readonly<Record<SecurityGroupRole, pulumi.Output<string>>>,
  rule: Rule,
): void {
  const Kind =
    rule.direction === "ingress" ? aws.vpc.SecurityGroupIngressRule : aws.vpc.SecurityGroupEgressRule;
  new Kind(
    `${scope.name}-${rule.key}`,
    {
      securityGroupId: ids[rule.group],
      ...(rule.peer === "internet" ? { cidrIpv4: ANYWHERE } : { referencedSecurityGroupId: ids[rule.peer] }),
      ipProtocol: "tcp",
      fromPort: rule.port,
      toPort: rule.port,
      description: rule.description,
      tags: scope.tags(rule.key),
    },
    { parent: scope.parent },
  );
}
