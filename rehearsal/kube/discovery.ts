import { isStatus, KubeError } from "./errors";
import type { Transport } from "./transport";
import type { ApiResource } from "./types";

interface ServedResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs?: readonly string[];
}

/** `APIGroupDiscovery` of apidiscovery.k8s.io/v2: a whole server in two answers. */
interface GroupDiscovery {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly {
    readonly version: string;
    readonly resources?: readonly {
      readonly resource: string;
      readonly responseKind?: { readonly kind?: string };
      readonly scope: string;
      readonly verbs: readonly string[];
    }[];
  }[];
}

/** Knows which path serves a kind. Keeps one answer a group and version, and looks again when a kind is not in it. */
export class Discovery {
  readonly #versions = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(private readonly transport: Transport) {}

  async resourceFor(apiVersion: string, kind: string): Promise<ApiResource> {
    const known = this.#versions.get(apiVersion);
    const found = (await known)?.find((resource) => resource.kind === kind);
    if (found !== undefined) return found;

    // Another call may have looked again since: its answer is as fresh as one of our own.
    const current = this.#versions.get(apiVersion);
    const resources = await (current === undefined || current === known ? this.#fetch(apiVersion) : current);
    const fresh = resources.find((resource) => resource.kind === kind);
    if (fresh !== undefined) return fresh;
    throw new KubeError(
      404,
      "UnknownKind",
      `the API server serves no kind "${kind}" in version "${apiVersion}"`,
    );
  }

  async resources(): Promise<readonly ApiResource[]> {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    const answers = await Promise.all(
      ["/api", "/apis"].map((path) => this.transport.request({ method: "GET", path, accept })),
    );
    const found = new Map<string, ApiResource>();
    for (const { body } of answers) {
      const { items } = body as { items?: readonly GroupDiscovery[] };
      if (items === undefined)
        throw new KubeError(406, "NotAcceptable", "the API server is older than Kubernetes 1.30");
      for (const resource of items.flatMap(resourcesOf)) {
        // Versions come in order of preference.
        const key = `${resource.apiVersion.replace(/[^/]*$/, "")}${resource.kind}`;
        if (!found.has(key)) found.set(key, resource);
      }
    }
    return [...found.values()];
  }

  #fetch(apiVersion: string): Promise<readonly ApiResource[]> {
    const answer = this.#read(apiVersion);
    this.#versions.set(apiVersion, answer);
    // A failure is not an answer worth keeping.
    answer.catch(() => this.#versions.get(apiVersion) === answer && this.#versions.delete(apiVersion));
    return answer;
  }

  async #read(apiVersion: string): Promise<readonly ApiResource[]> {
    const path = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    try {
      const { body } = await this.transport.request({ method: "GET", path });
      return (body as { resources: ServedResource[] }).resources
        .filter(({ name }) => !name.includes("/"))
        .map(({ name, kind, namespaced, verbs = [] }) => ({
          apiVersion,
          kind,
          path: name,
          namespaced,
          verbs,
        }));
    } catch (error) {
      if (isStatus(error, 404)) return [];
      throw error;
    }
  }
}

function resourcesOf({ metadata, versions }: GroupDiscovery): ApiResource[] {
  const group = metadata?.name ?? "";
  return versions.flatMap(({ version, resources = [] }) =>
    resources.map(({ resource, responseKind, scope, verbs }) => ({
      apiVersion: group === "" ? version : `${group}/${version}`,
      kind: responseKind?.kind ?? "",
      path: resource,
      namespaced: scope === "Namespaced",
      verbs,
    })),
  );
}
