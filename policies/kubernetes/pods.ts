import { fields, list } from "../unknowns";
import type { Fields } from "../unknowns";

/** Where a kind keeps its pod template. */
const templateOf: Readonly<Record<string, (object: Fields) => Fields>> = {
  Pod: (object) => object,
  PodTemplate: (object) => fields(object["template"]),
  Deployment: (object) => fields(fields(object["spec"])["template"]),
  StatefulSet: (object) => fields(fields(object["spec"])["template"]),
  DaemonSet: (object) => fields(fields(object["spec"])["template"]),
  ReplicaSet: (object) => fields(fields(object["spec"])["template"]),
  ReplicationController: (object) => fields(fields(object["spec"])["template"]),
  Job: (object) => fields(fields(object["spec"])["template"]),
  CronJob: (object) =>
    fields(fields(fields(fields(fields(object["spec"])["jobTemplate"])["spec"]))["template"]),
};

/** API groups of those kinds; a kind of the same name in another group is not a pod. */
const groups = new Set(["core", "apps", "batch", "extensions"]);

/** Kind from a type token such as `kubernetes:apps/v1:Deployment`, when it is one that makes pods. */
function podKind(type: string): string | undefined {
  const match = /^kubernetes:([^/:]+)\/[^:]+:(\w+?)(?:Patch)?$/.exec(type);
  const [, group, kind] = match ?? [];
  return group !== undefined && kind !== undefined && groups.has(group) && kind in templateOf
    ? kind
    : undefined;
}

/** The spec of the pods that a resource makes; undefined when it makes none. */
export function podSpecOf(type: string, props: Fields): Fields | undefined {
  const kind = podKind(type);
  const template = kind === undefined ? undefined : templateOf[kind];
  return template === undefined ? undefined : fields(template(props)["spec"]);
}

export interface Container {
  /** Where it stands, for a message: `containers[api]`. */
  readonly at: string;
  readonly fields: Fields;
  readonly kind: "container" | "init" | "ephemeral";
}

/** Every container of a pod. Init and ephemeral ones run with the same rights as the others. */
export function containersOf(pod: Fields): readonly Container[] {
  const lists = [
    ["containers", "container"],
    ["initContainers", "init"],
    ["ephemeralContainers", "ephemeral"],
  ] as const;
  return lists.flatMap(([key, kind]) =>
    list(pod[key]).map((container, index) => {
      const inner = fields(container);
      const name = inner["name"];
      return { at: `${key}[${typeof name === "string" ? name : index}]`, fields: inner, kind };
    }),
  );
}
