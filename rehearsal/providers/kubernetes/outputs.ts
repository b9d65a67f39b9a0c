import { randomBytes } from "node:crypto";
import type { KubeObject } from "../../kube/client";
import type { Json, Props } from "../part";
import { withValueAt } from "../paths";
import { annotation, fromObject, serverMetadata } from "./objects";

const fieldManagerKey = "__fieldManager";

/** Who owns the fields of an object until its first update, as with the official provider. */
export const creator = "pulumi-kubernetes";

/**
 * Who owns the fields of an object that is applied: one name for each object, kept in the state, so that two
 * programs that apply the same object see each other.
 */
export function fieldManagerOf(inputs: Props, outputs: Props | undefined): string {
  const kept = outputs?.[fieldManagerKey];
  const own = annotation(inputs, "pulumi.com/patchFieldManager") ?? kept;
  return typeof own === "string" ? own : `${creator}-${randomBytes(4).toString("hex")}`;
}

/**
 * What the state keeps of an object: all that the server has of it, but not who manages which field. The inputs are
 * not repeated in it, for the engine could not tell which of their copies are secret.
 */
export function outputsOf(live: KubeObject, fieldManager: string): Props {
  const props = withValueAt(fromObject(live), ["metadata", "managedFields"], undefined) as Props;
  return { ...props, __initialApiVersion: live.apiVersion, [fieldManagerKey]: fieldManager };
}

/** What a dry run tells. Its status is an empty one, which the program would take for the true one. */
export function previewOutputs(dryRun: KubeObject, fieldManager: string): Props {
  const props: Record<string, Json> = { ...outputsOf(dryRun, fieldManager) };
  Reflect.deleteProperty(props, "status");
  return props;
}

/** Inputs for an object that is imported or looked up: all but what only the server sets. */
export function importedInputs(live: KubeObject): Props {
  const props: Record<string, Json> = { ...fromObject(live) };
  Reflect.deleteProperty(props, "status");
  const revision = ["metadata", "annotations", "deployment.kubernetes.io/revision"];
  return [...serverMetadata.map((field) => ["metadata", field]), revision].reduce<Props>(
    (result, path) => withValueAt(result, path, undefined) as Props,
    props,
  );
}
