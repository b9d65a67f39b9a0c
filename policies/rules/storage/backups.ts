import { at, fields, isAbsent, list } from "../../core/json";
import { some } from "../../core/lookup";
import type { Node } from "../../core/rule";
import type { Cluster, Registered } from "../../kubernetes/graph";
import type { Labels } from "../../kubernetes/selectors";
import { selectorOf } from "../../kubernetes/selectors";

/** Everything of a stack that says what is backed up. */
export class Backups {
  readonly #schedules: readonly Registered[];
  readonly #selections: readonly Node[];

  constructor(graph: readonly Node[], cluster: Cluster) {
    this.#schedules = cluster.all("velero.io/Schedule");
    this.#selections = graph.filter(({ type }) => type === "aws:backup/selection:Selection");
  }

  /** Whether what has these labels in a namespace is backed up, by Velero or with the whole cluster. */
  coverNamespace(namespace: string, labels?: Labels): boolean {
    const bySchedule = (): boolean =>
      some(this.#schedules, (schedule) => covers(schedule, namespace, labels));
    const bySelection = (): boolean =>
      some(this.#selections, ({ props }) =>
        list(props["resources"]).some(
          (arn) => arn === "*" || (typeof arn === "string" && arn.includes(":eks:")),
        ),
      );
    return some([bySchedule, bySelection], (ask) => ask());
  }

  /** Whether a resource of the cloud is backed up, by its ARN or its tags. */
  coverResource({ props }: Node): boolean {
    return some(this.#selections, (selection) => {
      const { resources, notResources, selectionTags } = selection.props;
      const arns = list(resources);
      if (arns.includes("*")) return !isNamed(props, list(notResources));
      if (isNamed(props, arns)) return !isNamed(props, list(notResources));
      const tags = fields(props["tagsAll"] ?? props["tags"]);
      return list(selectionTags)
        .map(fields)
        .some(({ key, value }) => typeof key === "string" && !isAbsent(value) && tags[key] === value);
    });
  }
}

/** Whether a resource's ARN is one of some in which `*` stands for any text. */
function isNamed(props: Node["props"], patterns: readonly unknown[]): boolean {
  if (patterns.length === 0) return false;
  const { arn } = props;
  return (
    typeof arn === "string" && patterns.some((pattern) => typeof pattern === "string" && fits(arn, pattern))
  );
}

function fits(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let end = first.length;
  for (const part of rest) {
    const start = text.indexOf(part, end);
    if (start < 0) return false;
    end = start + part.length;
  }
  return text.length - last.length >= end && text.endsWith(last);
}

function covers(schedule: Registered, namespace: string, labels?: Labels): boolean {
  const template = at(schedule.object.fields, "spec", "template");
  const { includedNamespaces, excludedNamespaces, labelSelector, snapshotVolumes, defaultVolumesToFsBackup } =
    fields(template);
  if (schedule.spec("paused") === true) return false;
  // Then it keeps objects without what is on their volumes.
  if (snapshotVolumes === false && defaultVolumesToFsBackup !== true) return false;
  const included = list(includedNamespaces);
  if (included.length > 0 && !included.includes("*") && !included.includes(namespace)) return false;
  if (list(excludedNamespaces).includes(namespace)) return false;
  return isAbsent(labelSelector) || (labels !== undefined && selectorOf(labelSelector)(labels));
}
