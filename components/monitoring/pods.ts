import type { types } from "@pulumi/kubernetes";
import {
  containerSecurity,
  podSecurity,
  preferSpread,
  scratchMounts,
  scratchVolumes,
  unlessEmpty,
} from "../common/pods";
import type { ScratchVolume } from "../common/pods";
import { pinnedImage } from "../common/versions";
import type { PinnedImage } from "../common/versions";

/** CPU requested and most; memory, which is promised in full. */
export interface ToolSize {
  readonly cpu: readonly [request: string, limit: string];
  readonly memory: string;
}

/** Requests and limits of a container. */
export function toolResources({ cpu: [request, limit], memory }: ToolSize): {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
} {
  return { requests: { cpu: request, memory }, limits: { cpu: limit, memory } };
}

/** What the one container of a simple tool is made from. */
export interface ToolContainer {
  readonly name: string;
  readonly image: PinnedImage;
  readonly args: readonly string[];
  /** Ports by name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly size: ToolSize;
  /** Requests that succeed while it lives, and once it can do its work. */
  readonly probes: Readonly<
    Record<"liveness" | "readiness", { readonly path: string; readonly port: string }>
  >;
  readonly env?: readonly types.input.core.v1.EnvVar[];
  readonly mounts?: readonly types.input.core.v1.VolumeMount[];
  /** Directories that it writes to. @default none */
  readonly scratch?: readonly ScratchVolume[];
}

/** The container of a simple tool, fit for Pod Security `restricted`. */
export function toolContainer(plan: ToolContainer): types.input.core.v1.Container {
  const { name, image, args, ports, size, probes, env = [], mounts = [], scratch = [] } = plan;
  const { liveness, readiness } = probes;
  return {
    name,
    image: pinnedImage(image),
    ...unlessEmpty("args", [...args]),
    ...unlessEmpty("env", [...env]),
    ports: Object.entries(ports).map(([port, containerPort]) => ({
      name: port,
      containerPort,
      protocol: "TCP",
    })),
    resources: toolResources(size),
    securityContext: containerSecurity,
    ...unlessEmpty("volumeMounts", [...mounts, ...scratchMounts(scratch)]),
    livenessProbe: { httpGet: { ...liveness }, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 5 },
    readinessProbe: { httpGet: { ...readiness }, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 },
  };
}

/** What a pod of a simple tool has besides its container. */
export interface ToolPod {
  /** Its service account. */
  readonly account: string;
  /** User and group that it runs as. */
  readonly user: number;
  /** Whether it calls the Kubernetes API. */
  readonly token: boolean;
  readonly container: ToolContainer;
  readonly volumes?: readonly types.input.core.v1.Volume[];
}

/** Over what the operator gives its reloader: not as soon restarted as it is taken for not ready, by the same probe. */
export const RELOADER_LIVENESS = { failureThreshold: 12 } as const;

/** The pod of a simple tool, spread over zones and nodes; `matchLabels` select its like. */
export function toolPod(
  { account, user, token, container, volumes = [] }: ToolPod,
  matchLabels: Readonly<Record<string, string>>,
): types.input.core.v1.PodSpec {
  return {
    serviceAccountName: account,
    automountServiceAccountToken: token,
    enableServiceLinks: false,
    securityContext: podSecurity(user),
    topologySpreadConstraints: preferSpread(matchLabels),
    containers: [toolContainer(container)],
    ...unlessEmpty("volumes", [...volumes, ...scratchVolumes(container.scratch ?? [])]),
  };
}
