import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { ExistingCluster } from "../components/cluster/existing-cluster";
import { SlipwayError } from "../components/common/problems";
import { ExternalRegistry } from "../components/registry/external-registry";
import { referenceImage } from "./foundation";
import type { Foundation } from "./foundation";
import type { Settings } from "./settings";

/** The part of the environment that the program reads: where the kubeconfig is, as kubectl takes it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The layers of a stack on a cluster that exists already: its provider, and a registry that runs beside it. */
export function existingFoundation(settings: Settings, environment: Environment): Foundation {
  const { context, storageClass } = settings.cluster;
  const cluster = new ExistingCluster("cluster", {
    kubeconfig: readKubeconfig(settings.stack, environment),
    ...(context === undefined ? {} : { context }),
    ...(storageClass === undefined ? {} : { storageClass }),
  });
  const registry = new ExternalRegistry("registry", {
    server: settings.registry.server,
    reference: referenceImage,
    programFolder: __dirname,
    digests: settings.images,
  });
  return {
    cluster,
    registry,
    front: undefined,
    storeSite: undefined,
    bucketSite: undefined,
    telemetrySite: undefined,
    providers: [],
    outputs: { clusterName: cluster.name },
  };
}

/** Text of the first file that KUBECONFIG names, or of kubectl's default. */
function readKubeconfig(stack: string, environment: Environment): string {
  const named = environment["KUBECONFIG"]?.split(path.delimiter).find((file) => file !== "");
  const file = named ?? path.join(environment["HOME"] ?? homedir(), ".kube", "config");
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    const missing =
      named === undefined
        ? "KUBECONFIG is not set and there is no ~/.kube/config"
        : `KUBECONFIG names ${named}, which does not exist`;
    throw new SlipwayError({
      where: `stack ${stack}`,
      what: code === "ENOENT" ? missing : `the kubeconfig ${file} cannot be read (${code})`,
      allowed: "a kubeconfig of a cluster that you have",
      todo: `set KUBECONFIG, or try the stack without a cluster: npx slipway rehearse ${stack}`,
    });
  }
}
