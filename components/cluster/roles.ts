import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyStatement } from "../common/contracts";
import { clusterPolicies, nodePolicies, rightsDocument, serviceTrust, volumeKeyStatements } from "./policies";
import type { PolicyDocument, TrustStatement } from "./policies";
import type { Compute } from "./types";

/** What every resource of a cluster needs to know of where it is made. */
export interface Site {
  /** Prefix of the logical names. */
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly partition: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A role and what it must have before anything that takes it works. */
export interface AttachedRole {
  readonly role: aws.iam.Role;
  readonly attachments: readonly pulumi.Resource[];
}

export interface RoleRights {
  readonly trust: PolicyDocument<TrustStatement>;
  /** Names of AWS managed policies. */
  readonly managed?: readonly string[];
  /** Rights of this role alone. */
  readonly statements?: readonly PolicyStatement[];
  /** Fixed name; else Pulumi makes one. */
  readonly roleName?: string;
}

/** The control plane's role. On Auto Mode it also makes nodes, volumes and load balancers. */
export function clusterRole(site: Site, compute: Compute, kmsKeyArn: pulumi.Input<string>): AttachedRole {
  const auto = compute === "auto";
  return attachedRole(site, "cluster-role", {
    trust: serviceTrust("eks", auto ? ["sts:AssumeRole", "sts:TagSession"] : ["sts:AssumeRole"]),
    managed: clusterPolicies(compute),
    statements: auto ? volumeKeyStatements(kmsKeyArn) : [],
  });
}

/** The nodes' role: it joins the cluster and pulls images, nothing else. */
export function nodeRole(site: Site, compute: Compute): AttachedRole {
  return attachedRole(site, "node-role", {
    trust: serviceTrust("ec2", ["sts:AssumeRole"]),
    managed: nodePolicies(compute),
  });
}

/** Makes a role with its policies; `purpose` ends its logical name. */
export function attachedRole(site: Site, purpose: string, rights: RoleRights): AttachedRole {
  const { managed = [], statements = [], roleName } = rights;
  const name = `${site.name}-${purpose}`;
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: pulumi.jsonStringify(rights.trust),
      tags: site.tags,
      ...(roleName === undefined ? {} : { name: roleName }),
    },
    { parent: site.parent },
  );
  const attachments: pulumi.Resource[] = managed.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy.slice(policy.indexOf("/") + 1)}`,
        { role: role.name, policyArn: `arn:${site.partition}:iam::aws:policy/${policy}` },
        { parent: site.parent },
      ),
  );
  if (statements.length > 0) {
    attachments.push(
      new aws.iam.RolePolicy(
        `${name}-rights`,
        { role: role.name, policy: pulumi.jsonStringify(rightsDocument(statements)) },
        { parent: site.parent },
      ),
    );
  }
  return { role, attachments };
}
