/** Plain JSON as it crosses the provider protocol. Secrets arrive unwrapped, unknowns as {@link UNKNOWN}. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export interface Props {
  readonly [key: string]: Json;
}

/** The engine's marker of a value that is not known in a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One input that a provider refuses, with the reason in one sentence. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** A resource as the engine names it. */
export interface ResourceRef {
  readonly urn: string;
  /** E.g. `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
}

export interface CheckRequest extends ResourceRef {
  readonly news: Props;
  readonly olds: Props | undefined;
  /** For generated names: the same for the same resource in the same plan. */
  readonly randomSeed: Buffer;
}

export interface DiffRequest extends ResourceRef {
  readonly id: string;
  readonly oldInputs: Props;
  readonly oldOutputs: Props;
  readonly news: Props;
  readonly ignoreChanges: readonly string[];
}

export interface DiffResult {
  /** Paths that changed, e.g. `spec.replicas`; empty: nothing to do. */
  readonly changes: readonly string[];
  /** Those of them that need a new resource. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface CreateRequest extends ResourceRef {
  readonly inputs: Props;
  readonly preview: boolean;
  /** Seconds after which waiting gives up; 0: the part's default. */
  readonly timeoutSeconds: number;
}

export interface UpdateRequest extends CreateRequest {
  readonly id: string;
  readonly oldInputs: Props;
  readonly oldOutputs: Props;
  readonly ignoreChanges: readonly string[];
}

export interface ReadRequest extends ResourceRef {
  readonly id: string;
  /** Absent for an import or a `get`. */
  readonly inputs: Props | undefined;
  readonly outputs: Props | undefined;
}

export interface DeleteRequest extends ResourceRef {
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
  readonly timeoutSeconds: number;
}

/**
 * Thrown by create and update when the object exists but did not become ready: the engine keeps it in the state
 * and the next update tries again.
 */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly inputs: Props,
    readonly outputs: Props,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join("; "));
    this.name = "PartialFailure";
  }
}

/** One configured provider instance: `new aws.Provider(...)` in the program makes one. */
export interface PartInstance {
  check(
    request: CheckRequest,
  ): Promise<{ readonly inputs: Props; readonly failures: readonly CheckFailure[] }>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<{ readonly id: string; readonly outputs: Props }>;
  /** Resolves to undefined when the object is gone. */
  read(
    request: ReadRequest,
  ): Promise<{ readonly id: string; readonly inputs: Props; readonly outputs: Props } | undefined>;
  update(request: UpdateRequest): Promise<{ readonly outputs: Props }>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: Props): Promise<Props>;
  /** The engine gives up: whatever still waits ends with an error. Nothing is called after it. */
  cancel?(): void;
}

/** The stand-in for one provider package. One server serves them all, by the package in the type token. */
export interface ProviderPart {
  /** E.g. `aws`. */
  readonly package: string;
  /** Provider arguments that differ so that every resource must be replaced; empty for nearly all. */
  diffConfig?(olds: Props, news: Props): { readonly replaces: readonly string[] };
  /** @throws Error with one sentence when the configuration is not usable. `config` may hold {@link UNKNOWN} in a preview. */
  configure(config: Props): Promise<PartInstance>;
}
