import type { Grant } from "../../kubernetes/grants";
import { eachGrant, roleKinds, roleTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

const parts: readonly (readonly [string, (grant: Grant) => readonly unknown[]])[] = [
  ["apiGroups", (grant) => grant.apiGroups],
  ["resources", (grant) => grant.resources],
  ["verbs", (grant) => grant.verbs],
  ["nonResourceURLs", (grant) => grant.nonResourceUrls],
];

/** A `*` also gives what does not exist yet, such as the resources of the next version. */
export const forbidWildcards = objectRule({
  name: "kubernetes-rbac-role-forbid-wildcards",
  area: "access",
  title: "Roles name what they give",
  description: "No role gives * of API groups, resources, verbs or URLs.",
  level: "mandatory",
  severity: "high",
  checks: [31],
  ids: ["CIS 4.1.3", "C-0035"],
  remedy: "Name the API groups, resources and verbs that are needed.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege",
  kinds: roleKinds,
  types: roleTypes,
  judge: (role, judgement) => {
    eachGrant(role, judgement, (grant) => {
      for (const [part, valuesOf] of parts) {
        judgement.part(() => {
          const wildcard = valuesOf(grant).find(
            (value) =>
              value === "*" || value === "/*" || (typeof value === "string" && value.startsWith("*/")),
          );
          if (wildcard === undefined) return;
          judgement.report(
            `${grant.path}.${part}`,
            `the role gives every one of ${part}; name those that are needed.`,
          );
        });
      }
    });
  },
});
