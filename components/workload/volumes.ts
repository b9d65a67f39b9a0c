import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { scratchMounts, scratchVolumes } from "../common/pods";
import type { ScratchVolume } from "../common/pods";
import { formatBytes, parseBytes } from "../spec/quantities";
import { helpersOf, isStateful, scratchName } from "../spec/services";
import type { ContainerSpec, HelperSpec, ServiceSpec, WorkloadSpec } from "../spec/types";

type Volume = types.input.core.v1.Volume;
type VolumeMount = types.input.core.v1.VolumeMount;

/** A directory of read-only files, filled from a Secret or a ConfigMap. */
export interface Files {
  /** Name of the volume in the pod; the same name is the same volume. */
  readonly volume: string;
  readonly path: string;
  readonly from: { readonly secret: Input<string> } | { readonly configMap: Input<string> };
  /** @default all keys */
  readonly keys?: readonly string[];
}

/** A container's scratch directories as volumes; those of a helper carry its name. */
export function scratchOf({ scratch = [] }: ContainerSpec, helper?: string): readonly ScratchVolume[] {
  return scratch.map(({ path, size }) => ({
    volume: helper === undefined ? scratchName(path) : `${helper}-${scratchName(path)}`,
    path,
    sizeLimit: formatBytes(parseBytes(size)),
  }));
}

/** What a service's own container sees: scratch directories, persistent volumes and files. */
export function ownMounts(workload: WorkloadSpec, files: readonly Files[]): VolumeMount[] {
  return [...writable(workload), ...fileMounts(files)];
}

/** What a helper sees: its own scratch directories, those paths that it shares, and files. */
export function helperMounts(
  name: string,
  {
    helper,
    of,
    files,
  }: { readonly helper: HelperSpec; readonly of: WorkloadSpec; readonly files: readonly Files[] },
): VolumeMount[] {
  const shared = writable(of).filter(({ mountPath }) => helper.shares?.includes(mountPath));
  return [...scratchMounts(scratchOf(helper, name)), ...shared, ...fileMounts(files)];
}

/** The directories that a service's own container may write to. */
function writable(workload: WorkloadSpec): { readonly name: string; readonly mountPath: string }[] {
  return [
    ...scratchOf(workload).map(({ volume, path }) => ({ name: volume, mountPath: path })),
    ...persistent(workload).map(([name, { path }]) => ({ name, mountPath: path })),
  ];
}

/** Every volume of a pod, but those that a StatefulSet adds for each pod by itself. */
export function podVolumes(name: string, workload: WorkloadSpec, files: readonly Files[]): Volume[] {
  const scratch = [
    ...scratchOf(workload),
    ...Object.entries(helpersOf(workload)).flatMap(([helper, own]) => scratchOf(own, helper)),
  ];
  const claims = persistent(workload)
    .filter(([, { claim }]) => claim === "shared")
    .map(([volume]) => ({ name: volume, persistentVolumeClaim: { claimName: sharedClaim(name, volume) } }));
  const distinct = files.filter(
    ({ volume }, index) => files.findIndex((other) => other.volume === volume) === index,
  );
  return [...scratchVolumes(scratch), ...claims, ...distinct.map(fileVolume)];
}

/** One persistent volume claim of a service. */
export interface Claim {
  /** Ends the logical name. */
  readonly key: string;
  readonly claim: string;
  readonly storage: string;
}

/**
 * The claims of a service that always have a pod, each a resource of its own: so a volume can grow, which the template
 * of a StatefulSet does not allow, nor the API of a claim that no pod has used yet. A StatefulSet takes the claims that
 * it finds under the names that it would give them, and makes those of further pods itself.
 */
export function claimsOf(name: string, service: ServiceSpec): readonly Claim[] {
  return persistent(service).flatMap(([volume, { claim, size }]) => {
    const storage = formatBytes(parseBytes(size));
    if (claim === "shared") return [{ key: volume, claim: sharedClaim(name, volume), storage }];
    return Array.from({ length: service.replicas.min }, (_, ordinal) => ({
      key: `${volume}-${ordinal}`,
      claim: `${volume}-${name}-${ordinal}`,
      storage,
    }));
  });
}

/** What a StatefulSet asks for where it finds no claim; undefined for a service without volumes of each pod. */
export function claimTemplates(
  service: ServiceSpec,
  storageClass: Input<string> | undefined,
): types.input.core.v1.PersistentVolumeClaim[] | undefined {
  if (!isStateful(service)) return undefined;
  return persistent(service)
    .filter(([, { claim }]) => claim === "perReplica")
    .map(([name, { size }]) => ({
      metadata: { name },
      spec: claimSpec(formatBytes(parseBytes(size)), storageClass),
    }));
}

/** A claim of a disk that one node mounts at a time. */
export function claimSpec(
  storage: string,
  storageClass: Input<string> | undefined,
): types.input.core.v1.PersistentVolumeClaimSpec {
  return {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
}

function persistent(workload: WorkloadSpec): [string, NonNullable<ServiceSpec["volumes"]>[string]][] {
  return Object.entries((workload as Partial<ServiceSpec>).volumes ?? {});
}

function sharedClaim(name: string, volume: string): string {
  return `${name}-${volume}`;
}

function fileMounts(files: readonly Files[]): VolumeMount[] {
  return files.map(({ volume, path }) => ({ name: volume, mountPath: path, readOnly: true }));
}

function fileVolume({ volume: name, from, keys }: Files): Volume {
  const items = keys?.map((key) => ({ key, path: key }));
  if ("configMap" in from) {
    return { name, configMap: { name: from.configMap, ...(items === undefined ? {} : { items }) } };
  }
  return {
    name,
    secret: {
      secretName: from.secret,
      ...(items === undefined ? {} : { items }),
      // Readable by the pod's group, which owns the files of a volume.
      defaultMode: 0o440,
    },
  };
}
