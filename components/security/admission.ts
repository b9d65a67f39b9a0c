import type { Cel } from "../../policies/core/cel";
import type { Fields } from "../../policies/core/json";
import { fields } from "../../policies/core/json";
import type { ResourceRule, Rule } from "../../policies/core/rule";
import { exemptionsOf, hasEnded, settingsOf } from "../../policies/core/settings";
import type { MatchCondition } from "./admission-conditions";
import { changeConditions, exemptCondition } from "./admission-conditions";

/** A rule that the API server can hold. */
export type AdmissionRule = ResourceRule & { readonly cel: Cel };

/** A stage's configuration of the pack, as `policies/config/` holds it: by rule, or `all`, a level or more. */
export type PackConfig = Fields;

export interface AdmissionOptions {
  /** `YYYY-MM-DD` in UTC; exemptions that ended before are left out. */
  readonly today: string;
  /** Namespaces where a refusal is only a warning. */
  readonly watched: readonly string[];
}

/** What the API server does about an object that breaks a rule. */
export type ValidationAction = "Deny" | "Warn" | "Audit";

/** A ValidatingAdmissionPolicy's spec (https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/). */
export interface PolicySpec {
  readonly failurePolicy: "Fail";
  readonly matchConstraints: {
    readonly matchPolicy: "Equivalent";
    readonly resourceRules: ResourceMatch[];
  };
  readonly matchConditions: MatchCondition[];
  readonly variables: { readonly name: string; readonly expression: string }[];
  readonly validations: {
    readonly expression: string;
    readonly message: string;
    readonly reason: "Forbidden";
  }[];
}

interface ResourceMatch {
  readonly apiGroups: string[];
  readonly apiVersions: string[];
  readonly resources: string[];
  readonly operations: ["CREATE", "UPDATE"];
}

/** A ValidatingAdmissionPolicyBinding's spec. */
export interface BindingSpec {
  readonly policyName: string;
  readonly validationActions: ValidationAction[];
  readonly matchResources: {
    readonly namespaceSelector: {
      readonly matchExpressions: {
        readonly key: string;
        readonly operator: "In" | "NotIn";
        readonly values: string[];
      }[];
    };
  };
}

/** A rule as the API server gets it. */
export interface Admission {
  /** Name of the policy: the rule's. */
  readonly name: string;
  readonly policy: PolicySpec;
  /** By what they are for; each is named for it, after the policy. */
  readonly bindings: Readonly<Partial<Record<"enforced" | "watched", BindingSpec>>>;
}

/** Namespaces of the cluster's own parts, which on EKS are Amazon's to answer for. */
export const ignoredNamespaces = ["kube-system", "kube-public", "kube-node-lease"] as const;

/** The label by which the API server itself names each namespace, and which nobody can change. */
const NAMESPACE_NAME = "kubernetes.io/metadata.name";

/** The rules that the API server can hold. */
export function admissionRules(rules: readonly Rule[]): readonly AdmissionRule[] {
  return rules.filter((rule): rule is AdmissionRule => rule.scope === "resource" && rule.cel !== undefined);
}

/**
 * A rule as a ValidatingAdmissionPolicy with its bindings; undefined where the configuration disables the rule.
 *
 * - `mandatory` refuses, `advisory` warns; both leave a note in the audit log. In watched namespaces all of them warn.
 * - {@link ignoredNamespaces} are bound to nothing. A Namespace object is selected by its own name; other objects
 *   without a namespace always are.
 * - Deletion is never looked at. {@link changeConditions} says which updates are not, {@link exemptCondition} how
 *   exemptions hold.
 */
export function admissionOf(
  rule: AdmissionRule,
  config: PackConfig,
  { today, watched }: AdmissionOptions,
): Admission | undefined {
  const level = levelOf(rule, config);
  if (level === "disabled") return undefined;
  const own = fields(config[rule.name]);
  const { resources, variables = [] } = rule.cel;
  const validations = rule.cel.validations(settingsOf(rule, own));
  const exempt = exemptionsOf(own).filter((exemption) => !hasEnded(exemption, today));
  const warns = level === "advisory";
  // Where every namespace gets a warning, none is apart.
  const apart = warns ? [] : watched;
  return {
    name: rule.name,
    policy: {
      failurePolicy: "Fail",
      matchConstraints: { matchPolicy: "Equivalent", resourceRules: resourceMatches(resources) },
      matchConditions: [
        ...exemptCondition(exempt.map(({ resource }) => resource)),
        ...changeConditions({ variables, validations }),
      ],
      variables: variables.map(({ name, expression }) => ({ name, expression })),
      validations: validations.map(({ expression, message }) => ({
        expression,
        message: `${rule.name}: ${message}`,
        reason: "Forbidden",
      })),
    },
    bindings: {
      enforced: binding(rule.name, warns ? ["Warn", "Audit"] : ["Deny", "Audit"], "NotIn", [
        ...ignoredNamespaces,
        ...apart,
      ]),
      ...(apart.length > 0 && { watched: binding(rule.name, ["Warn", "Audit"], "In", apart) }),
    },
  };
}

function binding(
  policyName: string,
  validationActions: ValidationAction[],
  operator: "In" | "NotIn",
  values: readonly string[],
): BindingSpec {
  const namespaceSelector = { matchExpressions: [{ key: NAMESPACE_NAME, operator, values: [...values] }] };
  return { policyName, validationActions, matchResources: { namespaceSelector } };
}

/** The level of a rule as CrossGuard takes it: the rule's own entry, else `all`, else what the rule says. */
function levelOf(rule: AdmissionRule, config: PackConfig): unknown {
  const entry = config[rule.name];
  const own = typeof entry === "string" ? entry : fields(entry)["enforcementLevel"];
  return own ?? config["all"] ?? rule.level;
}

/** `group/version/resource[/subresource]`, those of one group and version together. */
function resourceMatches(resources: readonly string[]): ResourceMatch[] {
  const byVersion = new Map<string, { group: string; version: string; names: string[] }>();
  for (const resource of resources) {
    const [group = "", version = "", ...name] = resource.split("/");
    const key = `${group}/${version}`;
    const known = byVersion.get(key) ?? { group, version, names: [] };
    known.names.push(name.join("/"));
    byVersion.set(key, known);
  }
  return [...byVersion.values()].map(({ group, version, names }) => ({
    apiGroups: [group],
    apiVersions: [version],
    resources: names,
    operations: ["CREATE", "UPDATE"],
  }));
}
