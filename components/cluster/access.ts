import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../common/contracts";
import { physicalName } from "../common/naming";
import { podIdentityTrust } from "./policies";
import { attachedRole } from "./roles";
import type { Site } from "./roles";
import type { ClusterAdmin } from "./types";

/** What access to a cluster is granted on. */
export interface AccessSite extends Site {
  readonly cluster: aws.eks.Cluster;
  readonly clusterName: string;
  readonly clusterArn: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
  readonly region: string;
}

/** Lets people and pipelines administer the cluster. Returns what must exist before they can. */
export function admitAdmins(site: AccessSite, admins: readonly ClusterAdmin[]): readonly pulumi.Resource[] {
  return admins.map(({ name, principalArn }) =>
    admit(site, `admin-${name}`, { principalArn, type: "STANDARD", policy: "AmazonEKSClusterAdminPolicy" }),
  );
}

/** Lets the nodes of a node class of our own join; EKS does it by itself only for its built-in ones. */
export function admitAutoNodes(site: AccessSite, roleArn: pulumi.Input<string>): pulumi.Resource {
  return admit(site, "nodes", { principalArn: roleArn, type: "EC2", policy: "AmazonEKSAutoNodePolicy" });
}

interface Admission {
  readonly principalArn: pulumi.Input<string>;
  readonly type: "STANDARD" | "EC2";
  readonly policy: string;
}

function admit(
  site: AccessSite,
  purpose: string,
  { principalArn, type, policy }: Admission,
): pulumi.Resource {
  const { parent } = site;
  const entry = new aws.eks.AccessEntry(
    `${site.name}-${purpose}`,
    { clusterName: site.cluster.name, principalArn, type, tags: site.tags },
    { parent },
  );
  return new aws.eks.AccessPolicyAssociation(
    `${site.name}-${purpose}-policy`,
    {
      clusterName: site.cluster.name,
      principalArn: entry.principalArn,
      policyArn: `arn:${site.partition}:eks::aws:cluster-access-policy/${policy}`,
      accessScope: { type: "cluster" },
    },
    { parent },
  );
}

/** What roles of workloads are made on. */
export interface IdentitySite extends Omit<AccessSite, "cluster"> {
  readonly cluster: { readonly name: pulumi.Input<string> };
}

/** Gives each workload a role of its own, with its rights and no other. Returns the associations. */
export function identify(
  site: IdentitySite,
  identities: readonly WorkloadIdentity[],
): readonly pulumi.Resource[] {
  return identities.map(({ namespace, serviceAccount, statements }) => {
    const key = `${namespace}-${serviceAccount}`;
    const { role, attachments } = attachedRole(site, `identity-${key}`, {
      trust: podIdentityTrust({ ...site, namespace, serviceAccount }),
      statements,
      // Named by us, for a generated suffix would not fit into IAM's 64 characters after two Kubernetes names.
      roleName: physicalName("iamRole", site.region, site.clusterName, namespace, serviceAccount),
    });
    return new aws.eks.PodIdentityAssociation(
      `${site.name}-identity-${key}`,
      { clusterName: site.cluster.name, namespace, serviceAccount, roleArn: role.arn, tags: site.tags },
      { parent: site.parent, dependsOn: [...attachments] },
    );
  });
}
