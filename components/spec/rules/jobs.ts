import { isSchedule } from "../cron";
import { parseDuration } from "../quantities";
import { reservedNames } from "../reachability";
import { membersName, migrationName } from "../services";
import type { Duration, JobSpec, SystemSpec } from "../types";
import { checkInteger, checkName, list, readQuantity } from "./report";
import type { Report } from "./report";
import { checkWorkload } from "./workloads";

/** Milliseconds after which a run surely hangs. */
const LONGEST_RUN = 7 * 24 * 3_600_000;

/** Reports what contradicts itself in one job. */
export function checkJob(report: Report, name: string, job: JobSpec, spec: SystemSpec): void {
  const field = `jobs.${name}`;
  checkName(report, "jobs", name);
  if (reservedNames.includes(name)) report("jobs", name, `a name other than ${list(reservedNames)}`);
  const services = Object.keys(spec.services);
  const taken = [
    ...services,
    ...services.map(migrationName),
    ...services.map(membersName),
    ...Object.keys(spec.stores ?? {}),
  ];
  if (taken.includes(name)) report("jobs", name, "a name that no service, store or migration has");
  checkWorkload(report, field, name, job, spec);
  checkTries(report, field, job);
  const { schedule, concurrency } = job;
  if (schedule !== undefined && !isSchedule(schedule)) {
    report(`${field}.schedule`, schedule, "five fields of cron in UTC, e.g. 0 2 * * *");
  }
  if (concurrency === undefined) return;
  // A spec may come from plain JavaScript, where the union does not hold.
  if (!["Forbid", "Replace"].includes(concurrency)) {
    report(`${field}.concurrency`, concurrency, "Forbid, Replace");
  }
  if (schedule === undefined) report(`${field}.concurrency`, concurrency, "a job with a schedule");
}

/** Reports a time limit or a number of tries that no Job takes. */
export function checkTries(
  report: Report,
  field: string,
  { timeout, retries }: { readonly timeout?: Duration; readonly retries?: number },
): void {
  if (retries !== undefined) checkInteger(report, `${field}.retries`, retries, 0, 10);
  if (timeout === undefined) return;
  const milliseconds = readQuantity(report, `${field}.timeout`, timeout, parseDuration);
  if (milliseconds !== undefined && (milliseconds < 1000 || milliseconds > LONGEST_RUN)) {
    report(`${field}.timeout`, timeout, "1s to 7d");
  }
}
