import { celText, celTexts } from "../../policies/core/cel";
import type { CelValidation, CelVariable } from "../../policies/core/cel";
import { expressionOf, matches } from "../../policies/core/ledger";

/** A condition of a ValidatingAdmissionPolicy: where one is false, the policy is not asked. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** The cluster's own controllers of workloads, as one process or each by its own account, as EKS runs them. */
const controllers = [
  "system:kube-controller-manager",
  ...["cronjob", "daemon-set", "deployment", "job", "replicaset", "replication", "statefulset"].map(
    (name) => `system:serviceaccount:kube-system:${name}-controller`,
  ),
];

const byController = `request.userInfo.username in ${celTexts(controllers)}`;

/** What controllers call what they make for another object, after `made` the end of the name. */
const madeNames = [
  // The hash of a pod template: https://pkg.go.dev/k8s.io/apimachinery/pkg/util/rand#SafeEncodeString
  { owner: "Deployment", kind: "ReplicaSet", made: "-[bcdfghjklmnpqrstvwxz2456789]{1,10}" },
  // The time of the run, in minutes.
  { owner: "CronJob", kind: "Job", made: "-[0-9]{1,11}" },
] as const;

/**
 * Lets through what exemptions name, and what the cluster's own controllers make for it: the pods of a workload, the
 * ReplicaSets of a Deployment and the Jobs of a CronJob, and the pods of those. That an object says who owns it is
 * believed of nobody else, for everybody may write so.
 *
 * @param resources Of exemptions; those that name no Kubernetes object are left out.
 */
export function exemptCondition(resources: readonly string[]): readonly MatchCondition[] {
  const named = resources.filter((resource) => /^[^ :]+ [^ ]+$/.test(resource));
  if (named.length === 0) return [];
  const patterns = named.map(expressionOf);
  const owners = named.flatMap((resource) => {
    const [kind = "", name = ""] = resource.split(" ");
    return madeNames
      .filter(({ owner }) => matches(kind, owner))
      .map((one) => expressionOf(`${one.kind} ${name}`).replace(/\$$/, `${one.made}$`));
  });
  const space = "(object.metadata.?namespace.orValue('') == '' ? '' : object.metadata.namespace + '/')";
  const calls = (kind: string, name: string, expressions: readonly string[]): string =>
    `[${kind} + ' ' + ${space} + ${name}].exists(name, ${anyOf(expressions)})`;
  const own = calls("object.kind", "object.metadata.name", patterns);
  const owner = calls("owner.kind", "owner.name", [...patterns, ...owners]);
  const made = `object.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false) && ${owner})`;
  return [{ name: "is-not-exempt", expression: `!(${own} || (${byController} && ${made}))` }];
}

function anyOf(expressions: readonly string[]): string {
  return expressions.map((expression) => `name.matches(${celText(expression)})`).join(" || ");
}

/**
 * Leaves alone an object that is being deleted, and an update of nothing that the rule looks at, as Pod Security does
 * too: else whatever was there before the rule could be neither scaled down nor freed of its finalizers. Labels,
 * annotations and the number of replicas count where the rule's conditions name them.
 */
export function changeConditions(conditions: {
  readonly variables: readonly CelVariable[];
  readonly validations: readonly CelValidation[];
}): readonly MatchCondition[] {
  const text = [...conditions.variables, ...conditions.validations]
    .map(({ expression }) => expression)
    .join("\n");
  const reads = (field: string): boolean => new RegExp(`\\b${field}\\b`).test(text);
  const changes = [
    differ("dyn(object)", "dyn(oldObject)", ["metadata", "status", "spec"]),
    differ("object.?spec.orValue({})", "oldObject.?spec.orValue({})", reads("replicas") ? [] : ["replicas"]),
    ...(reads("labels") ? ["object.metadata.?labels != oldObject.metadata.?labels"] : []),
    // A Deployment's controller notes its own affairs in them.
    ...(reads("annotations")
      ? [`(!(${byController}) && object.metadata.?annotations != oldObject.metadata.?annotations)`]
      : []),
  ];
  return [
    { name: "is-kept", expression: "!object.metadata.?deletionTimestamp.hasValue()" },
    { name: "is-changed", expression: `request.operation != 'UPDATE' || ${changes.join(" || ")}` },
  ];
}

/** Whether two maps differ in any key but these. */
function differ(one: string, other: string, except: readonly string[]): string {
  const counts = except.length === 0 ? "" : `!(key in ${celTexts(except)}) && `;
  return (
    `${one}.exists(key, ${counts}${other}[?key] != optional.of(${one}[key])) || ` +
    `${other}.exists(key, ${counts}!(key in ${one}))`
  );
}
