import { parseBytes } from "../quantities";
import type { ServiceSpec, SystemSpec } from "../types";
import { checkDirectory, checkName, readQuantity } from "./report";
import type { Report } from "./report";

/** Begin the names of a pod's other volumes. */
const OTHERS = /^(?:scratch|config|secret)(?:-|$)/;

/** Reports volumes that collide, and a ReadWriteOnce volume that several pods would share. */
export function checkVolumes(
  report: Report,
  field: string,
  name: string,
  service: ServiceSpec,
  spec: SystemSpec,
): void {
  const { scratch = [], mounts = {}, volumes = {} } = service;
  const taken = new Set([...scratch.map(({ path }) => path), ...Object.keys(mounts)]);
  const most = mostReplicas(name, service, spec);
  for (const [volume, { path, size, claim }] of Object.entries(volumes)) {
    const at = `${field}.volumes.${volume}`;
    checkName(report, `${field}.volumes`, volume);
    if (OTHERS.test(volume)) {
      report(`${field}.volumes`, volume, "a name that does not begin with scratch, config or secret");
    }
    checkDirectory(report, `${at}.path`, path);
    if (taken.has(path)) report(`${at}.path`, path, "a path that nothing else of the container has");
    taken.add(path);
    readQuantity(report, `${at}.size`, size, parseBytes);
    // A spec may come from plain JavaScript, where the union does not hold.
    if (!["perReplica", "shared"].includes(claim)) report(`${at}.claim`, claim, "perReplica, shared");
    if (claim === "shared" && most > 1) {
      report(
        `${at}.claim`,
        claim,
        `perReplica, for a ReadWriteOnce volume takes one pod and up to ${most} would share it`,
      );
    }
  }
}

function mostReplicas(name: string, service: ServiceSpec, spec: SystemSpec): number {
  const inStages = Object.values(spec.stages ?? {}).map(({ replicas }) => replicas?.[name]?.max ?? 1);
  return Math.max(service.replicas.max, ...inStages);
}
