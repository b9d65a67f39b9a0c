/** The system that the platform's own pods are part of, as labels name it. */
export const PLATFORM = "slipway";

/** Labels of the recommended set (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/). */
export interface LabelArgs {
  /** The system, e.g. `daira`; becomes `app.kubernetes.io/part-of`. */
  readonly system: string;
  /** The service or store inside it, e.g. `backend`; becomes `app.kubernetes.io/name`. */
  readonly name: string;
  /** Its role, e.g. `service`, `database`, `cache`. */
  readonly component: string;
  /** Team that answers for it. */
  readonly owner: string;
  /** The stage, e.g. `production`. */
  readonly stage: string;
}

/** All labels of an object. The version is left out on purpose: labels that change break selectors. */
export function labels(args: LabelArgs): Record<string, string> {
  return {
    ...selector(args),
    "app.kubernetes.io/component": args.component,
    "app.kubernetes.io/managed-by": "slipway",
    "slipway.dev/owner": args.owner,
    "slipway.dev/stage": args.stage,
  };
}

/** Labels of what the platform itself needs beside its pods: the classes of nodes, volumes and pods, issuers. */
export function platformLabels(name: string, component: string, stage: string): Record<string, string> {
  return labels({ system: PLATFORM, name, component, owner: "platform", stage });
}

/** The two labels that select pods; they never change in an object's life, for selectors are immutable. */
export function selector(args: Pick<LabelArgs, "system" | "name">): Record<string, string> {
  return { "app.kubernetes.io/part-of": args.system, "app.kubernetes.io/name": args.name };
}

/**
 * Annotation of a NetworkPolicy: namespaces, parted by commas, that it opens to and that others make, perhaps later.
 * Without it a policy that names a namespace which is not there is taken for a mistake.
 */
export const FOREIGN_NAMESPACES_ANNOTATION = "slipway.dev/foreign-namespaces";
