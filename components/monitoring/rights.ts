import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { PLATFORM } from "../common/labels";
import { toolLabels, toolOptions } from "./site";
import type { MonitoringSite } from "./site";

/** One rule of a Role or a ClusterRole. */
export type PolicyRule = types.input.rbac.v1.PolicyRule;

/** A rule for resources of one group of the API. */
export function allow(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources: [...resources], verbs: [...verbs] };
}

/** Reading objects and following their changes. */
export const FOLLOW = ["get", "list", "watch"] as const;

interface Rights {
  readonly tool: string;
  readonly account: k8s.core.v1.ServiceAccount;
  readonly rules: readonly PolicyRule[];
}

/** Gives a tool rights in one namespace. @returns what its pods wait for. */
export function grantIn(
  site: MonitoringSite,
  name: string,
  { tool, account, rules, namespace }: Rights & { readonly namespace: pulumi.Input<string> },
  parent: pulumi.Resource,
  after: readonly pulumi.Resource[] = [],
): pulumi.Resource {
  // In namespaces of others its own name could be taken.
  const metadata = { name: `${PLATFORM}-${tool}`, namespace, labels: toolLabels(site, tool) };
  const options = toolOptions(site, parent, after);
  const role = new k8s.rbac.v1.Role(`${name}-role`, { metadata, rules: [...rules] }, options);
  return new k8s.rbac.v1.RoleBinding(
    `${name}-role-binding`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subjects: [subject(account)],
    },
    options,
  );
}

/** Gives a tool rights in the whole cluster. @returns what its pods wait for. */
export function grantEverywhere(
  site: MonitoringSite,
  name: string,
  { tool, account, rules }: Rights,
  parent: pulumi.Resource,
): pulumi.Resource {
  const metadata = { name: `${PLATFORM}-${tool}`, labels: toolLabels(site, tool) };
  const options = toolOptions(site, parent);
  const role = new k8s.rbac.v1.ClusterRole(`${name}-cluster-role`, { metadata, rules: [...rules] }, options);
  return new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-cluster-role-binding`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
      subjects: [subject(account)],
    },
    options,
  );
}

function subject({ metadata }: k8s.core.v1.ServiceAccount): types.input.rbac.v1.Subject {
  return { kind: "ServiceAccount", name: metadata.name, namespace: metadata.namespace };
}
