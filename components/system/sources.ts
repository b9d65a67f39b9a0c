import * as pulumi from "@pulumi/pulumi";
import type { Input } from "@pulumi/pulumi";
import type { StoreContract } from "../data/types";
import { storesInEnv } from "../spec/services";
import { trustFolder } from "../spec/store-kinds";
import type { ContainerSpec, EnvValue, Mount, SystemSpec, WorkloadSpec } from "../spec/types";
import type { EnvSource } from "../workload/container";
import type { Files } from "../workload/volumes";

/** Key of the one value in a generated secret. */
export const SECRET_KEY = "value";

/** Where what a spec refers to is found. */
export interface SourceContext {
  readonly stores: Readonly<Record<string, Pick<StoreContract, "secretName" | "trust" | "readerHosts">>>;
  /** Names of the generated Secrets, by secret. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** Names of the ConfigMaps, by config. */
  readonly configs: Readonly<Record<string, Input<string>>>;
  /** Public host; undefined for a system without routes. */
  readonly host: string | undefined;
}

/** A container's variables with every reference of the spec turned into a value or a key of an object. */
export function resolveEnv(
  env: Readonly<Record<string, EnvValue>>,
  context: SourceContext,
): Readonly<Record<string, EnvSource>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, resolve(name, value, context)]),
  );
}

function resolve(
  name: string,
  value: EnvValue,
  { stores, secrets, configs, host }: SourceContext,
): EnvSource {
  if (typeof value === "string") return value;
  if ("store" in value) {
    const { secretName, trust, readerHosts } = known(name, stores[value.store]);
    if (value.key === "ca") return trust;
    // Not in the Secret with the rest: a further reader is news to the pods that ask for readers, and to no others.
    if (value.key === "readerHosts")
      return { value: pulumi.all([...readerHosts]).apply((hosts) => hosts.join(",")) };
    return { secret: secretName, key: value.key };
  }
  if ("secret" in value) return { secret: known(name, secrets[value.secret]), key: SECRET_KEY };
  if ("config" in value) return { configMap: known(name, configs[value.config]), key: value.key };
  return value.public === "host" ? known(name, host) : `https://${known(name, host)}`;
}

/** A container's directories of files: those that its spec mounts, and the certificates of the stores that it uses. */
export function resolveFiles(
  { mounts = {} }: ContainerSpec,
  stores: readonly string[],
  context: SourceContext,
): readonly Files[] {
  return [
    ...Object.entries(mounts).map(([path, mount]) => ({ path, ...mounted(path, mount, context) })),
    ...stores.map((store) => {
      const { secret, key } = known(store, context.stores[store]).trust;
      return { volume: `trust-${store}`, path: trustFolder(store), from: { secret }, keys: [key] };
    }),
  ];
}

function mounted(
  path: string,
  mount: Mount,
  { secrets, configs }: SourceContext,
): Pick<Files, "volume" | "from"> {
  return "config" in mount
    ? { volume: `config-${mount.config}`, from: { configMap: known(path, configs[mount.config]) } }
    : { volume: `secret-${mount.secret}`, from: { secret: known(path, secrets[mount.secret]) } };
}

/** Stores that a workload uses: those in its variables, and those that it says it reaches. */
export function storesOf(workload: WorkloadSpec, { stores = {} }: SystemSpec): readonly string[] {
  const named = [...storesInEnv(workload), ...(workload.reaches ?? [])];
  return Object.keys(stores).filter((store) => named.includes(store));
}

function known<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`${name} refers to what validateSpec lets pass only if it exists`);
  return value;
}
