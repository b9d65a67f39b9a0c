import { fields, isAbsent, list } from "../core/json";
import type { Judgement } from "../core/judgement";
import type { GroupKind, KubernetesObject } from "./objects";

/** The kinds that hold rights, and their type tokens. */
export const roleKinds: readonly GroupKind[] = [
  "rbac.authorization.k8s.io/Role",
  "rbac.authorization.k8s.io/ClusterRole",
];
export const roleTypes: readonly string[] = [
  "kubernetes:rbac.authorization.k8s.io/v1:Role",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
];

/** The kinds that give rights to somebody, and their type tokens. */
export const bindingKinds: readonly GroupKind[] = [
  "rbac.authorization.k8s.io/RoleBinding",
  "rbac.authorization.k8s.io/ClusterRoleBinding",
];
export const bindingTypes: readonly string[] = [
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding",
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
];

/** One of a role's `rules`. */
export interface Grant {
  /** Where it stands: `rules[0]`. */
  readonly path: string;
  readonly apiGroups: readonly unknown[];
  readonly resources: readonly unknown[];
  readonly verbs: readonly unknown[];
  readonly nonResourceUrls: readonly unknown[];
  /** Whether it is about some objects only, by their names. */
  readonly isNamed: boolean;
}

/** Judges every grant of a role on its own, as far as it is known. */
export function eachGrant(role: KubernetesObject, judgement: Judgement, judge: (grant: Grant) => void): void {
  judgement.part(() => {
    judgement.each(listOf(role.fields["rules"]), (rule, index) => {
      const inner = fields(rule);
      judge({
        path: `${role.path}rules[${index}]`,
        get apiGroups() {
          return listOf(inner["apiGroups"]);
        },
        get resources() {
          return listOf(inner["resources"]);
        },
        get verbs() {
          return listOf(inner["verbs"]);
        },
        get nonResourceUrls() {
          return listOf(inner["nonResourceURLs"]);
        },
        get isNamed() {
          return list(inner["resourceNames"]).length > 0;
        },
      });
    });
  });
}

/** What a rule may forbid to grant. */
export interface Right {
  readonly group: string;
  /** With their subresource: `pods/exec`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Reports every grant that gives one of some rights; `why` says in a message what comes of it. */
export function forbidRights(
  rights: readonly Right[],
  why: string,
): (role: KubernetesObject, judgement: Judgement) => void {
  return (role, judgement) => {
    eachGrant(role, judgement, (grant) => {
      const granted = rights.map((right) => grantedOf(grant, right)).find((one) => one !== undefined);
      if (granted === undefined) return;
      judgement.report(`${grant.path}.resources`, `the role gives ${granted}, ${why}; take it out.`);
    });
  };
}

/** The first resource and verb of a right that a grant gives, by their names or by `*`, as `create pods`; else undefined. */
export function grantedOf(grant: Grant, right: Right): string | undefined {
  const { group, resources, verbs } = right;
  if (!holds(grant.apiGroups, group)) return undefined;
  const resource = resources.find(
    (one) =>
      holds(grant.resources, one) ||
      (one.includes("/") && grant.resources.includes(one.replace(/^[^/]+/, "*"))),
  );
  if (resource === undefined) return undefined;
  const verb = verbs.find((one) => holds(grant.verbs, one));
  return verb === undefined ? undefined : `${verb} ${resource}`;
}

function holds(values: readonly unknown[], wanted: string): boolean {
  return values.includes(wanted) || values.includes("*");
}

/** A value that should have been a list counts as one of it alone; the API server takes neither. */
function listOf(value: unknown): readonly unknown[] {
  if (isAbsent(value)) return [];
  return Array.isArray(value) ? (value as readonly unknown[]) : [value];
}
