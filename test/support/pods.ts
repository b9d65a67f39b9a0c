import type { Recorded } from "./recorder";

/** A container as it was registered. */
export interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly securityContext: unknown;
  readonly restartPolicy?: string;
  readonly lifecycle?: unknown;
  readonly startupProbe?: Readonly<Record<string, unknown>>;
  readonly readinessProbe?: Readonly<Record<string, unknown>>;
  readonly livenessProbe?: Readonly<Record<string, unknown>>;
}

/** The spec of a pod as it was registered. */
export interface PodInputs {
  readonly containers: readonly [ContainerInputs, ...ContainerInputs[]];
  readonly initContainers?: readonly ContainerInputs[];
  readonly volumes?: readonly { readonly name: string }[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly priorityClassName?: string;
  readonly restartPolicy?: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly topologySpreadConstraints: readonly { readonly matchLabelKeys: readonly string[] }[];
}

interface WithTemplate {
  readonly template: { readonly spec: PodInputs };
}

/** What a workload makes its pods of. */
export function podOf({ type, inputs }: Recorded): PodInputs {
  const spec: unknown = inputs["spec"];
  const { template } = type.endsWith(":CronJob")
    ? (spec as { readonly jobTemplate: { readonly spec: WithTemplate } }).jobTemplate.spec
    : (spec as WithTemplate);
  return template.spec;
}

/** One of a container's variables. */
export function variable(
  { env = [] }: ContainerInputs,
  name: string,
): NonNullable<ContainerInputs["env"]>[number] | undefined {
  return env.find((one) => one.name === name);
}
