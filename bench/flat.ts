import * as pulumi from "@pulumi/pulumi";
import type { FlatResource } from "./recording";

class Bare extends pulumi.CustomResource {}

class BareProvider extends pulumi.ProviderResource {}

const providerPrefix = "pulumi:providers:";

/**
 * Registers recorded resources one after the other, with nothing around them: the least that a program with the same
 * types, inputs and references between them can cost. Secrets, unknowns and assets pass through the SDK as they were
 * recorded, so the engine gets the same values again.
 */
export function registerFlat(resources: readonly FlatResource[]): void {
  const made: pulumi.CustomResource[] = [];
  const at = (index: number): pulumi.CustomResource => {
    const resource = made[index];
    if (resource === undefined) throw new Error(`resource ${index} is needed before it is registered`);
    return resource;
  };
  for (const { type, name, inputs, inputsFrom, after, provider, options } of resources) {
    const props = Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, from(value, (inputsFrom[key] ?? []).map(at))]),
    );
    const opts: pulumi.CustomResourceOptions = {
      ...options,
      ignoreChanges: [...(options.ignoreChanges ?? [])],
      additionalSecretOutputs: [...(options.additionalSecretOutputs ?? [])],
      dependsOn: after.map(at),
      ...(provider === undefined ? {} : { provider: asProvider(at(provider)) }),
    };
    made.push(
      type.startsWith(providerPrefix)
        ? new BareProvider(type.slice(providerPrefix.length), name, props, opts)
        : new Bare(type, name, props, opts),
    );
  }
}

function asProvider(resource: pulumi.CustomResource): pulumi.ProviderResource {
  if (resource instanceof pulumi.ProviderResource) return resource;
  throw new Error("a resource was recorded with a provider that is none");
}

/** A value that waits for the resources that it came from, and names them to the engine. */
function from(value: unknown, resources: readonly pulumi.CustomResource[]): pulumi.Input<unknown> {
  if (resources.length === 0) return value;
  // The URN alone is known in a preview, too.
  return pulumi.all(resources.map(({ urn }) => urn)).apply(() => value);
}
