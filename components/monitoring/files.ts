import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { base64 } from "../common/base64";
import { mapValues } from "../common/records";
import { toolLabels, toolOptions } from "./site";
import type { MonitoringSite } from "./site";

/** A folder of read-only files in a pod: every key of a ConfigMap or a Secret. */
export interface FolderOfFiles {
  /** Name of the volume in the pod. */
  readonly volume: string;
  readonly path: string;
  readonly from: { readonly configMap: pulumi.Input<string> } | { readonly secret: pulumi.Input<string> };
}

/** The pod's and the container's side of folders of files. */
export function folders(all: readonly FolderOfFiles[]): {
  readonly volumes: types.input.core.v1.Volume[];
  readonly mounts: types.input.core.v1.VolumeMount[];
} {
  return {
    volumes: all.map(({ volume: name, from }) =>
      "configMap" in from
        ? { name, configMap: { name: from.configMap } }
        : // Readable by the pod's group, which owns the files of a volume.
          { name, secret: { secretName: from.secret, defaultMode: 0o440 } },
    ),
    mounts: all.map(({ volume: name, path }) => ({ name, mountPath: path, readOnly: true })),
  };
}

/** Files by their names. */
type Content = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * Files of a tool as a ConfigMap that the engine names: other texts are another object, so that a changed file rolls
 * the pods, and a rollback brings it back.
 *
 * @returns its name.
 */
export function createFiles(
  site: MonitoringSite,
  name: string,
  tool: string,
  content: Content,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const object = { metadata: unnamed(site, tool), immutable: true, data: { ...content } };
  return new k8s.core.v1.ConfigMap(name, object, toolOptions(site, parent)).metadata.name;
}

/** The same as {@link createFiles} in a Secret, of texts that are not for everybody. */
export function createSecretFiles(
  site: MonitoringSite,
  name: string,
  tool: string,
  content: Content,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const object = { metadata: unnamed(site, tool), immutable: true, data: mapValues(content, base64) };
  return new k8s.core.v1.Secret(name, object, toolOptions(site, parent)).metadata.name;
}

function unnamed(site: MonitoringSite, tool: string) {
  return { namespace: site.namespace, labels: toolLabels(site, tool) };
}
