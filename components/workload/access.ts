import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Permission } from "../spec/types";

/** Metadata of the objects of one workload, which all have its name. */
export interface Metadata {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Who a workload's pods are: a ServiceAccount, which gives no token by itself, and a Role with its binding where the
 * pods have rights at the Kubernetes API.
 *
 * @returns what pods must come after.
 */
export function createAccess(
  name: string,
  {
    metadata,
    permissions = [],
  }: { readonly metadata: Metadata; readonly permissions?: readonly Permission[] },
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    { metadata, automountServiceAccountToken: false },
    opts,
  );
  if (permissions.length === 0) return [account];
  const role = new k8s.rbac.v1.Role(`${name}-role`, { metadata, rules: permissions.map(policyRule) }, opts);
  const binding = new k8s.rbac.v1.RoleBinding(
    `${name}-role-binding`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: metadata.namespace }],
    },
    opts,
  );
  return [account, binding];
}

/** One rule of a Role. */
export function policyRule({
  apiGroup = "",
  resources,
  names,
  verbs,
}: Permission): k8s.types.input.rbac.v1.PolicyRule {
  return {
    apiGroups: [apiGroup],
    resources: [...resources],
    ...(names === undefined ? {} : { resourceNames: [...names] }),
    verbs: [...verbs],
  };
}
