import { Discovery } from "./discovery";
import { isStatus, KubeError } from "./errors";
import type { Kubeconfig } from "./kubeconfig";
import { connectionOf } from "./kubeconfig";
import { callsOf, patchTypes, refOf, selectors } from "./request-parts";
import { Transport } from "./transport";
import { waitUntil, watch } from "./watch";
import type {
  ApiResource,
  ApplyOptions,
  CallOptions,
  DeleteOptions,
  KubeObject,
  KubeRequest,
  KubeResponse,
  ListTarget,
  ObjectList,
  ObjectRef,
  PatchOptions,
  WaitOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
  Written,
} from "./types";

export type * from "./types";
export type { Kubeconfig } from "./kubeconfig";
export { KubeError, KubeTimeout, KubeUnreachable, isStatus } from "./errors";

/** What {@link kubeClient} connects with. */
export interface KubeClientOptions {
  /** A kubeconfig as YAML or JSON text, or parsed. */
  readonly kubeconfig: string | Kubeconfig;
  /** Name of a context. Default: the kubeconfig's `current-context`. */
  readonly context?: string;
  /** The whole environment of an exec credential plugin. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * A connection to one API server. Every call throws {@link KubeError} for an answer of 400 or more and
 * {@link KubeUnreachable} for none; 429 and 503 are tried again as long as the timeout allows.
 */
export interface KubeClient {
  /** Address of the API server. */
  readonly server: string;
  /** Namespace of the kubeconfig's context, else `default`. */
  readonly namespace: string;

  request(request: KubeRequest): Promise<KubeResponse>;

  /** How the server serves a kind. @throws KubeError 404 `UnknownKind` when it does not, after one fresh look. */
  resourceFor(apiVersion: string, kind: string): Promise<ApiResource>;
  /**
   * Every kind that the server serves, asked anew, each in the version that its group prefers, without subresources.
   * Needs Kubernetes 1.30.
   */
  resources(): Promise<readonly ApiResource[]>;
  /** Path of one object, for `request`. */
  pathOf(ref: ObjectRef, subresource?: string): Promise<string>;

  /** Undefined when there is no such object. */
  get(ref: ObjectRef, options?: CallOptions): Promise<KubeObject | undefined>;
  list(target: ListTarget, options?: CallOptions): Promise<ObjectList>;
  /** POST. An object that exists is KubeError 409 `AlreadyExists`. */
  create(object: KubeObject, options?: WriteOptions): Promise<Written>;
  /** Server-side apply. */
  apply(object: KubeObject, options?: ApplyOptions): Promise<Written>;
  patch(ref: ObjectRef, patch: unknown, options?: PatchOptions): Promise<Written>;
  /** Asks for deletion and does not wait for its end. Resolves to false when there is no such object. */
  delete(ref: ObjectRef, options?: DeleteOptions): Promise<boolean>;

  /** One watch, until the server or `signal` ends it. @throws KubeError 410 when `resourceVersion` is too old. */
  watch(target: ListTarget, options?: WatchOptions): AsyncIterable<WatchEvent>;
  /**
   * Lists and watches until `done` gives anything but undefined or false, and resolves to that. `done` sees all
   * objects of the target after each change, and at least once.
   *
   * @throws KubeTimeout with the last objects after `options.timeout` (default 30,000 ms).
   */
  waitUntil<T>(
    target: ListTarget,
    done: (objects: readonly KubeObject[]) => T | undefined | false,
    options?: WaitOptions,
  ): Promise<T>;

  /** Closes idle connections. The client can still be used. */
  close(): void;
}

/** @throws SlipwayError when the kubeconfig cannot be used. Nothing is connected before the first call. */
export function kubeClient(options: KubeClientOptions): KubeClient {
  return new Client(options);
}

class Client implements KubeClient {
  readonly server: string;
  readonly namespace: string;
  readonly #transport: Transport;
  readonly #discovery: Discovery;

  constructor({ kubeconfig, context, env }: KubeClientOptions) {
    const connection = connectionOf(kubeconfig, context, env ?? process.env);
    this.server = connection.server;
    this.namespace = connection.namespace;
    this.#transport = new Transport(connection);
    this.#discovery = new Discovery(this.#transport);
  }

  request(request: KubeRequest): Promise<KubeResponse> {
    return this.#transport.request(request);
  }

  resourceFor(apiVersion: string, kind: string): Promise<ApiResource> {
    return this.#discovery.resourceFor(apiVersion, kind);
  }

  resources(): Promise<readonly ApiResource[]> {
    return this.#discovery.resources();
  }

  async pathOf(ref: ObjectRef, subresource?: string): Promise<string> {
    const base = await this.#collection(ref, ref.namespace ?? this.namespace);
    return `${base}/${encodeURIComponent(ref.name)}${subresource === undefined ? "" : `/${subresource}`}`;
  }

  async get(ref: ObjectRef, options: CallOptions = {}): Promise<KubeObject | undefined> {
    const path = await this.pathOf(ref);
    try {
      const { body } = await this.request({ method: "GET", path, ...options });
      return body as KubeObject;
    } catch (error) {
      if (isStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async list(target: ListTarget, options: CallOptions = {}): Promise<ObjectList> {
    const path = await this.#collection(target, target.namespace);
    const items: KubeObject[] = [];
    let resourceVersion = "";
    let next: string | undefined;
    do {
      const query = { ...selectors(target), limit: 500, continue: next };
      const { body } = await this.request({ method: "GET", path, query, ...options });
      const page = body as {
        metadata?: { continue?: string; resourceVersion?: string };
        items?: KubeObject[] | null;
      };
      // A list names the kind once, for all its items.
      for (const item of page.items ?? [])
        items.push({ ...item, apiVersion: target.apiVersion, kind: target.kind });
      resourceVersion = page.metadata?.resourceVersion ?? "";
      next = page.metadata?.continue === "" ? undefined : page.metadata?.continue;
    } while (next !== undefined);
    return { items, resourceVersion };
  }

  async create(object: KubeObject, options: WriteOptions = {}): Promise<Written> {
    const path = await this.#collection(object, object.metadata.namespace ?? this.namespace);
    return this.#write({ method: "POST", path, body: object }, options);
  }

  async apply(object: KubeObject, options: ApplyOptions = {}): Promise<Written> {
    const path = await this.pathOf(refOf(object), options.subresource);
    const contentType = "application/apply-patch+yaml";
    return this.#write({ method: "PATCH", path, body: object, contentType }, options, {
      force: options.force ?? false,
    });
  }

  async patch(ref: ObjectRef, patch: unknown, options: PatchOptions = {}): Promise<Written> {
    const path = await this.pathOf(ref, options.subresource);
    const contentType = patchTypes[options.type ?? "merge"];
    return this.#write({ method: "PATCH", path, body: patch, contentType }, options);
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}): Promise<boolean> {
    const { propagationPolicy = "Background", gracePeriodSeconds, dryRun, uid, timeout, signal } = options;
    const path = await this.pathOf(ref);
    const body = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy,
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(dryRun === true ? { dryRun: ["All"] } : {}),
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    try {
      await this.request({ method: "DELETE", path, body, ...callsOf({ timeout, signal }) });
      return true;
    } catch (error) {
      if (isStatus(error, 404)) return false;
      throw error;
    }
  }

  async *watch(target: ListTarget, options: WatchOptions = {}): AsyncGenerator<WatchEvent> {
    const path = await this.#collection(target, target.namespace);
    yield* watch(this.#transport, path, selectors(target), options);
  }

  waitUntil<T>(
    target: ListTarget,
    done: (objects: readonly KubeObject[]) => T | undefined | false,
    options: WaitOptions = {},
  ): Promise<T> {
    return waitUntil(this, target, done, options);
  }

  close(): void {
    this.#transport.close();
  }

  async #collection(
    of: { apiVersion: string; kind: string },
    namespace: string | undefined,
  ): Promise<string> {
    const { path, namespaced } = await this.#discovery.resourceFor(of.apiVersion, of.kind);
    const group = of.apiVersion.includes("/") ? `/apis/${of.apiVersion}` : `/api/${of.apiVersion}`;
    const scope = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${group}${scope}/${path}`;
  }

  async #write(
    request: KubeRequest,
    options: WriteOptions,
    query: KubeRequest["query"] = {},
  ): Promise<Written> {
    const { fieldManager = "slipway", fieldValidation = "Strict", dryRun = false } = options;
    const { body, warnings } = await this.request({
      ...request,
      ...callsOf(options),
      query: { ...query, fieldManager, fieldValidation, dryRun: dryRun ? "All" : undefined },
    });
    if (typeof body !== "object" || body === null) {
      throw new KubeError(500, "NoObject", `${request.method} ${request.path} gave no object`);
    }
    return { object: body as KubeObject, warnings };
  }
}
