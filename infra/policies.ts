import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { checkConfig } from "../policies/config";
import { rules } from "../policies/rules";
import type { ClusterContract } from "../components/common/contracts";
import { platformNamespaces } from "../components/common/namespaces";
import { SlipwayError } from "../components/common/problems";
import { AdmissionPolicies } from "../components/security/admission-policies";
import type { PackConfig } from "../components/security/admission";
import type { Settings } from "./settings";

/**
 * Namespaces whose pods come out of charts of others: what is wrong there shows in this program's own review of a
 * chart's new version, and refusing it in the cluster would only stop a repair half way.
 */
const ofCharts = [
  platformNamespaces.envoyGateway,
  platformNamespaces.certManager,
  platformNamespaces.externalDns,
];

/** The pack inside the cluster, as strict and with the same exemptions as the stage's previews are. */
export function createPolicies(
  { stageName }: Pick<Settings, "stageName">,
  cluster: Pick<ClusterContract, "provider" | "ready">,
): AdmissionPolicies {
  return new AdmissionPolicies("policies", {
    cluster,
    stage: stageName,
    rules,
    config: readPackConfig(stageName),
    today: new Date().toISOString().slice(0, 10),
    watched: ofCharts,
  });
}

/**
 * What the stage configures of the pack; nothing where it has no file, so that each rule keeps its own level.
 *
 * @throws SlipwayError for the first thing that is wrong in the file.
 */
export function readPackConfig(
  stage: string,
  folder = path.join(__dirname, "../policies/config"),
): PackConfig {
  const file = path.join(folder, `${stage}.json`);
  if (!existsSync(file)) return {};
  const text = readFileSync(file, "utf8");
  const [problem] = checkConfig(rules, text);
  if (problem === undefined) return JSON.parse(text) as PackConfig;
  const { path: at, what, allowed } = problem;
  throw new SlipwayError({
    where: `policies/config/${stage}.json${at === "" ? "" : `: ${at}`}`,
    what,
    ...(allowed !== undefined && { allowed }),
    todo: "correct the file; {} keeps each rule at its own level",
  });
}
