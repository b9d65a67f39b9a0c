import { at } from "../../core/json";
import { bindingKinds, bindingTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

/** Nobody is given `cluster-admin`. Administrators come in by access entries of EKS, which are on record in AWS. */
export const forbidClusterAdmin = objectRule({
  name: "kubernetes-rbac-binding-forbid-cluster-admin",
  area: "access",
  title: "Nobody is bound to cluster-admin",
  description: "No binding refers to the ClusterRole cluster-admin.",
  level: "mandatory",
  severity: "critical",
  checks: [31],
  ids: ["CIS 4.1.1", "C-0035"],
  remedy: "Bind a Role that names the resources and verbs that are needed.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
  kinds: bindingKinds,
  types: bindingTypes,
  judge: (binding, judgement) => {
    const reference = (field: string): unknown => at(binding.fields, "roleRef", field);
    // A Role of that name is one of its namespace's own.
    if (reference("name") !== "cluster-admin" || reference("kind") === "Role") return;
    judgement.report(
      `${binding.path}roleRef.name`,
      "the binding gives cluster-admin; bind a Role with the rights that are needed.",
    );
  },
});
