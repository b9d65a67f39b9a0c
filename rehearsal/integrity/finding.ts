import type { KubeObject } from "../kube/client";

/** A reference of one object that names nothing, or that can never work. */
export interface Finding {
  readonly kind: string;
  /** Empty for an object without a namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Field of the object; list items by their name where they have one: `spec.listeners[https].tls`. */
  readonly path: string;
  /** One sentence that starts with the path. Never holds a value of a Secret. */
  readonly message: string;
}

/** Makes a finding; `text` goes on after the path: `names ConfigMap "a", which …`. */
export function finding({ kind, metadata }: KubeObject, path: string, text: string): Finding {
  return { kind, namespace: metadata.namespace ?? "", name: metadata.name, path, message: `${path} ${text}` };
}

/** Text of a finding about an object that is not there. */
export function isMissing(kind: string, name: string, namespace: string | undefined): string {
  return `names ${kind} "${name}", which does not exist${namespace === undefined ? "" : ` in namespace "${namespace}"`}`;
}
