import type { Right } from "../../kubernetes/grants";
import { forbidRights, roleKinds, roleTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

/** The kubelet runs commands in any pod for whom it serves; a volume may be any path of a node. */
const rights: readonly Right[] = [
  { group: "", resources: ["nodes/proxy"], verbs: ["get", "create", "update", "patch", "delete"] },
  { group: "", resources: ["persistentvolumes"], verbs: ["create"] },
];

/** Nobody gets at nodes past the API server's checks. */
export const forbidNodeAccess = objectRule({
  name: "kubernetes-rbac-role-forbid-node-access",
  area: "access",
  title: "Roles give no way to nodes",
  description: "No role gives nodes/proxy or the making of persistent volumes.",
  level: "mandatory",
  severity: "critical",
  checks: [31],
  ids: ["CIS 4.1.9", "CIS 4.1.10"],
  remedy: "Give nodes/metrics or nodes/stats instead of nodes/proxy, and claims instead of volumes.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes",
  kinds: roleKinds,
  types: roleTypes,
  judge: forbidRights(rights, "a way to the nodes"),
});
