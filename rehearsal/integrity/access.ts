import type { KubeObject } from "../kube/client";
import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { World } from "./world";
import { inGroup } from "./world";

const group = "rbac.authorization.k8s.io";

interface Binding {
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  }[];
}

/** RoleBindings and ClusterRoleBindings: the role, and the ServiceAccounts that get it. */
export function* checkBindings(world: World): Generator<Finding> {
  for (const kind of ["RoleBinding", "ClusterRoleBinding"]) {
    for (const binding of world.all(inGroup(kind, group))) {
      // The API server makes these for controllers that may run without an account of their own.
      if (binding.metadata.labels?.["kubernetes.io/bootstrapping"] === "rbac-defaults") continue;
      yield* checkBinding(world, binding);
    }
  }
}

function* checkBinding(world: World, binding: KubeObject): Generator<Finding> {
  const { roleRef, subjects = [] } = binding as KubeObject & Binding;
  const home = roleRef.kind === "Role" ? binding.metadata.namespace : undefined;
  if (world.find(inGroup(roleRef.kind, group), home, roleRef.name) === undefined) {
    yield finding(binding, "roleRef", isMissing(roleRef.kind, roleRef.name, home));
  }
  for (const { kind, name, namespace } of subjects) {
    if (kind !== "ServiceAccount") continue;
    const where = namespace ?? binding.metadata.namespace;
    if (world.find("ServiceAccount", where, name) === undefined) {
      yield finding(binding, `subjects[${name}]`, isMissing("ServiceAccount", name, where));
    }
  }
}
