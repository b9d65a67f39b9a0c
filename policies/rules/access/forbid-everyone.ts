import { at, list, shown } from "../../core/json";
import { bindingKinds, bindingTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

/** Users and groups that are everybody: without a login, with any login, and all pods of the cluster. */
const everyone: readonly unknown[] = [
  "system:anonymous",
  "system:unauthenticated",
  "system:authenticated",
  "system:serviceaccounts",
];

/** Rights are given to somebody, never to all at once. */
export const forbidEveryone = objectRule({
  name: "kubernetes-rbac-binding-forbid-everyone",
  area: "access",
  title: "No rights for everybody",
  description: "No binding names a user or group that is everybody.",
  level: "mandatory",
  severity: "critical",
  checks: [31],
  ids: [],
  remedy: "Name the service accounts, users or groups that need the rights.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#hardening",
  kinds: bindingKinds,
  types: bindingTypes,
  judge: (binding, judgement) => {
    list(binding.fields["subjects"]).forEach((subject, index) => {
      judgement.part(() => {
        const name = at(subject, "name");
        if (!everyone.includes(name) || at(subject, "kind") === "ServiceAccount") return;
        judgement.report(
          `${binding.path}subjects[${index}].name`,
          `the binding gives rights to ${shown(name)}, which is everybody; name who needs them.`,
        );
      });
    });
  },
});
