import type * as pulumi from "@pulumi/pulumi";
import type { KubeObject } from "../../rehearsal/kube/client";
import type { Recorded } from "./recorder";

/** What mocks answer for a Kubernetes object: the name that the engine gives one without any. */
export function namedObjects({ name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const { metadata } = inputs as { metadata?: { name?: string } };
  return metadata === undefined ? {} : { metadata: { ...metadata, name: metadata.name ?? autoName(name) } };
}

function autoName(logical: string): string {
  return `${logical}-0a1b2c3d`;
}

/** The Kubernetes objects among recorded resources, as the API takes them; charts are none. */
export function objectsOf(resources: readonly Recorded[]): readonly KubeObject[] {
  return resources
    .filter(({ type, inputs }) => type.startsWith("kubernetes:") && "kind" in inputs && "metadata" in inputs)
    .map(({ name, inputs }) => {
      const { metadata } = inputs as { metadata: KubeObject["metadata"] };
      return {
        ...(inputs as unknown as KubeObject),
        metadata: { ...metadata, name: (metadata as { name?: string }).name ?? autoName(name) },
      };
    });
}
