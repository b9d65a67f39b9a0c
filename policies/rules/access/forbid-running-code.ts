import type { Right } from "../../kubernetes/grants";
import { forbidRights, roleKinds, roleTypes } from "../../kubernetes/grants";
import { objectRule } from "../../kubernetes/objects";

const change = ["create", "update", "patch"];

/** Who makes a pod acts as any service account of its namespace and reads any Secret of it. */
const rights: readonly Right[] = [
  // A command may be sent by GET as well as by POST.
  { group: "", resources: ["pods/exec", "pods/attach"], verbs: ["create", "get"] },
  { group: "", resources: ["pods/ephemeralcontainers"], verbs: ["update", "patch"] },
  { group: "", resources: ["pods", "replicationcontrollers"], verbs: change },
  {
    group: "apps",
    resources: ["deployments", "statefulsets", "daemonsets", "replicasets"],
    verbs: change,
  },
  { group: "batch", resources: ["jobs", "cronjobs"], verbs: change },
  { group: "argoproj.io", resources: ["rollouts"], verbs: change },
];

/** Nobody runs code in the cluster but by the stack and by controllers that are known. */
export const forbidRunningCode = objectRule({
  name: "kubernetes-rbac-role-forbid-running-code",
  area: "access",
  title: "Roles run no code",
  description: "No role makes pods or what makes them, or runs commands in their containers.",
  level: "mandatory",
  severity: "high",
  checks: [31],
  ids: ["CIS 4.1.4", "C-0002"],
  remedy: "Take the verbs out; give an exemption to a controller that makes workloads.",
  url: "https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation",
  kinds: roleKinds,
  types: roleTypes,
  judge: forbidRights(rights, "by which one runs code as others"),
});
