import assert from "node:assert/strict";
import type { KubeClient, KubeObject } from "../../../rehearsal/kube/client";
import { KubeError } from "../../../rehearsal/kube/client";
import { at, list } from "../../../policies/core/json";
import { eventually } from "../../support/eventually";
import type { CorpusPod, Json } from "../fixtures/pod-security-standard";

/** No pod of the corpus, but one that breaks several controls. */
const refused = {
  pod: { metadata: {}, spec: { containers: [{ name: "main", image: "registry.example.com/a:1" }] } },
};

/** Requests at a time. */
const width = 16;

/** Pod Security of a real API server, as a judge of pods. */
export class PodSecurity {
  /** Name of the pod that stands for all those that differ only in what is put into them for debugging. */
  readonly #hosts = new Map<string, string>();
  #namespace = "";

  constructor(
    readonly client: KubeClient,
    /** What Pod Security calls its controls. */
    readonly controls: readonly string[],
  ) {}

  /**
   * Makes a namespace under `restricted`. Pods that are to be debugged are made first, for what is bad about them
   * themselves is to be judged too.
   */
  async prepare(namespace: string, pods: readonly CorpusPod[]): Promise<void> {
    this.#namespace = namespace;
    const ref = { apiVersion: "v1", kind: "Namespace", name: namespace };
    await this.client.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    await this.client.waitUntil(
      { apiVersion: "v1", kind: "ServiceAccount", namespace, name: "default" },
      (accounts) => accounts.length === 1,
    );
    for (const pod of pods.filter(({ pod }) => isDebugged(pod)).map(({ pod }) => hostOf(pod))) {
      const key = JSON.stringify(pod);
      if (this.#hosts.has(key)) continue;
      const name = `host-${this.#hosts.size}`;
      this.#hosts.set(key, name);
      await this.client.create(this.#named(pod, name));
    }
    await this.client.patch(ref, {
      metadata: {
        labels: {
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/enforce-version": "v1.36",
        },
      },
    });
    // Pod Security learns of a namespace's labels by a watch, so the first pods would still be taken.
    await eventually("a refusal by Pod Security", async () => (await this.#judge(refused)).length > 0);
  }

  /** Makes a pod, without keeping it. @throws KubeError when the API server refuses it. */
  async create(pod: Json): Promise<void> {
    await this.client.create(this.#named(pod, "one"), { dryRun: true });
  }

  /** The controls that each pod breaks, sorted; where the API server takes it for invalid, what that says. */
  async judge(pods: readonly CorpusPod[]): Promise<readonly (readonly string[])[]> {
    const verdicts: (readonly string[])[] = [];
    const waiting = [...pods.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [index, pod] = next;
        verdicts[index] = await this.#judge(pod);
      }
    };
    await Promise.all(Array.from({ length: width }, work));
    return verdicts;
  }

  async #judge({ pod }: Pick<CorpusPod, "pod">): Promise<readonly string[]> {
    try {
      await (isDebugged(pod) ? this.#debug(pod) : this.create(pod));
      return [];
    } catch (error) {
      assert.ok(error instanceof KubeError, String(error));
      const [, said] = /violates PodSecurity "restricted:v1\.36": (.*)$/s.exec(error.message) ?? [];
      if (said === undefined) return [`not asked: ${error.message}`];
      // Each control says in brackets what it found.
      const broken = this.controls.filter((control) => new RegExp(`(^|, )${control}s? \\(`).test(said));
      assert.notDeepEqual(broken, [], said);
      return broken.sort();
    }
  }

  async #debug(pod: Json): Promise<void> {
    const name = this.#hosts.get(JSON.stringify(hostOf(pod)));
    assert.ok(name !== undefined);
    const ephemeralContainers = at(pod, "spec", "ephemeralContainers");
    await this.client.patch(
      { apiVersion: "v1", kind: "Pod", namespace: this.#namespace, name },
      { spec: { ephemeralContainers } },
      { subresource: "ephemeralcontainers", dryRun: true },
    );
  }

  #named(pod: Json, name: string): KubeObject {
    const { annotations } = at(pod, "metadata") as { annotations?: object };
    const metadata = { ...(annotations && { annotations }), name, namespace: this.#namespace };
    return { ...pod, apiVersion: "v1", kind: "Pod", metadata } as KubeObject;
  }
}

function isDebugged(pod: Json): boolean {
  return list(at(pod, "spec", "ephemeralContainers")).length > 0;
}

/** The pod without what is put into it for debugging. */
function hostOf(pod: Json): Json {
  const { ephemeralContainers: _, ...spec } = at(pod, "spec") as Json;
  return { ...pod, spec };
}
