import { checkLogRetention } from "../common/log-retention";
import { SlipwayError } from "../common/problems";
import type { PolicyStatement } from "../common/contracts";
import { publicAccessProblem } from "./cidrs";
import type { EksClusterArgs, ManagedNodes } from "./types";

const CIDR_LIMIT = 40;
const LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
const CPU = /^[1-9]\d*$/;
const MEMORY = /^[1-9]\d*(Mi|Gi|Ti)$/;

/**
 * Refuses what EKS would refuse late or what is unsafe, before any resource exists.
 *
 * @throws SlipwayError naming the argument, its value and what is allowed.
 */
export function validate(args: EksClusterArgs): void {
  if (!LABEL.test(args.name) || args.name.length > 40) {
    refuse(
      "name",
      `"${args.name}" cannot name a cluster`,
      "lower-case letters, digits and dashes, at most 40",
    );
  }
  validateAccess(args);
  checkLogRetention("cluster logRetentionDays", args.logRetentionDays ?? 30);
  const { zones, privateSubnetIds } = args.network;
  if (privateSubnetIds.length < 2 || privateSubnetIds.length !== zones.length) {
    refuse(
      "network",
      `there are ${privateSubnetIds.length} private subnets for ${zones.length} zones`,
      "one for each of two zones or more",
    );
  }
  const { limits, managed } = args.nodes;
  if (!CPU.test(limits.cpu))
    refuse("nodes.limits.cpu", `"${limits.cpu}" is no number of cores`, "such as 64");
  if (!MEMORY.test(limits.memory)) {
    refuse("nodes.limits.memory", `"${limits.memory}" is no amount of memory`, "such as 256Gi");
  }
  validateManaged(managed);
  validateIdentities(args);
}

function validateAccess({ publicAccessCidrs, admins }: EksClusterArgs): void {
  if (publicAccessCidrs.length > CIDR_LIMIT) {
    refuse("publicAccessCidrs", `${publicAccessCidrs.length} blocks are named`, `at most ${CIDR_LIMIT}`);
  }
  for (const cidr of publicAccessCidrs) {
    const problem = publicAccessProblem(cidr);
    if (problem !== undefined) {
      refuse(
        "publicAccessCidrs",
        problem,
        "the IPv4 blocks you administer from, or none: the endpoint is then private",
      );
    }
  }
  if (admins.length === 0) {
    refuse(
      "admins",
      "nobody could administer the cluster",
      "one IAM principal or more, among them the one that runs Pulumi",
    );
  }
  unique(
    "admins",
    admins.map(({ name }) => name),
  );
  for (const { name } of admins) {
    if (!LABEL.test(name))
      refuse("admins", `"${name}" cannot key an admin`, "lower-case letters, digits and dashes");
  }
}

function validateManaged(nodes: ManagedNodes): void {
  const { min, desired, max, diskGib, instanceTypes } = nodes;
  if (![min, desired, max].every(Number.isInteger) || min < 0 || max < 1 || min > desired || desired > max) {
    refuse(
      "nodes.managed",
      `min ${min}, desired ${desired}, max ${max} contradict each other`,
      "0 <= min <= desired <= max, max 1 or more",
    );
  }
  // The image of a node takes about 8 GiB, container images come on top.
  if (!Number.isInteger(diskGib) || diskGib < 20)
    refuse("nodes.managed.diskGib", `${diskGib} GiB is too small`, "20 or more");
  if (instanceTypes.length === 0)
    refuse("nodes.managed.instanceTypes", "no instance type is named", "one or more, such as m7i.large");
}

function validateIdentities({ identities }: EksClusterArgs): void {
  unique(
    "identities",
    identities.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`),
  );
  for (const { namespace, serviceAccount, statements } of identities) {
    const where = `identities ${namespace}/${serviceAccount}`;
    if (!LABEL.test(namespace) || !LABEL.test(serviceAccount)) {
      refuse(where, "a name is no DNS label", "lower-case letters, digits and dashes");
    }
    if (statements.length === 0)
      refuse(where, "the workload has no rights", "one statement or more, or no identity");
    for (const statement of statements) validateStatement(where, statement);
  }
}

function validateStatement(where: string, { actions, resources }: PolicyStatement): void {
  if (actions.length === 0 || resources.length === 0)
    refuse(where, "a statement names no action or no resource");
  if (actions.some((action) => action === "*" || action.endsWith(":*"))) {
    refuse(where, `a statement allows ${actions.join(", ")}`, "the actions that the workload needs, by name");
  }
}

function unique(where: string, keys: readonly string[]): void {
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) refuse(where, `${twice} is named twice`, "each once");
}

function refuse(where: string, what: string, allowed?: string): never {
  throw new SlipwayError({ where: `cluster ${where}`, what, ...(allowed === undefined ? {} : { allowed }) });
}
