import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { priorities } from "../common/priorities";
import { containerSecurity, podSecurity, scratchMounts, scratchVolumes, unlessEmpty } from "../common/pods";
import type { PodResources, ScratchVolume } from "../common/pods";
import { formatBytes, formatCpu, parseBytes, parseCpu } from "../spec/quantities";
import type { StoreSize, StoreSpec } from "../spec/types";

/** Disk for a container's logs: the kubelet keeps five files of 10Mi before it drops the oldest. */
const LOGS = parseBytes("64Mi");
const MEBIBYTE = parseBytes("1Mi");

/** A Secret's key. */
export interface SecretKey {
  readonly secret: Input<string>;
  readonly key: string;
}

/** A folder of read-only files, filled from keys of a Secret or a ConfigMap. */
export interface Files {
  /** Name of the volume in the pod. */
  readonly volume: string;
  readonly path: string;
  readonly from: { readonly secret: Input<string> } | { readonly configMap: Input<string> };
  /** Keys, which are the files' names too. */
  readonly keys: readonly string[];
}

/** A container that runs beside the store for as long as its pod does. */
export interface Helper {
  readonly name: string;
  readonly image: string;
  /** @default the pod's */
  readonly user?: number;
  readonly size: StoreSize;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly types.input.core.v1.EnvVar[];
  readonly port?: { readonly name: string; readonly number: number };
  /** Names of the pod's scratch volumes and files that it sees. */
  readonly sees: readonly string[];
}

/** Names of the objects that a store's pod reads. */
export interface StoreObjects {
  /** Secret with the certificate that it serves. */
  readonly tls: Input<string>;
  /** Secret with the passwords that it starts with. */
  readonly secret: Input<string>;
  /** ConfigMap. */
  readonly settings: Input<string>;
}

/** What is particular to one kind of store: everything else is the same for all of them. */
export interface StoreProcess {
  readonly image: string;
  /** User and group that the image was made for; its data belongs to them. */
  readonly user: number;
  readonly group: number;
  readonly port: { readonly name: string; readonly number: number };
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly types.input.core.v1.EnvVar[];
  /** Where the volume is mounted. */
  readonly dataPath: string;
  readonly scratch: readonly ScratchVolume[];
  readonly files: readonly Files[];
  readonly helpers: readonly Helper[];
  /** Command that succeeds when the store answers requests. */
  readonly ping: readonly string[];
}

/** Requests and limits of a container, in canonical form. */
export function containerResources(
  { cpu, memory: promised }: StoreSize,
  scratch: readonly ScratchVolume[] = [],
): PodResources {
  const disk = scratch
    .filter(({ memory }) => memory !== true)
    .reduce((sum, { sizeLimit }) => sum + parseBytes(sizeLimit), LOGS);
  const storage = { memory: formatBytes(parseBytes(promised)), "ephemeral-storage": formatBytes(disk) };
  return {
    requests: { cpu: formatCpu(parseCpu(cpu[0])), ...storage },
    limits: { cpu: formatCpu(parseCpu(cpu[1])), ...storage },
  };
}

/** So many mebibytes of scratch. */
export function scratch(volume: string, path: string, mebibytes: number): ScratchVolume {
  return { volume, path, sizeLimit: formatBytes(mebibytes * MEBIBYTE) };
}

/** An environment variable that a Secret fills. */
export function secretVariable(name: string, { secret, key }: SecretKey): types.input.core.v1.EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

export interface StorePodArgs {
  readonly name: string;
  readonly store: StoreSpec;
  readonly process: StoreProcess;
  readonly claim: Input<string>;
}

/** The pod of a store's one member, fit for Pod Security `restricted`. */
export function storePod({ name, store, process, claim }: StorePodArgs): types.input.core.v1.PodSpec {
  const { port, files } = process;
  const exec = { command: [...process.ping] };
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: priorities.store.name,
    securityContext: podSecurity(process.user, process.group),
    // Time to write a last checkpoint; a store that is cut off recovers from its log at the next start.
    terminationGracePeriodSeconds: 60,
    // Sidecars: they start first, end last, and say nothing of whether the store is ready.
    initContainers: process.helpers.map((helper) => helperContainer(helper, process)),
    containers: [
      {
        name: store.kind,
        image: process.image,
        ...(process.command === undefined ? {} : { command: [...process.command] }),
        args: [...process.args],
        env: [...process.env],
        ports: [{ name: port.name, containerPort: port.number, protocol: "TCP" }],
        resources: containerResources(store.size, process.scratch),
        securityContext: containerSecurity,
        volumeMounts: [
          { name: "data", mountPath: process.dataPath },
          ...scratchMounts(process.scratch),
          ...files.map(fileMount),
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
      ...files.map(fileVolume),
    ],
  };
}

/** The pod's side of a folder of files. */
export function fileVolume({ volume: name, from, keys }: Files): types.input.core.v1.Volume {
  const items = keys.map((key) => ({ key, path: key }));
  // Readable by the pod's group, which owns the files of a volume.
  const defaultMode = 0o440;
  return "secret" in from
    ? { name, secret: { secretName: from.secret, items, defaultMode } }
    : { name, configMap: { name: from.configMap, items, defaultMode } };
}

/** The container's side of a folder of files. */
export function fileMount({ volume, path }: Files): types.input.core.v1.VolumeMount {
  return { name: volume, mountPath: path, readOnly: true };
}

function helperContainer(helper: Helper, process: StoreProcess): types.input.core.v1.Container {
  const { name, image, user, port, sees } = helper;
  const mounts = [
    ...scratchMounts(process.scratch.filter(({ volume }) => sees.includes(volume))),
    ...process.files.filter(({ volume }) => sees.includes(volume)).map(fileMount),
  ];
  return {
    name,
    image,
    restartPolicy: "Always",
    ...(helper.command === undefined ? {} : { command: [...helper.command] }),
    ...(helper.args === undefined ? {} : { args: [...helper.args] }),
    ...unlessEmpty("env", [...helper.env]),
    ...(port === undefined
      ? {}
      : {
          ports: [{ name: port.name, containerPort: port.number, protocol: "TCP" }],
          // It answers while the store does not; were it asked whether it is ready, it would take the store out with it.
          livenessProbe: {
            httpGet: { path: "/", port: port.name },
            periodSeconds: 20,
            failureThreshold: 6,
            timeoutSeconds: 5,
          },
        }),
    resources: containerResources(helper.size),
    securityContext: { ...containerSecurity, ...(user === undefined ? {} : { runAsUser: user }) },
    volumeMounts: mounts,
  };
}
