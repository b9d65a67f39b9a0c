import type { KubeObject, ObjectRef } from "../../kube/client";
import type { Json, Props } from "../part";
import { UNKNOWN } from "../part";
import { isObject, valueAt } from "../paths";

/** Fields of metadata that only the API server sets. */
export const serverMetadata = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
] as const;

/** What `kubernetes:apps/v1:Deployment` names. */
export interface GroupVersionKind {
  /** As objects have it: `apps/v1`, and `v1` for the core group. */
  readonly apiVersion: string;
  /** `apps`; empty for the core group. */
  readonly group: string;
  readonly kind: string;
}

const programOnly = "the stand-in takes single objects only: list each object as a resource of its own type";

/** Modules whose types are components, which the official plugin takes apart into objects. */
const componentGroups = new Set(["yaml", "kustomize"]);

/** @throws Error for types of this package that are no objects of the API, and for those that are not modelled. */
export function kindOf(type: string): GroupVersionKind {
  const [, module = "", kind = ""] = type.split(":");
  const [group = "", version, ...rest] = module.split("/");
  if (group === "helm.sh") throw new Error(`Helm charts are not modelled; ${programOnly}`);
  if (version === undefined || rest.length > 0 || kind === "" || componentGroups.has(group))
    throw new Error(`not modelled; ${programOnly}`);
  if (kind.endsWith("List")) throw new Error(`a list cannot be created; ${programOnly}`);
  if (kind.endsWith("Patch")) throw new Error("patch resources are not modelled");
  const core = group === "core";
  return { apiVersion: core ? version : module, group: core ? "" : group, kind };
}

/** Inputs as the API takes them: with `apiVersion` and `kind`, which check has filled in. */
export function toObject(inputs: Props): KubeObject {
  return inputs as unknown as KubeObject;
}

export function fromObject(object: KubeObject): Props {
  return object as unknown as Props;
}

export function refOfObject({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): ObjectRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

/** `namespace/name`, or `name` for what lives outside of namespaces. */
export function idOf({ metadata: { name, namespace } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { readonly name: string; readonly namespace?: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { name: first } : { namespace: first, name: second };
}

/** A known string of the metadata, e.g. `name`. */
export function metadataText(props: Props, field: string): string | undefined {
  const value = valueAt(props, ["metadata", field]);
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

export function annotation(props: Props, name: string): string | undefined {
  const value = valueAt(props, ["metadata", "annotations", name]);
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

/** The metadata of inputs, or undefined while a preview does not know it. */
export function knownMetadata(props: Props): { readonly [key: string]: Json } | undefined {
  const metadata = props["metadata"] ?? {};
  return isObject(metadata) ? metadata : undefined;
}
