import type { Input } from "@pulumi/pulumi";
import type { EnvValue } from "../spec/types";
import type { EnvSource } from "../workload/pod";

/** Key of the one value in a generated secret. */
export const SECRET_KEY = "value";

/** Where the values that a spec refers to are found. */
export interface EnvContext {
  /** Names of the stores' Secrets, by store. */
  readonly stores: Readonly<Record<string, Input<string>>>;
  /** Names of the generated Secrets, by secret. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** Public host; undefined for a system without routes. */
  readonly host: string | undefined;
}

/** A service's variables with every reference of the spec turned into a value or a key of a Secret. */
export function resolveEnv(
  env: Readonly<Record<string, EnvValue>>,
  context: EnvContext,
): Readonly<Record<string, EnvSource>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, resolve(name, value, context)]),
  );
}

function resolve(name: string, value: EnvValue, { stores, secrets, host }: EnvContext): EnvSource {
  if (typeof value === "string") return value;
  if ("store" in value) return { secret: known(name, stores[value.store]), key: value.key };
  if ("secret" in value) return { secret: known(name, secrets[value.secret]), key: SECRET_KEY };
  return value.public === "host" ? known(name, host) : `https://${known(name, host)}`;
}

function known<T>(name: string, value: T | undefined): T {
  if (value === undefined)
    throw new Error(`variable ${name} refers to what validateSpec lets pass only if it exists`);
  return value;
}
