import * as policy from "@pulumi/policy";
import type { Violation } from "../../policies/core/judgement";
import { Judgement } from "../../policies/core/judgement";
import type { ResourceRule, StackRule } from "../../policies/core/rule";
import { settingsOf } from "../../policies/core/settings";

const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy: <T>(props: T) => T };

/** The engine's markers of values that are not known in a preview. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const unknownObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

/** Steps from an object to one of its values. */
export type Path = readonly (string | number)[];

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Paths of the values that the rule could not decide without. */
  readonly undecided: readonly string[];
}

/** A resource as the engine would show it. */
export interface Shown {
  readonly type: string;
  readonly props: object;
  /** Default: `subject`. */
  readonly name?: string;
  readonly isProtected?: boolean;
  /** Logical name of the component that it stands in. */
  readonly parent?: string;
  /** Logical names of the resources that a property is made from, by the property's name. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  /** Settings of its provider. */
  readonly provider?: object;
  /** What the program wrote, where `props` are what the provider answered with. */
  readonly inputs?: object;
}

/** Asks one rule about one resource, as the engine does in a preview. */
export function judge(
  rule: ResourceRule,
  { type, props, name = "subject", isProtected = false, provider }: Shown,
  config: Readonly<Record<string, unknown>> = {},
): Verdict {
  const judgement = new Judgement();
  if (rule.applies(type)) {
    const subject = {
      type,
      name,
      props: unknownCheckingProxy(props) as Record<string, unknown>,
      isProtected,
      ...(provider && { provider: unknownCheckingProxy(provider) as Record<string, unknown> }),
    };
    rule.judge(subject, judgement, settingsOf(rule, config));
  }
  return { violations: judgement.violations, undecided: judgement.undecided };
}

/** Asks one rule about a whole stack. */
export function judgeStack(
  rule: StackRule,
  resources: readonly Shown[],
  config: Readonly<Record<string, unknown>> = {},
): Verdict {
  const judgement = new Judgement();
  const urnOf = (name: string): string => `urn:pulumi:test::slipway::any::${name}`;
  const graph = resources.map(
    ({ type, props, name = "subject", isProtected = false, parent, dependencies = {}, inputs }) => ({
      type,
      name,
      props: unknownCheckingProxy(props) as Record<string, unknown>,
      isProtected,
      urn: urnOf(name),
      parent: parent === undefined ? undefined : urnOf(parent),
      ...(inputs && { inputs: unknownCheckingProxy(inputs) as Record<string, unknown> }),
      dependencies: Object.fromEntries(
        Object.entries(dependencies).map(([property, names]) => [property, names.map(urnOf)]),
      ),
    }),
  );
  rule.judge(graph, judgement, settingsOf(rule, config));
  return { violations: judgement.violations, undecided: judgement.undecided };
}

/** A deep copy of `fixture` with one value set; `undefined` removes the key, an empty path takes the value whole. */
export function withChange<T extends object>(fixture: T, path: Path, value: unknown): T {
  if (path.length === 0) return value as T;
  // Through JSON, for a block that a fixture uses twice must become two.
  const copy = JSON.parse(JSON.stringify(fixture)) as T;
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}
