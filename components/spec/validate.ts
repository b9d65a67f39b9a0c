import { SlipwayError } from "../common/problems";
import { checkConfig } from "./rules/config";
import { checkEdge } from "./rules/edge";
import { checkHead, checkSecrets } from "./rules/head";
import { checkJob } from "./rules/jobs";
import type { Report } from "./rules/report";
import { checkRoutes } from "./rules/routes";
import { checkService } from "./rules/services";
import { checkStages } from "./rules/stages";
import { checkStore } from "./rules/stores";
import { checkShape } from "./shape/shape";
import type { SystemSpec } from "./types";

/** One field of a spec that contradicts another or the platform. */
export interface Contradiction {
  /** Path of the field, e.g. `services.backend.replicas.max`. */
  readonly field: string;
  /** The value as it reads in a message. */
  readonly value: string;
  readonly allowed: string;
}

/**
 * Everything in which a spec contradicts itself, first the fields that are missing, odd or unknown, then the others in
 * their order; empty for a sound one.
 */
export function contradictions(spec: SystemSpec): readonly Contradiction[] {
  const misshapen = collect((report) => checkShape(report, spec));
  return [
    ...misshapen,
    ...rules(spec)
      .flatMap((rule) => collect(rule, misshapen.length > 0))
      // Of a field that is misshapen no rule can say more.
      .filter(({ field }) => !misshapen.some((shape) => isWithin(field, shape.field))),
  ];
}

/**
 * Refuses a spec that contradicts itself, before any resource exists.
 *
 * @throws SlipwayError naming the system and, for every contradiction, the field, its value and what is allowed.
 */
export function validateSpec(spec: SystemSpec): void {
  const found = contradictions(spec);
  if (found.length === 0) return;
  throw new SlipwayError({
    where: `system "${spec.name}"`,
    what: found.map(({ field, value, allowed }) => `${field} is ${value} (allowed: ${allowed})`).join("; "),
    todo: found.length === 1 ? "correct it in the spec" : `correct these ${found.length} fields in the spec`,
  });
}

type Rule = (report: Report) => void;

/** One rule for each part of a spec, so that a misshapen part keeps no other from being judged. */
function rules(spec: SystemSpec): readonly Rule[] {
  const { services, jobs, stores, config } = spec as Partial<SystemSpec>;
  return [
    (report) => checkHead(report, spec),
    ...entries(services).map(
      ([name, service]): Rule =>
        (report) =>
          checkService(report, name, service, spec),
    ),
    ...entries(jobs).map(
      ([name, job]): Rule =>
        (report) =>
          checkJob(report, name, job, spec),
    ),
    ...entries(stores).map(
      ([name, store]): Rule =>
        (report) =>
          checkStore(report, name, store, spec),
    ),
    ...entries(config).map(
      ([name, own]): Rule =>
        (report) =>
          checkConfig(report, name, own),
    ),
    (report) => checkSecrets(report, spec),
    (report) => checkRoutes(report, spec),
    (report) => checkEdge(report, spec),
    (report) => checkStages(report, spec),
  ];
}

function entries<T>(record: Readonly<Record<string, T>> | undefined): [string, T][] {
  return typeof record === "object" ? Object.entries(record) : [];
}

/** What a rule finds. Where the shape is odd it may stumble over that, and what it found so far still holds. */
function collect(rule: Rule, misshapen = false): readonly Contradiction[] {
  const found: Contradiction[] = [];
  try {
    rule((field, value, allowed) => {
      found.push({ field, value: value === undefined ? "absent" : JSON.stringify(value), allowed });
    });
  } catch (error) {
    if (!misshapen || !(error instanceof TypeError)) throw error;
  }
  return found;
}

function isWithin(field: string, other: string): boolean {
  return field === other || field.startsWith(`${other}.`) || field.startsWith(`${other}[`);
}
