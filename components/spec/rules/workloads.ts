import { parseBytes, parseCpu } from "../quantities";
import { HTTPS } from "../reachability";
import { namespacesOf, scratchName } from "../services";
import type { ContainerSpec, Permission, Reach, SystemSpec, WorkloadSpec } from "../types";
import { checkEnv } from "./env";
import { checkBounds, checkCommand, checkDirectory, checkInteger, list, NAME, readQuantity } from "./report";
import type { Report } from "./report";

const IMAGE = /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*$/;
/** A resource of the API in the plural, perhaps with a subresource. */
const RESOURCE = /^[a-z]+(?:\/[a-z]+)?$/;
const VERBS: readonly string[] = [
  "get",
  "list",
  "watch",
  "create",
  "update",
  "patch",
  "delete",
] satisfies Permission["verbs"][number][];
/** Whoever may do something with these can give himself the rights of others. */
const RISKY: readonly string[] = [
  "pods/attach",
  "pods/ephemeralcontainers",
  "pods/exec",
  "serviceaccounts/token",
];

/** Reports what contradicts itself in what services, jobs and migrations have in common. */
export function checkWorkload(
  report: Report,
  field: string,
  name: string,
  workload: WorkloadSpec,
  spec: SystemSpec,
): void {
  checkImage(report, `${field}.image`, workload.image);
  checkContainer(report, field, workload, spec);
  checkReaches(report, `${field}.reaches`, name, workload.reaches ?? [], spec);
  // 0 is root, and the API takes user ids up to the largest signed 32-bit integer.
  if (workload.user !== undefined) checkInteger(report, `${field}.user`, workload.user, 1, 2_147_483_647);
  for (const [index, permission] of (workload.permissions ?? []).entries()) {
    checkPermission(report, `${field}.permissions[${index}]`, permission);
  }
}

/** Reports a name that no registry takes, or that says which version is to run. */
export function checkImage(report: Report, field: string, image: string): void {
  if (!IMAGE.test(image)) report(field, image, "a name without registry, tag and digest, e.g. daira/backend");
}

/** Reports what contradicts itself in one container; each path in it has one use. */
export function checkContainer(
  report: Report,
  field: string,
  container: ContainerSpec,
  spec: SystemSpec,
): void {
  const { command, args, env = {}, size, scratch = [], mounts = {} } = container;
  if (command !== undefined) checkCommand(report, `${field}.command`, command);
  if (args !== undefined) checkCommand(report, `${field}.args`, args);
  checkBounds(report, `${field}.size.cpu`, size.cpu, parseCpu);
  checkBounds(report, `${field}.size.memory`, size.memory, parseBytes);
  checkEnv(report, `${field}.env`, env, spec);
  const seen = new Map<string, string>();
  for (const [index, { path, size: limit }] of scratch.entries()) {
    const at = `${field}.scratch[${index}]`;
    checkDirectory(report, `${at}.path`, path);
    const other = seen.get(scratchName(path));
    if (other !== undefined)
      report(`${at}.path`, path, `a path that is told apart from ${other} by letters and digits`);
    seen.set(scratchName(path), path);
    readQuantity(report, `${at}.size`, limit, parseBytes);
  }
  for (const [path, mount] of Object.entries(mounts)) {
    const at = `${field}.mounts.${path}`;
    checkDirectory(report, at, path);
    if (scratch.some((other) => other.path === path)) report(at, path, "a path that is no scratch directory");
    const [kind, source, known] =
      "config" in mount
        ? (["config", mount.config, Object.keys(spec.config ?? {})] as const)
        : (["secret", mount.secret, Object.keys(spec.secrets ?? {})] as const);
    if (!known.includes(source)) report(`${at}.${kind}`, source, list(known));
  }
}

function checkReaches(
  report: Report,
  field: string,
  name: string,
  reaches: readonly Reach[],
  spec: SystemSpec,
): void {
  const others = Object.keys(spec.services).filter(
    (other) => other !== name && spec.services[other]?.port !== undefined,
  );
  const reachable = [...others, ...Object.keys(spec.stores ?? {}), HTTPS];
  const texts = reaches.map((reach) => JSON.stringify(reach));
  for (const [index, reach] of reaches.entries()) {
    const at = `${field}[${index}]`;
    if (texts.indexOf(texts[index] ?? "") !== index) report(at, reach, "each target once");
    if (typeof reach === "string") {
      if (!reachable.includes(reach)) report(at, reach, list(reachable));
      continue;
    }
    if (!NAME.test(reach.namespace) || namespacesOf(spec).includes(reach.namespace)) {
      report(`${at}.namespace`, reach.namespace, "the name of a namespace that is not the system's own");
    }
    checkInteger(report, `${at}.port`, reach.port, 1, 65_535);
  }
}

function checkPermission(report: Report, field: string, permission: Permission): void {
  const { apiGroup = "", resources, names, verbs } = permission;
  if (apiGroup !== "" && (!/^[a-z0-9.-]+$/.test(apiGroup) || apiGroup === "rbac.authorization.k8s.io")) {
    report(`${field}.apiGroup`, apiGroup, "a group of the API by name, but not the one that gives rights");
  }
  if (resources.length === 0) report(`${field}.resources`, resources, "at least one resource");
  for (const [index, resource] of resources.entries()) {
    if (!RESOURCE.test(resource) || RISKY.includes(resource)) {
      report(
        `${field}.resources[${index}]`,
        resource,
        "a resource by name, but none that gives another's rights",
      );
    }
  }
  if (verbs.length === 0) report(`${field}.verbs`, verbs, "at least one verb");
  for (const [index, verb] of verbs.entries()) {
    if (!VERBS.includes(verb)) report(`${field}.verbs[${index}]`, verb, list(VERBS));
  }
  if (names?.length === 0) report(`${field}.names`, names, "at least one name, or none at all");
  if (resources.includes("secrets") && names === undefined) {
    report(`${field}.names`, undefined, "the names of the secrets");
  }
  // The API knows no name yet when it decides whether one may create.
  if (names !== undefined && verbs.includes("create")) {
    report(`${field}.verbs`, verbs, "no create, which names cannot limit");
  }
}
