import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels, selector } from "../common/labels";
import { unlessEmpty } from "../common/pods";
import { isStateful, membersName, migrationName, migrationOf } from "../spec/services";
import type { ServiceSpec } from "../spec/types";
import { createAccess } from "./access";
import type { Metadata } from "./access";
import { autoscalerSpec, isScaled } from "./autoscaler";
import type { Sources } from "./container";
import { Job } from "./job";
import { deploymentSpec, disruptionBudgetSpec, memberPorts, servicePorts, statefulSetSpec } from "./objects";
import { claimsOf, claimSpec } from "./volumes";

const MIGRATION_TIMEOUT = "10m";

export interface WorkloadArgs extends Sources {
  /** The system that it belongs to, e.g. `daira`. */
  readonly system: string;
  /** Its name in the system, e.g. `backend`: the name of its objects and its host name for the others. */
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly owner: string;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  /** What the containers beside its own refer to, by their names. @default none */
  readonly helpers?: Readonly<Record<string, Sources>>;
  /** Name of the priority class of its pods. @default the cluster's default */
  readonly priorityClass?: string;
  /** Storage class of its volumes. @default the cluster's default */
  readonly storageClass?: pulumi.Input<string> | undefined;
  /** Keeps its volumes from being deleted, and leaves them behind when the stack lets go of them. @default false */
  readonly protect?: boolean;
  /** What must exist before its first pod: quota, network policies, the stores that it reads. */
  readonly podsAfter: readonly pulumi.Resource[];
}

/**
 * One service of a system: a Deployment, or a StatefulSet where each pod has a volume of its own, and a ServiceAccount
 * with just its rights; claims for its volumes; a Service where it has a port, an autoscaler where its pod count may
 * move, and a disruption budget where it runs at least two pods. A migration runs before its pods; if it fails they
 * stay as they are.
 */
export class Workload extends pulumi.ComponentResource {
  /** Name of the Service, as the system's other pods reach it; undefined for a worker. */
  readonly serviceName: pulumi.Output<string> | undefined;
  /** Name of the Deployment; undefined for a StatefulSet, which has the service's name too. */
  readonly deploymentName: pulumi.Output<string> | undefined;

  constructor(name: string, args: WorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workload:Workload", name, {}, opts);
    const { spec } = args;
    const identity = { system: args.system, name: args.service };
    const matchLabels = selector(identity);
    const allLabels = labels({ ...identity, component: "service", owner: args.owner, stage: args.stage });
    const metadata = { name: args.service, namespace: args.namespace, labels: allLabels };
    const child = { parent: this };

    const access = createAccess(name, { metadata, permissions: spec.permissions ?? [] }, child);
    const claims = createClaims(name, args, metadata, child);
    const podArgs = { ...args, name: args.service, service: spec, matchLabels, labels: allLabels };
    const migration = createMigration(name, args, child);
    const pods = { ...child, dependsOn: [...access, ...claims, ...migration, ...args.podsAfter] };
    const ports = servicePorts(spec);
    const service =
      ports.length === 0
        ? undefined
        : new k8s.core.v1.Service(
            `${name}-service`,
            { metadata, spec: { type: "ClusterIP", selector: matchLabels, ports } },
            child,
          );

    let controller: pulumi.Resource;
    if (isStateful(spec)) {
      const members = createMembers(name, { metadata, matchLabels, spec }, child);
      const setSpec = statefulSetSpec({
        ...podArgs,
        serviceName: members.metadata.name,
        storageClass: args.storageClass,
      });
      controller = new k8s.apps.v1.StatefulSet(
        `${name}-set`,
        { metadata, spec: setSpec },
        // A volume that grows is a change of its claim; here it would replace the set.
        { ...pods, ignoreChanges: ["spec.volumeClaimTemplates[*].spec.resources"] },
      );
    } else {
      const deployment = new k8s.apps.v1.Deployment(
        `${name}-deployment`,
        { metadata, spec: deploymentSpec(podArgs) },
        pods,
      );
      this.deploymentName = deployment.metadata.name;
      controller = deployment;
    }

    if (isScaled(spec)) {
      new k8s.autoscaling.v2.HorizontalPodAutoscaler(
        `${name}-autoscaler`,
        { metadata, spec: autoscalerSpec(args.service, spec) },
        // Named by a string above, so the order must be said.
        { ...child, dependsOn: [controller] },
      );
    }
    const budget = disruptionBudgetSpec(matchLabels, spec);
    if (budget !== undefined) {
      new k8s.policy.v1.PodDisruptionBudget(`${name}-budget`, { metadata, spec: budget }, child);
    }

    this.serviceName = service?.metadata.name;
    this.registerOutputs({ deploymentName: this.deploymentName, serviceName: this.serviceName });
  }
}

/** The claims of a service's volumes, which hold data. */
function createClaims(
  name: string,
  { service, spec, storageClass, protect = false }: WorkloadArgs,
  metadata: Metadata,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  return claimsOf(service, spec).map(
    ({ key, claim, storage }) =>
      new k8s.core.v1.PersistentVolumeClaim(
        `${name}-${key}`,
        { metadata: { ...metadata, name: claim }, spec: claimSpec(storage, storageClass) },
        { ...opts, protect, retainOnDelete: protect },
      ),
  );
}

/** The headless Service that gives the pods of a StatefulSet their names. */
function createMembers(
  name: string,
  args: {
    readonly metadata: Metadata;
    readonly matchLabels: Record<string, string>;
    readonly spec: ServiceSpec;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Service {
  const { metadata, matchLabels: selected, spec } = args;
  return new k8s.core.v1.Service(
    `${name}-members`,
    {
      metadata: { ...metadata, name: membersName(metadata.name) },
      spec: { clusterIP: "None", selector: selected, ...unlessEmpty("ports", memberPorts(spec)) },
    },
    opts,
  );
}

function createMigration(
  name: string,
  args: WorkloadArgs,
  opts: pulumi.ComponentResourceOptions,
): readonly pulumi.Resource[] {
  const migration = migrationOf(args.spec);
  if (migration === undefined) return [];
  const { timeout = MIGRATION_TIMEOUT, retries } = args.spec.migrate ?? {};
  const { system, owner, stage, namespace, podsAfter, service, image, env, files } = args;
  const sources = { image, env, ...(files === undefined ? {} : { files }) };
  const tries = { timeout, retries };
  const job = migrationName(service);
  return [
    new Job(
      `${name}-migrate`,
      { system, owner, stage, namespace, podsAfter, job, spec: migration, tries, sources },
      opts,
    ),
  ];
}
