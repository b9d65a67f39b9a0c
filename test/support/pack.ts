import * as policy from "@pulumi/policy";
import type {
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Rule } from "../../policies/core/rule";
import { policiesOf } from "../../policies/pack";

const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy: <T>(props: T) => T };

/** A resource as the engine would show it to a pack. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly props: object;
  readonly urn?: string;
  readonly isProtected?: boolean;
  /** URN of the component that it stands in. */
  readonly parent?: string;
  /** URNs of the resources that each property comes from. */
  readonly comesFrom?: Readonly<Record<string, readonly string[]>>;
  /** Inputs of its provider. */
  readonly provider?: object;
}

/** What a policy of a pack reports. */
export interface Said {
  readonly by: string;
  readonly message: string;
  readonly urn?: string;
}

/** Runs a pack over a stack as the engine does: each resource by each rule, then the stack. */
export function runPack(
  rules: readonly Rule[],
  resources: readonly Resource[],
  { config = {}, today = "2026-06-01" }: { config?: Record<string, object>; today?: string } = {},
): readonly Said[] {
  const policies = policiesOf(rules, today);
  const said: Said[] = [];
  const reporter =
    (by: string, own?: string): ReportViolation =>
    (message, urn = own) =>
      void said.push({ by, message, ...(urn !== undefined && { urn }) });
  const argsOf = (
    {
      type,
      name,
      props,
      urn = `urn:${name}`,
      isProtected = false,
      parent,
      provider,
      comesFrom = {},
    }: Resource,
    by: string,
  ): ResourceValidationArgs =>
    ({
      type,
      name,
      urn,
      props: unknownCheckingProxy(props),
      opts: { protect: isProtected },
      propertyDependencies: Object.fromEntries(
        Object.entries(comesFrom).map(([property, urns]) => [property, urns.map((of) => ({ urn: of }))]),
      ),
      ...(provider && { provider: { props: unknownCheckingProxy(provider) } }),
      ...(parent !== undefined && { parent: { urn: parent } }),
      getConfig: () => config[by] ?? {},
    }) as unknown as ResourceValidationArgs;
  for (const resource of resources) {
    for (const each of policies) {
      const validate = (each as ResourceValidationPolicy).validateResource;
      if (typeof validate === "function") {
        void validate(
          argsOf(resource, each.name),
          reporter(each.name, resource.urn ?? `urn:${resource.name}`),
        );
      }
    }
  }
  for (const each of policies) {
    const validate = (each as Partial<StackValidationPolicy>).validateStack;
    const args = {
      resources: resources.map((resource) => argsOf(resource, each.name)),
      getConfig: () => config[each.name] ?? {},
    };
    if (validate !== undefined) void validate(args as never, reporter(each.name));
  }
  return said;
}
