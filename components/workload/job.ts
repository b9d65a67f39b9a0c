import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels, selector } from "../common/labels";
import { priorities } from "../common/priorities";
import type { JobSpec, WorkloadSpec } from "../spec/types";
import { createAccess } from "./access";
import type { Sources } from "./container";
import { cronJobSpec, jobName, jobSpec, seconds } from "./job-specs";
import type { Tries } from "./job-specs";

/** Seconds that the engine waits longer than a Job may take, so that it tells of the Job's end and not of its own. */
const SLACK = 60;

export interface JobArgs {
  /** The system that it belongs to, e.g. `daira`. */
  readonly system: string;
  /** Its name in the system, e.g. `backend-migrate`. */
  readonly job: string;
  readonly spec: WorkloadSpec & Pick<JobSpec, "schedule" | "concurrency">;
  readonly tries: Tries;
  readonly owner: string;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  readonly sources: Sources;
  /** What must exist before its first pod: quota, network policies, the stores that it reads. */
  readonly podsAfter: readonly pulumi.Resource[];
}

/**
 * Pods that do one thing and end: a CronJob where the spec has a schedule, else a Job, which the engine waits for, so
 * that what depends on it comes only after it has succeeded, and not at all if it fails. Another image or another
 * command is another Job; one that failed is run again by the next update, as one is whose template has changed.
 */
export class Job extends pulumi.ComponentResource {
  constructor(name: string, args: JobArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:workload:Job", name, {}, opts);
    const { spec, sources } = args;
    const identity = { system: args.system, name: args.job };
    const allLabels = labels({ ...identity, component: "job", owner: args.owner, stage: args.stage });
    const metadata = { name: args.job, namespace: args.namespace, labels: allLabels };
    const child = { parent: this };

    const access = createAccess(name, { metadata, permissions: spec.permissions ?? [] }, child);
    const jobArgs = {
      ...sources,
      name: args.job,
      service: spec,
      matchLabels: selector(identity),
      priorityClass: priorities.job.name,
      labels: allLabels,
      tries: args.tries,
    };
    const dependsOn = [...access, ...args.podsAfter];
    if (spec.schedule !== undefined) {
      const cronSpec = cronJobSpec(jobArgs, { ...spec, schedule: spec.schedule });
      new k8s.batch.v1.CronJob(`${name}-schedule`, { metadata, spec: cronSpec }, { ...child, dependsOn });
    } else {
      const patience = `${seconds(args.tries) + SLACK}s`;
      new k8s.batch.v1.Job(
        `${name}-run`,
        {
          metadata: {
            ...metadata,
            name: pulumi.output(sources.image).apply((image) => jobName(args.job, image, spec)),
            // Without it a Job that has failed would be left as it is.
            annotations: { "pulumi.com/replaceUnready": "true" },
          },
          spec: jobSpec(jobArgs),
        },
        { ...child, dependsOn, customTimeouts: { create: patience, update: patience } },
      );
    }
    this.registerOutputs({});
  }
}
