import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { base64 } from "../common/base64";
import type { connectionKeys } from "../spec/store-kinds";
import { storeIdentity, storeKinds, storeUrl } from "../spec/store-kinds";
import type { StoreSpec } from "../spec/types";

/** Letters and digits alone: what stands in a URL as it is. */
const PASSWORD = { length: 32, special: false } as const;

/**
 * All passwords of an account, the one in force last. Each generation is a resource of its own, so that changing the
 * password adds one and touches none: the earlier ones are needed to log in and put the new one in force.
 */
export function createPasswords(
  name: string,
  rotation: number,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Output<string>[] {
  return Array.from(
    { length: rotation },
    (_, index) => new random.RandomPassword(`${name}${generation(index + 1)}`, PASSWORD, opts).result,
  );
}

/** One password that is never changed: that of a helper inside a pod. */
export function createPassword(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return new random.RandomPassword(name, PASSWORD, opts).result;
}

/** End of the name of what belongs to a generation of a password; the first has none. */
export function generation(rotation: number): string {
  return rotation === 1 ? "" : `-${rotation}`;
}

export interface ConnectionArgs {
  readonly system: string;
  readonly store: string;
  readonly spec: StoreSpec;
  /** Host that the store's certificate covers. */
  readonly host: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
}

export type Connection = Readonly<Record<(typeof connectionKeys)[number], pulumi.Output<string>>>;

/** What a client needs to connect to a store: the same keys wherever it runs. */
export function connectionOf({ system, store, spec, host, password }: ConnectionArgs): Connection {
  const identity = storeIdentity(system, spec);
  return {
    host: pulumi.output(host),
    port: pulumi.output(String(storeKinds[spec.kind].port)),
    username: pulumi.output(identity.username),
    password: pulumi.output(password),
    database: pulumi.output(identity.database),
    url: pulumi
      .all([host, password])
      .apply(([known, plain]) => storeUrl(spec, { name: store, host: known, password: plain, ...identity })),
  };
}

/**
 * A Secret that is named by the engine and immutable: another content is another Secret, and rolls the pods that read
 * it.
 */
export function createSecret(
  name: string,
  metadata: { readonly namespace: pulumi.Input<string>; readonly labels: Readonly<Record<string, string>> },
  content: Readonly<Record<string, pulumi.Input<string>>>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const data = Object.fromEntries(Object.entries(content).map(([key, value]) => [key, base64(value)]));
  return new k8s.core.v1.Secret(name, { metadata, immutable: true, data }, opts).metadata.name;
}
