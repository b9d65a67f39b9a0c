import * as policy from "@pulumi/policy";
import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";

const { unknownCheckingProxy, UnknownValueError } = policy as unknown as {
  unknownCheckingProxy: <T>(props: T) => T;
  UnknownValueError: new () => Error;
};

/** The engine's markers of values that are not known in a preview. */
export const unknownString = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const unknownObject = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

export interface Verdict {
  readonly violations: readonly string[];
  /** Path of the value that the rule could not decide without; undefined when it decided. */
  readonly undecided: string | undefined;
}

/** Asks one rule about one resource, as the engine does in a preview. */
export function judge(rule: ResourceValidationPolicy, type: string, props: object): Verdict {
  const violations: string[] = [];
  const report: ReportViolation = (message) => void violations.push(message);
  const args = {
    type,
    props: unknownCheckingProxy(props),
    urn: `urn:pulumi:test::slipway::${type}::subject`,
    name: "subject",
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    isType: () => {
      throw new Error("rules decide by type token");
    },
    asType: () => undefined,
    getConfig: () => ({}),
    notApplicable: (reason?: string) => {
      throw new Error(reason ?? "not applicable");
    },
  } as unknown as ResourceValidationArgs;
  const validate = rule.validateResource;
  if (typeof validate !== "function") throw new Error(`${rule.name} has no single validateResource function`);
  try {
    void validate(args, report);
    return { violations, undecided: undefined };
  } catch (error) {
    if (!(error instanceof UnknownValueError)) throw error;
    return { violations, undecided: /at \.(\S+)/.exec(error.message)?.[1] ?? "?" };
  }
}

/** A deep copy of `fixture` with one value set; `undefined` removes the key. */
export function withChange<T extends object>(
  fixture: T,
  path: readonly (string | number)[],
  value: unknown,
): T {
  // Through JSON, for a block that a fixture uses twice must become two.
  const copy = JSON.parse(JSON.stringify(fixture)) as T;
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}
