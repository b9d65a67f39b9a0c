import type { Severity } from "@pulumi/policy";
import type { Cel } from "./cel";
import type { Fields } from "./json";
import type { Judgement } from "./judgement";
import type { Parameter, Settings } from "./settings";

/** What rules are about; a folder of `rules/` each. */
export const areas = [
  "pod-security",
  "resources",
  "image",
  "namespace",
  "access",
  "network",
  "tls",
  "secrets",
  "lifecycle",
  "reliability",
  "monitoring",
  "cluster",
  "cloud",
  "storage",
  "ownership",
] as const;
export type Area = (typeof areas)[number];

/** What is said of every rule. */
export interface RuleText {
  /** `<provider>-<service>-<type>-<verb-subject>`. */
  readonly name: string;
  readonly area: Area;
  /** A few words. */
  readonly title: string;
  /** What holds when the rule is kept, as one sentence. */
  readonly description: string;
  /** Where no configuration says otherwise. */
  readonly level: "mandatory" | "advisory";
  /** Whether `policies/config/production.json` raises it to mandatory, for it costs more than a test stage is worth. */
  readonly mandatoryInProduction?: true;
  readonly severity: Severity;
  /** Checks of docs/policies.md that it is, or is a part of. */
  readonly checks: readonly number[];
  /** Where others say the same: `CIS 4.2.5`, `C-0016` (NSA controls of Kubescape), `PSS restricted`, `PR …` (Prowler). */
  readonly ids: readonly string[];
  /** What to do, as one sentence. */
  readonly remedy: string;
  readonly url: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
}

/** A resource as a rule sees it. */
export interface Subject {
  /** Type token, such as `aws:s3/bucket:Bucket`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly props: Fields;
  /** Whether the engine refuses to delete it. */
  readonly isProtected: boolean;
  /** Settings of the provider that it is made with, where the engine tells. */
  readonly provider?: Fields | undefined;
}

/** A rule that looks at one resource at a time. */
export interface ResourceRule extends RuleText {
  readonly scope: "resource";
  /** Every type token that it judges, in one version each; fixtures are demanded for each. */
  readonly types: readonly string[];
  /** Whether it judges a type, whatever the version. */
  readonly applies: (type: string) => boolean;
  readonly judge: (subject: Subject, judgement: Judgement, settings: Settings) => void;
  /** The same condition for the API server, where it can hold it too. */
  readonly cel?: Cel;
  /** The properties as they should be, where one answer is right; undefined when nothing is to be changed. */
  readonly remediate?: (subject: Subject) => Record<string, unknown> | undefined;
}

/** A resource of the whole graph. */
export interface Node extends Subject {
  readonly urn: string;
  /** URN of the component that it stands in. */
  readonly parent: string | undefined;
  /** What the program wrote, where `props` are what the provider answered with. */
  readonly inputs?: Fields | undefined;
  /** URNs of the resources that a property is made from, by the property's name; values may still be unknown. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
}

/** A rule that looks at all resources of a stack. */
export interface StackRule extends RuleText {
  readonly scope: "stack";
  readonly judge: (graph: readonly Node[], judgement: Judgement, settings: Settings) => void;
}

export type Rule = ResourceRule | StackRule;

/** A rule about resources of a cloud, by exact type tokens. */
export function resourceRule(rule: Omit<ResourceRule, "scope" | "applies">): ResourceRule {
  const types = new Set(rule.types);
  return { ...rule, scope: "resource", applies: (type) => types.has(type) };
}

/** A rule about the whole graph. */
export function stackRule(rule: Omit<StackRule, "scope">): StackRule {
  return { ...rule, scope: "stack" };
}
