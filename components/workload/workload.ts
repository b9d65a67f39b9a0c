import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels, selector } from "../common/labels";
import type { ServiceSpec } from "../spec/types";
import { autoscalerSpec, deploymentSpec, disruptionBudgetSpec, isScaled, servicePorts } from "./objects";
import type { EnvSource } from "./pod";

export interface WorkloadArgs {
  /** The system that it belongs to, e.g. `daira`. */
  readonly system: string;
  /** Its name in the system, e.g. `backend`: the name of its objects and its host name for the others. */
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly owner: string;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  /** Full reference of the image that runs. */
  readonly image: pulumi.Input<string>;
  readonly env: Readonly<Record<string, EnvSource>>;
  /** What must exist before its first pod: quota, network policies, the stores that it reads. */
  readonly podsAfter: readonly pulumi.Resource[];
}

/**
 * One service of a system: Deployment and ServiceAccount; a Service where it has a port, an autoscaler where its
 * pod count may move, and a disruption budget where it runs at least two pods.
 */
export class Workload extends pulumi.ComponentResource {
  /** Name of the Service, as the system's other pods reach it; undefined for a worker. */
  readonly serviceName: pulumi.Output<string> | undefined;
  readonly deploymentName: pulumi.Output<string>;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workload:Workload", name, {}, opts);
    const { spec } = args;
    const identity = { system: args.system, name: args.service };
    const matchLabels = selector(identity);
    const allLabels = labels({ ...identity, component: "service", owner: args.owner, stage: args.stage });
    const metadata = { name: args.service, namespace: args.namespace, labels: allLabels };
    const child = { parent: this };

    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      child,
    );
    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: deploymentSpec({
          name: args.service,
          service: spec,
          image: args.image,
          env: args.env,
          matchLabels,
          labels: allLabels,
        }),
      },
      { ...child, dependsOn: [account, ...args.podsAfter] },
    );

    const ports = servicePorts(spec);
    const service =
      ports.length === 0
        ? undefined
        : new k8s.core.v1.Service(
            `${name}-service`,
            { metadata, spec: { type: "ClusterIP", selector: matchLabels, ports } },
            child,
          );

    if (isScaled(spec)) {
      new k8s.autoscaling.v2.HorizontalPodAutoscaler(
        `${name}-autoscaler`,
        { metadata, spec: autoscalerSpec(args.service, spec) },
        // Named by a string above, so the order must be said.
        { ...child, dependsOn: [deployment] },
      );
    }
    const budget = disruptionBudgetSpec(matchLabels, spec);
    if (budget !== undefined) {
      new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: budget }, child);
    }

    this.deploymentName = deployment.metadata.name;
    this.serviceName = service?.metadata.name;
    this.registerOutputs({ deploymentName: this.deploymentName, serviceName: this.serviceName });
  }
}
