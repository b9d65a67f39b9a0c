import type { Parameter } from "../core/settings";
import type { Judgement } from "../core/judgement";
import { append } from "../core/lookup";
import type { Settings } from "../core/settings";
import type { Cluster, Registered } from "./graph";

const PART_OF = "app.kubernetes.io/part-of";

/** Parameter of rules about systems. */
export const platformParameter: Readonly<Record<"platform", Parameter>> = {
  platform: {
    type: "array",
    items: { type: "string" },
    default: ["slipway"],
    description: `Values of the label ${PART_OF} on namespaces of the platform itself, which is no system.`,
  },
};

/** What a team runs: all namespaces that say they are part of it. */
export interface System {
  readonly name: string;
  readonly namespaces: readonly Registered[];
}

/** The systems of a stack, by the label of their namespaces. */
export function systemsOf(cluster: Cluster, judgement: Judgement, settings: Settings): readonly System[] {
  const platform = new Set(settings.texts("platform"));
  const systems = new Map<string, Registered[]>();
  for (const namespace of cluster.all("/Namespace")) {
    judgement.part(() => {
      const name = namespace.labels(PART_OF);
      if (typeof name !== "string" || name === "" || platform.has(name)) return;
      append(systems, name, [namespace]);
    });
  }
  return [...systems].map(([name, namespaces]) => ({ name, namespaces }));
}
