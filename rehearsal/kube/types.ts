/** Metadata of a Kubernetes object, as far as this program reads it. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  readonly [field: string]: unknown;
}

/** Who an object is deleted with. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** Any Kubernetes object as JSON. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** Names one object. Without a namespace, a namespaced kind means the namespace of the kubeconfig's context. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Names the objects of one kind. Without a namespace: those of all namespaces. */
export interface ListTarget {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  /** Only the object of this name. */
  readonly name?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** How the API server serves a kind. */
export interface ApiResource {
  readonly apiVersion: string;
  readonly kind: string;
  /** Plural name in the path, e.g. `deployments`. */
  readonly path: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface KubeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute path below the server's address, e.g. `/api/v1/namespaces`. */
  readonly path: string;
  /** Undefined values are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default `application/json`. */
  readonly accept?: string;
  /** Milliseconds for the whole request, its retries too. Default 30,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface KubeResponse {
  readonly status: number;
  /** Parsed JSON; a string for any other content type; undefined when empty. */
  readonly body: unknown;
  /** Texts of the `Warning` headers, e.g. what Pod Security says of a workload that it lets pass. */
  readonly warnings: readonly string[];
}

/** What a write gives back: the object as the server now has it (or would have it, on a dry run). */
export interface Written {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

export interface CallOptions {
  /** Milliseconds. Default 30,000. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface WriteOptions extends CallOptions {
  /** Who owns the fields that are written. Default `slipway`. */
  readonly fieldManager?: string;
  /** Validate and default on the server, store nothing. Default false. */
  readonly dryRun?: boolean;
  /** Default `Strict`: a field that the schema does not know is an error. */
  readonly fieldValidation?: "Strict" | "Warn" | "Ignore";
  /** E.g. `status` or `scale`. */
  readonly subresource?: string;
}

export interface ApplyOptions extends WriteOptions {
  /** Take fields over from other managers. Default false: a conflict is an error (409). */
  readonly force?: boolean;
}

export interface PatchOptions extends WriteOptions {
  /** Default `merge`. */
  readonly type?: "merge" | "json" | "strategic";
}

export interface DeleteOptions extends CallOptions {
  /** Default `Background`. */
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
  readonly gracePeriodSeconds?: number;
  readonly dryRun?: boolean;
  /** Delete only if the object still has this uid. */
  readonly uid?: string;
}

/** Objects of one kind at one moment. */
export interface ObjectList {
  readonly items: readonly KubeObject[];
  /** Where a watch may go on from. */
  readonly resourceVersion: string;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: KubeObject;
}

export interface WatchOptions {
  /** Where to start, from a list. Absent: first an ADDED event for each object that there is. */
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

export interface WaitOptions extends CallOptions {
  /** What is waited for, for the message of a timeout: `Deployment shop/web to become ready`. */
  readonly what?: string;
}
