import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { containerSecurity, unlessEmpty } from "../common/pods";
import type { ContainerSpec, Probes } from "../spec/types";
import { probeFields } from "./probes";
import { containerResources } from "./resources";
import type { Files } from "./volumes";

/** A value of an environment variable, ready to render: plain, known later, or a key of a Secret or a ConfigMap. */
export type EnvSource =
  | string
  | { readonly value: Input<string> }
  | { readonly secret: Input<string>; readonly key: string }
  | { readonly configMap: Input<string>; readonly key: string };

/** What a container's spec refers to, found: its image, and where variables and files come from. */
export interface Sources {
  /** Full reference. */
  readonly image: Input<string>;
  readonly env: Readonly<Record<string, EnvSource>>;
  /** @default none */
  readonly files?: readonly Files[];
}

export interface ContainerArgs extends Sources {
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly volumeMounts: types.input.core.v1.VolumeMount[];
  readonly ports?: Readonly<Record<string, number>>;
  readonly probes?: Partial<Probes> | undefined;
}

/** A container, fit for Pod Security `restricted`. */
export function container(args: ContainerArgs): types.input.core.v1.Container {
  const { name, image, spec, env, ports = {}, probes, volumeMounts } = args;
  return {
    name,
    image,
    ...unlessEmpty("command", [...(spec.command ?? [])]),
    ...unlessEmpty("args", [...(spec.args ?? [])]),
    ...unlessEmpty("env", envVars(env)),
    ...unlessEmpty("ports", containerPorts(ports)),
    resources: containerResources(spec),
    securityContext: containerSecurity,
    ...unlessEmpty("volumeMounts", volumeMounts),
    ...probeFields(probes, ports),
  };
}

function containerPorts(ports: Readonly<Record<string, number>>): types.input.core.v1.ContainerPort[] {
  return Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" }));
}

/** Sorted by name, so that the order in which a spec lists them rolls no pod. */
function envVars(env: Readonly<Record<string, EnvSource>>): types.input.core.v1.EnvVar[] {
  return Object.entries(env)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, source]) => {
      if (typeof source === "string") return { name, value: source };
      if ("value" in source) return { name, value: source.value };
      const { key } = source;
      return "secret" in source
        ? { name, valueFrom: { secretKeyRef: { name: source.secret, key } } }
        : { name, valueFrom: { configMapKeyRef: { name: source.configMap, key } } };
    });
}
