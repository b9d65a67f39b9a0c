/** A resource as an exported state has it. What is not named here is passed on as it is. */
interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
  readonly [field: string]: unknown;
}

interface StatePending {
  readonly type: string;
  readonly resource: StateResource;
}

interface ExportedState {
  readonly deployment?: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly StatePending[];
    readonly [field: string]: unknown;
  } | null;
  readonly [field: string]: unknown;
}

/** A state in which creates that were cut off have become resources. */
export interface Recovered {
  /** The state as text, for `pulumi stack import`. */
  readonly state: string;
  /** URNs of the resources that were put into it; whether they exist, the next refresh finds out. */
  readonly urns: readonly string[];
}

/**
 * Puts the resources that a killed engine was creating into its state, as far as their inputs alone tell what the
 * provider calls them. A refresh then takes those out again that were not created after all.
 *
 * `pulumi refresh --import-pending-creates` is meant for the same, but 3.259 only drops the operation. Letting the
 * provider adopt whatever exists (`upsertExistingObjects`) would take over other people's objects too, and would
 * make one with a generated name twice: the names of those that were under way stand in the state alone.
 *
 * @param text An exported state; its secrets may be encrypted.
 * @returns undefined when there is nothing to put in.
 */
export function recovered(text: string): Recovered | undefined {
  const state = JSON.parse(text) as ExportedState;
  const { resources = [], pending_operations: pending = [] } = state.deployment ?? {};
  let next = resources;
  const settled = new Set<StatePending>();
  const urns: string[] = [];
  for (const operation of pending) {
    const { resource } = operation;
    const id = operation.type === "creating" ? idOf(resource.type, resource.inputs ?? {}) : undefined;
    if (id === undefined) continue;
    settled.add(operation);
    urns.push(resource.urn);
    // A later run may have made it, for a create that was cut off stays on record until it is cleared.
    if (next.some((one) => one.urn === resource.urn && isLive(one) && one.id === id)) continue;
    next = withCreated(next, resource, id);
  }
  if (settled.size === 0) return undefined;
  const left = pending.filter((operation) => !settled.has(operation));
  const deployment = { ...state.deployment, resources: next, pending_operations: left };
  return { state: JSON.stringify({ ...state, deployment }), urns };
}

/**
 * The resources with one more, which was to replace another of its name when there is one: that one is deleted next,
 * unless it was deleted first.
 */
function withCreated(
  resources: readonly StateResource[],
  created: StateResource,
  id: string,
): StateResource[] {
  // What its inputs say is secret stays so in what a refresh makes of the outputs.
  const resource = { ...created, id, outputs: created.inputs ?? {} };
  const at = resources.findIndex(({ urn }) => urn === created.urn);
  if (at === -1) return [...resources, resource];
  const others = resources.slice(at).flatMap((one) => {
    if (one.urn !== created.urn || one.delete === true) return [one];
    return one.pendingReplacement === true ? [] : [{ ...one, delete: true }];
  });
  // Before the other, for what depends on it comes after that one.
  return [...resources.slice(0, at), resource, ...others];
}

function isLive(resource: StateResource): boolean {
  return resource.delete !== true && resource.pendingReplacement !== true;
}

/** Resources whose id is their name, or several fields with colons between them, as the provider documents of import. */
const idFields: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/logGroup:LogGroup": ["name"],
  "aws:ecr/repository:Repository": ["name"],
  "aws:eks/accessEntry:AccessEntry": ["clusterName", "principalArn"],
  "aws:iam/role:Role": ["name"],
  "aws:kms/alias:Alias": ["name"],
};

/** Types of the Kubernetes package that are not one object of the API, or do not mind that theirs exists. */
const noObject = /^kubernetes:(helm\.sh|yaml|kustomize)(\/|:)|Patch$|List$/;

/**
 * What a provider calls a resource, where its checked inputs tell: by then a provider has filled in the name that it
 * generates. Undefined for what gets an id from its cloud, and for what takes minutes to become ready after it exists.
 */
export function idOf(type: string, inputs: Readonly<Record<string, unknown>>): string | undefined {
  if (/^kubernetes:[^:]+:/.test(type)) {
    if (noObject.test(type)) return undefined;
    const { name, namespace } = (inputs["metadata"] ?? {}) as { name?: unknown; namespace?: unknown };
    if (typeof name !== "string" || name === "") return undefined;
    if (namespace === undefined || namespace === "") return name;
    return typeof namespace === "string" ? `${namespace}/${name}` : undefined;
  }
  const values = idFields[type]?.map((field) => inputs[field]);
  if (values === undefined || values.some((value) => typeof value !== "string" || value === ""))
    return undefined;
  return values.join(":");
}
