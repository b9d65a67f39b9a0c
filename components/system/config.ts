import { createHash } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ConfigSpec } from "../spec/types";
import type { Meta } from "./guards";

const HASH_LENGTH = 10;

/**
 * Name of a config's ConfigMap: it changes with the texts, so that pods which read it roll, and a revision of pods
 * that is brought back finds the texts that it had. A live config keeps its name, for others change it by that.
 */
export function configName(name: string, { data, live }: ConfigSpec): string {
  if (live === true) return name;
  const sorted = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
  return `${name}-${hash.slice(0, HASH_LENGTH)}`;
}

/** Creates the ConfigMaps of a system. @returns their names, by config. */
export function createConfigs(
  name: string,
  { configs, meta }: { readonly configs: Readonly<Record<string, ConfigSpec>>; readonly meta: Meta },
  opts: pulumi.CustomResourceOptions,
): Readonly<Record<string, pulumi.Output<string>>> {
  return Object.fromEntries(
    Object.entries(configs).map(([config, spec]) => {
      const live = spec.live === true;
      const metadata = { ...meta(config, "config"), name: configName(config, spec) };
      const configMap = new k8s.core.v1.ConfigMap(
        `${name}-${config}-config`,
        { metadata, data: { ...spec.data }, ...(live ? {} : { immutable: true }) },
        // After its creation a live config belongs to whoever runs the system.
        live ? { ...opts, ignoreChanges: ["data"] } : opts,
      );
      return [config, configMap.metadata.name];
    }),
  );
}
