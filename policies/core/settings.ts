import type { PolicyConfigSchema } from "@pulumi/policy";
import { fields, list } from "./json";
import type { Fields } from "./json";

/** JSON schema of one parameter; its `default` holds wherever a stack's configuration says nothing. */
export type Parameter = NonNullable<PolicyConfigSchema["properties"]>[string] & {
  readonly default: unknown;
  readonly description: string;
};

/** What has settings: a rule. */
interface Configured {
  readonly name: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
}

/** What a stack's configuration says of a rule, over what the rule itself says. */
export interface Settings {
  /** A parameter that is a list of texts. */
  readonly texts: (parameter: string) => readonly string[];
  readonly number: (parameter: string) => number;
  readonly flag: (parameter: string) => boolean;
  readonly text: (parameter: string) => string;
}

/** @throws Error for a parameter that the rule does not declare, which is a mistake of the rule. */
export function settingsOf({ name, parameters = {} }: Configured, config: Fields): Settings {
  const value = (parameter: string): unknown => {
    const declared = parameters[parameter];
    if (declared === undefined) throw new Error(`rule ${name} has no parameter ${parameter}`);
    return config[parameter] ?? declared.default;
  };
  const mistaken = (parameter: string, type: string): Error =>
    new Error(
      `policy configuration of ${name}: ${parameter} is to be a ${type}; correct it in policies/config`,
    );
  return {
    texts: (parameter) => list(value(parameter)).filter((one): one is string => typeof one === "string"),
    number: (parameter) => {
      const found = value(parameter);
      if (typeof found === "number") return found;
      throw mistaken(parameter, "number");
    },
    flag: (parameter) => {
      const found = value(parameter);
      if (typeof found === "boolean") return found;
      throw mistaken(parameter, "boolean");
    },
    text: (parameter) => {
      const found = value(parameter);
      if (typeof found === "string") return found;
      throw mistaken(parameter, "text");
    },
  };
}

/** An exception from a rule for one resource, for a time. */
export interface Exemption {
  /** `Kind namespace/name` or `Kind name` of a Kubernetes object, else `type-token logical-name`; `*` stands for any text. */
  readonly resource: string;
  readonly reason: string;
  /** The last day on which it holds, in UTC: `2027-06-30`. */
  readonly until: string;
  /** The controller that makes it, for what no stack registers and only the API server sees. @default none */
  readonly madeBy?: string;
}

/** The exemptions in a rule's configuration. They have been checked before, by the pack or the command. */
export function exemptionsOf(config: Fields): readonly Exemption[] {
  return list(config["exemptions"])
    .map(fields)
    .map(({ resource, reason, until, madeBy }) => ({
      resource: String(resource),
      reason: String(reason),
      until: String(until),
      ...(typeof madeBy === "string" && { madeBy }),
    }));
}

/** @param today `YYYY-MM-DD` in UTC. */
export function hasEnded({ until }: Exemption, today: string): boolean {
  return until < today;
}
