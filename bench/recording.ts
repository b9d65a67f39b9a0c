/** One resource as the program registered it, in the form in which the SDK sends it to the engine. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  /** `URN::ID` of the provider that was asked for; empty for the default one. */
  readonly provider: string;
  /** Secrets, unknowns and assets are in it as the wire has them. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs of the resources that each input came from. */
  readonly inputsFrom: Readonly<Record<string, readonly string[]>>;
  /** URNs of all resources that had to be there first. */
  readonly after: readonly string[];
  readonly options: RecordedOptions;
}

/** The options that change what the engine or a provider has to do for a resource. */
export interface RecordedOptions {
  readonly version?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly additionalSecretOutputs?: readonly string[];
}

/** A resource of the flat program. Other resources are named by their place in the list. */
export interface FlatResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly inputsFrom: Readonly<Record<string, readonly number[]>>;
  readonly after: readonly number[];
  readonly provider?: number;
  readonly options: RecordedOptions;
}

/**
 * The same custom resources without their components: no parents, and names made unique where only the parent had
 * told two apart. A resource comes after all that it needs.
 *
 * @throws Error when a resource needs one that is not in the recording: the flat program would not be the same.
 */
export function flatten(recorded: readonly RecordedResource[]): readonly FlatResource[] {
  const kept = recorded.filter(({ custom, type }) => custom && type !== "pulumi:pulumi:Stack");
  const components = new Set(recorded.filter(({ custom }) => !custom).map(({ urn }) => urn));
  const sorted = inOrder(kept, components);
  const place = new Map(sorted.map(({ urn }, index) => [urn, index]));
  const places = (urns: readonly string[]): number[] =>
    urns.flatMap((urn) => place.get(urn) ?? []).sort((a, b) => a - b);
  const taken = new Set<string>();
  return sorted.map(({ type, name, inputs, inputsFrom, after, provider, options }) => {
    const [at] = provider === "" ? [] : places([providerUrn(provider)]);
    return {
      type,
      name: unique(type, name, taken),
      inputs,
      inputsFrom: Object.fromEntries(
        Object.entries(inputsFrom)
          .map(([key, urns]) => [key, places(urns)] as const)
          .filter(([, from]) => from.length > 0),
      ),
      after: places(after),
      ...(at === undefined ? {} : { provider: at }),
      options,
    };
  });
}

/** Registration order is not enough: a response may come back after the request of a resource that did not wait. */
function inOrder(
  resources: readonly RecordedResource[],
  components: ReadonlySet<string>,
): readonly RecordedResource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const done = new Set<RecordedResource>();
  const visit = (resource: RecordedResource): void => {
    if (done.has(resource)) return;
    for (const urn of needs(resource)) {
      const needed = byUrn.get(urn);
      if (needed !== undefined) visit(needed);
      else if (!components.has(urn)) throw new Error(`${resource.urn} needs ${urn}, which was not recorded`);
    }
    done.add(resource);
  };
  resources.forEach(visit);
  return [...done];
}

function needs({ provider, after, inputsFrom }: RecordedResource): string[] {
  const from = Object.values(inputsFrom).flat();
  return [...(provider === "" ? [] : [providerUrn(provider)]), ...after, ...from];
}

function providerUrn(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}

function unique(type: string, name: string, taken: Set<string>): string {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    const key = `${type} ${candidate}`;
    if (taken.has(key)) continue;
    taken.add(key);
    return candidate;
  }
}
