import { hostOf } from "../services";
import type { StageSpec, SystemSpec } from "../types";
import { checkEnv } from "./env";
import { checkNamespace, HOST, list, NAME } from "./report";
import type { Report } from "./report";
import { checkReplicas } from "./scaling";

/** Reports stages that speak of what the system does not have, or whose routes have no host. */
export function checkStages(report: Report, spec: SystemSpec): void {
  for (const [stage, own] of Object.entries(spec.stages ?? {})) {
    const at = `stages.${stage}`;
    if (!NAME.test(stage) || stage.length > 20)
      report("stages", stage, "a DNS label of at most 20 characters");
    const host = hostOf(spec, stage);
    if (host === undefined) {
      if ((spec.routes ?? []).length > 0)
        report(`${at}.host`, undefined, "a host, for the system has routes");
    } else if (!HOST.test(host))
      report(`${at}.host`, host, "a host name of at least two labels, in lower case");
    if (own.namespace !== undefined) checkNamespace(report, `${at}.namespace`, own.namespace);
    checkParts(report, at, own, spec);
  }
}

function checkParts(
  report: Report,
  at: string,
  { replicas = {}, env = {}, config = {} }: StageSpec,
  spec: SystemSpec,
): void {
  const services = Object.keys(spec.services);
  const workloads = [...services, ...Object.keys(spec.jobs ?? {})];
  for (const [name, counts] of Object.entries(replicas)) {
    if (!services.includes(name)) report(`${at}.replicas`, name, list(services));
    checkReplicas(report, `${at}.replicas.${name}`, counts);
  }
  for (const [name, variables] of Object.entries(env)) {
    if (!workloads.includes(name)) report(`${at}.env`, name, list(workloads));
    checkEnv(report, `${at}.env.${name}`, variables, spec);
  }
  for (const [name, texts] of Object.entries(config)) {
    const known = spec.config?.[name];
    if (known === undefined) {
      report(`${at}.config`, name, list(Object.keys(spec.config ?? {})));
      continue;
    }
    for (const key of Object.keys(texts)) {
      if (!Object.hasOwn(known.data, key)) report(`${at}.config.${name}`, key, list(Object.keys(known.data)));
    }
  }
}
