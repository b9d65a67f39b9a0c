import { createHash } from "node:crypto";
import type { types } from "@pulumi/kubernetes";
import { parseDuration } from "../spec/quantities";
import type { Duration, JobSpec, WorkloadSpec } from "../spec/types";
import { jobPodSpec } from "./pod";
import type { PodArgs } from "./pod";

const DEFAULT_RETRIES = 2;
const HASH_LENGTH = 10;
/** Seconds after its time in which a run may still start; a controller that was away starts it late, or not at all. */
const START_WITHIN = 600;
/** Finished runs that stay to be looked at. */
const HISTORY = 3;

/** How long a Job may take, and how often it is tried. */
export interface Tries {
  readonly timeout: Duration;
  /** @default 2 */
  readonly retries?: number | undefined;
}

export interface JobArgs extends PodArgs<WorkloadSpec> {
  /** All labels of the pods. */
  readonly labels: Record<string, string>;
  readonly tries: Tries;
}

/** The Job that runs a pod until it has succeeded once, or too often not. */
export function jobSpec(args: JobArgs): types.input.batch.v1.JobSpec {
  return {
    backoffLimit: args.tries.retries ?? DEFAULT_RETRIES,
    activeDeadlineSeconds: seconds(args.tries),
    // A pod that a drain or a full node put out was no try.
    podFailurePolicy: {
      rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
    },
    template: { metadata: { labels: args.labels }, spec: jobPodSpec(args) },
  };
}

/** The CronJob that makes such a Job at each of its times. */
export function cronJobSpec(
  args: JobArgs,
  { schedule, concurrency = "Forbid" }: { readonly schedule: string } & Pick<JobSpec, "concurrency">,
): types.input.batch.v1.CronJobSpec {
  return {
    schedule,
    timeZone: "Etc/UTC",
    concurrencyPolicy: concurrency,
    startingDeadlineSeconds: START_WITHIN,
    successfulJobsHistoryLimit: HISTORY,
    failedJobsHistoryLimit: HISTORY,
    jobTemplate: { metadata: { labels: args.labels }, spec: jobSpec(args) },
  };
}

/**
 * Name of a Job that runs once for each image and command: `backend-migrate-1a2b3c4d5e`. Only the digest of the image
 * counts, so that the same image in another registry is no reason to run again.
 */
export function jobName(name: string, image: string, { command = [], args = [] }: WorkloadSpec): string {
  const digest = image.split("@").at(-1);
  const hash = createHash("sha256")
    .update(JSON.stringify([digest, command, args]))
    .digest("hex");
  return `${name}-${hash.slice(0, HASH_LENGTH)}`;
}

/** Seconds that a Job may take. */
export function seconds({ timeout }: Tries): number {
  return Math.ceil(parseDuration(timeout) / 1000);
}
