import { setMaxListeners } from "node:events";
import { kubeClient } from "../../kube/client";
import type { PartInstance, ProviderPart } from "../part";
import { check } from "./check";
import type { Cluster } from "./cluster";
import { create, previewCreate } from "./create";
import { read, remove } from "./read";
import type { Environment } from "./settings";
import { replacingArguments, settingsOf } from "./settings";
import { diff, update } from "./update";

export interface KubernetesPartOptions {
  /**
   * Environment of exec credential plugins, and the one in which KUBECONFIG and `PULUMI_K8S_*` are looked up.
   * Default: this process's.
   */
  readonly env?: Environment;
}

/**
 * Stands in for the `kubernetes` provider, against a true API server: creates by POST, updates by server-side apply,
 * previews and looks for drift by dry run, waits by kind and annotation. Stricter than the official provider in one
 * thing: a field that the API does not know is an error. Components of that package (charts, YAML files) and its
 * functions are refused by name.
 */
export function kubernetesPart({ env = process.env }: KubernetesPartOptions = {}): ProviderPart {
  return {
    package: "kubernetes",
    diffConfig: (olds, news) => ({ replaces: replacingArguments(olds, news) }),
    configure(config) {
      const settings = settingsOf(config, env);
      const { kubeconfig, context } = settings;
      const client = kubeClient({ kubeconfig, env, ...(context === undefined ? {} : { context }) });
      const end = new AbortController();
      // As many waits as there are objects under way are no leak.
      setMaxListeners(0, end.signal);
      return Promise.resolve(
        instanceOf({ client, settings, signal: end.signal }, () => {
          end.abort(new Error("cancelled"));
          client.close();
        }),
      );
    },
  };
}

function instanceOf(cluster: Cluster, cancel: () => void): PartInstance {
  return {
    check: (request) => check(cluster, request),
    diff: (request) => diff(cluster, request),
    async create(request) {
      if (request.preview) return { id: "", outputs: await previewCreate(cluster, request) };
      return create(cluster, request);
    },
    read: (request) => read(cluster, request),
    update: (request) => update(cluster, request),
    delete: (request) => remove(cluster, request),
    invoke: (token) => Promise.reject(new Error(`the stand-in has no function "${token}"`)),
    cancel,
  };
}
