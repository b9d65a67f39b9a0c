import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { containerSecurity, podSecurity, scratchMounts, scratchVolumes } from "../common/pods";
import type { PodResources, ScratchVolume } from "../common/pods";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../spec/quantities";
import type { StoreSpec } from "../spec/types";

/** Disk for a container's logs: the kubelet keeps five files of 10Mi before it drops the oldest. */
const LOGS = parseBytes("64Mi");
const MEBIBYTE = parseBytes("1Mi");

/** A Secret's key as a value of an environment variable or a file. */
export interface SecretKey {
  readonly secret: Input<string>;
  readonly key: string;
}

/** What is particular to one kind of store: everything else is the same for all of them. */
export interface StoreProcess {
  readonly image: string;
  /** User and group that the image was made for; its data belongs to them. */
  readonly user: number;
  readonly group: number;
  readonly port: { readonly name: string; readonly number: number };
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly types.input.core.v1.EnvVar[];
  /** Where the volume is mounted. */
  readonly dataPath: string;
  readonly scratch: readonly ScratchVolume[];
  /** A file that holds a secret. */
  readonly secretFile?: SecretKey & { readonly folder: string };
  /** Command that succeeds when the store answers requests. */
  readonly ping: readonly string[];
}

/** Requests and limits of a store's pod, in canonical form. */
export function storeResources({ size }: StoreSpec, scratch: readonly ScratchVolume[]): PodResources {
  const disk = scratch
    .filter(({ memory }) => memory !== true)
    .reduce((sum, { sizeLimit }) => sum + parseBytes(sizeLimit), LOGS);
  const memory = formatBytes(parseBytes(size.memory));
  const storage = { memory, "ephemeral-storage": formatBytes(disk) };
  return {
    requests: { cpu: formatCpu(parseCpu(size.cpu[0])), ...storage },
    limits: { cpu: formatCpu(parseCpu(size.cpu[1])), ...storage },
  };
}

/** So many mebibytes of scratch. */
export function scratch(volume: string, path: string, mebibytes: number): ScratchVolume {
  return { volume, path, sizeLimit: formatBytes(mebibytes * MEBIBYTE) };
}

export interface StorePodArgs {
  readonly name: string;
  readonly store: StoreSpec;
  readonly process: StoreProcess;
  readonly claim: Input<string>;
}

/** The pod of a store's one member, fit for Pod Security `restricted`. */
export function storePod({ name, store, process, claim }: StorePodArgs): types.input.core.v1.PodSpec {
  const { secretFile, port } = process;
  const exec = { command: [...process.ping] };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity(process.user, process.group),
    // Time to write a last checkpoint; a store that is cut off recovers from its log at the next start.
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: store.kind,
        image: process.image,
        ...(process.command === undefined ? {} : { command: [...process.command] }),
        ...(process.args === undefined ? {} : { args: [...process.args] }),
        env: [...process.env],
        ports: [{ name: port.name, containerPort: port.number, protocol: "TCP" }],
        resources: storeResources(store, process.scratch),
        securityContext: containerSecurity,
        volumeMounts: [
          { name: "data", mountPath: process.dataPath },
          ...scratchMounts(process.scratch),
          ...(secretFile === undefined
            ? []
            : [{ name: "secret", mountPath: secretFile.folder, readOnly: true }]),
        ],
        // Ten minutes to recover from a log or to load a dataset before a restart would make it start over.
        startupProbe: { exec, periodSeconds: 5, failureThreshold: 120, timeoutSeconds: 5 },
        readinessProbe: { exec, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 },
        livenessProbe: { exec, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 5 },
      },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: claim } },
      ...scratchVolumes(process.scratch),
      ...(secretFile === undefined
        ? []
        : [
            {
              name: "secret",
              secret: {
                secretName: secretFile.secret,
                items: [{ key: secretFile.key, path: secretFile.key }],
                // Readable by the pod's group, which owns the files of a volume.
                defaultMode: 0o440,
              },
            },
          ]),
    ],
  };
}

/** An environment variable that a Secret fills. */
export function secretVariable(name: string, { secret, key }: SecretKey): types.input.core.v1.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}
