import { SlipwayError } from "../common/problems";
import { parseDuration } from "./quantities";
import { checkInteger, checkName, list, NAME, readQuantity } from "./rules/report";
import type { Report } from "./rules/report";
import { checkRoutes, checkStages } from "./rules/routes";
import { checkService } from "./rules/services";
import { checkStore } from "./rules/stores";
import type { Duration, SystemSpec } from "./types";

/** One field of a spec that contradicts another or the platform. */
export interface Contradiction {
  /** Path of the field, e.g. `services.backend.replicas.max`. */
  readonly field: string;
  /** The value as it reads in a message. */
  readonly value: string;
  readonly allowed: string;
}

const tiers: readonly string[] = ["critical", "standard"] satisfies SystemSpec["tier"][];
const strategies: readonly string[] = [
  "rolling",
  "canary",
  "blue-green",
  "flag",
] satisfies SystemSpec["delivery"]["strategy"][];

/** Namespaces that are not a system's to take. */
const FOREIGN_NAMESPACE = /^(?:default|kube-.*)$/;

/** Everything in which a spec contradicts itself, in the order of its fields; empty for a sound one. */
export function contradictions(spec: SystemSpec): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const report: Report = (field, value, allowed) =>
    void found.push({ field, value: value === undefined ? "absent" : JSON.stringify(value), allowed });

  checkHead(report, spec);
  if (Object.keys(spec.services).length === 0) report("services", {}, "at least one service");
  for (const [name, service] of Object.entries(spec.services)) checkService(report, name, service, spec);
  for (const [name, store] of Object.entries(spec.stores ?? {})) checkStore(report, name, store, spec);
  for (const [name, { length }] of Object.entries(spec.secrets ?? {})) {
    checkName(report, "secrets", name);
    checkInteger(report, `secrets.${name}.length`, length, 16, 128);
  }
  checkRoutes(report, spec);
  checkStages(report, spec);
  return found;
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

function checkHead(report: Report, spec: SystemSpec): void {
  if (!NAME.test(spec.name) || spec.name.length > 20) {
    report("name", spec.name, "a DNS label of at most 20 characters, starting with a letter");
  }
  if (!NAME.test(spec.owner) || spec.owner.length > 63)
    report("owner", spec.owner, "a team's name as a DNS label");
  if (!tiers.includes(spec.tier)) report("tier", spec.tier, list(tiers));
  const { namespace, delivery, objectives } = spec;
  if (namespace !== undefined) {
    if (!NAME.test(namespace) || namespace.length > 63 || FOREIGN_NAMESPACE.test(namespace)) {
      report("namespace", namespace, "a DNS label that is neither default nor starts with kube-");
    }
  }
  if (!strategies.includes(delivery.strategy))
    report("delivery.strategy", delivery.strategy, list(strategies));
  const { availability, latency = {} } = objectives;
  if (!(availability > 0 && availability < 100)) {
    report("objectives.availability", availability, "a percentage above 0 and below 100");
  }
  for (const [quantile, limit] of Object.entries<Duration>(latency)) {
    readQuantity(report, `objectives.latency.${quantile}`, limit, parseDuration);
  }
}
