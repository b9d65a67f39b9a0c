import type { SystemSpec } from "../types";
import { checkBrowser } from "./browser";
import { checkObjectives } from "./objectives";
import { checkInteger, checkName, checkNamespace, list, NAME } from "./report";
import type { Report } from "./report";

const tiers: readonly string[] = ["critical", "standard"] satisfies SystemSpec["tier"][];
const strategies: readonly string[] = [
  "rolling",
  "canary",
  "blue-green",
  "flag",
] satisfies SystemSpec["delivery"]["strategy"][];

/** Reports what contradicts itself in a system as a whole. */
export function checkHead(report: Report, spec: SystemSpec): void {
  if (!NAME.test(spec.name) || spec.name.length > 20) {
    report("name", spec.name, "a DNS label of at most 20 characters, starting with a letter");
  }
  if (!NAME.test(spec.owner) || spec.owner.length > 63)
    report("owner", spec.owner, "a team's name as a DNS label");
  if (!tiers.includes(spec.tier)) report("tier", spec.tier, list(tiers));
  const { namespace, delivery, services } = spec;
  if (namespace !== undefined) checkNamespace(report, "namespace", namespace);
  // A name that is no label has been reported.
  else if (NAME.test(spec.name)) checkNamespace(report, "name", spec.name);
  if (!strategies.includes(delivery.strategy))
    report("delivery.strategy", delivery.strategy, list(strategies));
  checkObjectives(report, spec);
  checkBrowser(report, spec);
  if (Object.keys(services).length === 0) report("services", {}, "at least one service");
}

/** Reports generated secrets of an odd length or name. */
export function checkSecrets(report: Report, { secrets = {} }: SystemSpec): void {
  for (const [name, { length }] of Object.entries(secrets)) {
    checkName(report, "secrets", name);
    checkInteger(report, `secrets.${name}.length`, length, 16, 128);
  }
}
