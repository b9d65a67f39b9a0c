import type { Props } from "../part";
import type { Fields } from "./fields";
import type { AccountObject, AccountView } from "./account";
import type { View } from "./values";

/** What a rule of a type sees of the operation that it judges. */
export interface Situation {
  readonly verb: "creating" | "updating" | "deleting";
  readonly type: string;
  readonly urn: string;
  /** Logical name. */
  readonly name: string;
  readonly preview: boolean;
  readonly accountId: string;
  readonly partition: string;
  /** Region of the object; empty for a global service. */
  readonly region: string;
  /** Inputs with defaults. While deleting: the live attributes. */
  readonly view: View;
  /** The live object; absent while creating. */
  readonly self: AccountObject | undefined;
  /** The id that the object has or gets. Unknown names make it meaningless in a preview. */
  readonly id: string;
  readonly account: AccountView;
  /** Hexadecimal digits that are the same whenever the same object is made; `salt` tells several apart. */
  hex(length: number, salt?: string): string;
  /** ARN in this account; the region is left empty for a global service. */
  arn(service: string, resource: string): string;
  /** The time, in ISO 8601. */
  now(): string;
  /** Where a new Kubernetes control plane answers; absent: an address that looks like EKS and answers to nobody. */
  cluster(): ClusterAnswer | undefined;
  /** @throws AwsError as the AWS API would answer. */
  refuse(code: string, message: string): never;
}

/** Endpoint and CA (base64 PEM) of the API server that stands for an EKS control plane. */
export interface ClusterAnswer {
  readonly endpoint: string;
  readonly caData: string;
}

/** An object that AWS makes by itself beside the one asked for. */
export interface Companion {
  readonly type: string;
  readonly id: string;
  readonly attributes: Props;
  /** False: it outlives its maker, as a log group of EKS does. */
  readonly owned: boolean;
}

/** One resource type of the simulated account. */
export interface Model {
  readonly type: string;
  /** Global services have no region. */
  readonly global?: boolean;
  readonly tags?: boolean;
  readonly fields: Fields;
  /** The provider names the object after the resource, with a random end, when the program gives no name. */
  readonly autoName?: {
    readonly field: string;
    readonly max: number;
    readonly prefix?: string;
    readonly lower?: boolean;
  };
  /** Names of the outputs that are not inputs, in the order of the typings. */
  readonly computed: readonly string[];
  /** Those of them that an update changes: unknown while one is previewed. */
  readonly moving?: readonly string[];
  /** Computed values inside blocks that the program gives: block → their names. */
  readonly computedInside?: Readonly<Record<string, readonly string[]>>;
  /** Fields that AWS never tells again: the account keeps their digest, and a refresh what the state says of them. */
  readonly hidden?: readonly string[];
  /** Rules among the inputs alone. Each gives a sentence, with the field it is about. */
  rules?(view: View): Iterable<{ readonly property: string; readonly reason: string }>;
  id(situation: Situation): string;
  /** Computed outputs, and values that AWS chooses for inputs that were left out. */
  outputs?(situation: Situation): Props;
  /** Attributes that other objects change, as a refresh finds them. */
  live?(object: AccountObject, account: AccountView): Props;
  /** Rules against the account, before create and update. */
  admit?(situation: Situation): void;
  companions?(situation: Situation): readonly Companion[];
  /** Guard of the deletion. */
  release?(situation: Situation): void;
  /** What AWS makes anew when this object is deleted. */
  leaves?(situation: Situation): readonly Companion[];
  /** Days until an object whose deletion is only scheduled is erased; undefined for one that is erased at once. */
  deletionWindow?(situation: Situation): number | undefined;
  /** This object goes away with that one: the field that names it, and its type. */
  readonly goesWith?: { readonly field: string; readonly type: string; readonly by: string };
}

/** An answer of the AWS API that says no. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "AwsError";
  }
}
