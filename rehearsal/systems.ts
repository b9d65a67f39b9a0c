import type { KubeClient, KubeObject } from "./kube/client";
import type { RehearsedSystem } from "./report";

/** What the program tells of a system among the stack's outputs. */
interface Told {
  readonly namespace: string;
  readonly url?: string;
}

/**
 * The systems that a stack runs, in the order of their names, each with its address and its pods as they are now.
 *
 * @param outputs Those of the stack's last `up`.
 */
export async function lookAtSystems(
  client: Pick<KubeClient, "list">,
  outputs: Readonly<Record<string, unknown>>,
): Promise<readonly RehearsedSystem[]> {
  const told = Object.entries((outputs["systems"] ?? {}) as Readonly<Record<string, Told>>);
  return Promise.all(
    told
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([name, { namespace, url }]) => {
        const { items } = await client.list({ apiVersion: "v1", kind: "Pod", namespace });
        const running = items.filter((pod) => !hasEnded(pod));
        const pods = { total: running.length, ready: running.filter(isReady).length };
        return { name, namespace, ...(url === undefined ? {} : { url }), pods };
      }),
  );
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** The pod of a Job that is done stays to be looked at. */
function hasEnded(pod: KubeObject): boolean {
  return ["Succeeded", "Failed"].includes((pod["status"] as PodStatus | undefined)?.phase ?? "");
}

function isReady(pod: KubeObject): boolean {
  const { conditions = [] } = (pod["status"] as PodStatus | undefined) ?? {};
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
