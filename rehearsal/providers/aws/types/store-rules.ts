import type { Situation } from "../model";
import { textOf } from "../values";
import { T } from "./tokens";

/** Identifiers of RDS and ElastiCache: letters, digits and single dashes, beginning with a letter. */
export function identifier(limit: number) {
  return (value: string): string | undefined =>
    value.length <= limit && /^[a-z](?:-?[a-z0-9])*$/i.test(value)
      ? undefined
      : `must be 1 to ${limit} letters, digits and single dashes, beginning with a letter`;
}

/** A daily window, `02:00-02:30`, of at least so many minutes. */
export function dailyWindow(least: number) {
  return (value: string): string | undefined => {
    const [, ...parts] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(value) ?? [];
    const [h1 = 0, m1 = 0, h2 = 0, m2 = 0] = parts.map(Number);
    const minutes = (h2 * 60 + m2 - h1 * 60 - m1 + 1440) % 1440;
    return parts.length === 4 && minutes >= least
      ? undefined
      : `must look like 02:00-02:30 and last ${least} minutes at least`;
  };
}

const DAY = "(mon|tue|wed|thu|fri|sat|sun)";
const TIME = "([01]\\d|2[0-3]):[0-5]\\d";

export function weeklyWindow(value: string): string | undefined {
  return new RegExp(`^${DAY}:${TIME}-${DAY}:${TIME}$`, "i").test(value)
    ? undefined
    : "must look like sun:03:00-sun:04:00";
}

/** @throws AwsError when subnets are not of one VPC, or of fewer zones than the service wants. */
export function checkSubnets(s: Situation, zones: number, code: string): string {
  const subnets = s.view
    .texts("subnetIds")
    .flatMap((id) => s.account.find(T.subnet, "id", id, s.region) ?? []);
  const vpcs = new Set(subnets.map(({ attributes }) => textOf(attributes["vpcId"])));
  if (vpcs.size > 1) s.refuse("InvalidSubnet", "The subnets of a subnet group must all be in one VPC.");
  const covered = new Set(subnets.map(({ attributes }) => textOf(attributes["availabilityZone"])));
  if (covered.size < zones && !s.view.unknown("subnetIds")) {
    s.refuse(
      code,
      `The subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...covered].sort().join(", ")}. Add subnets to cover at least ${zones} AZs.`,
    );
  }
  return [...vpcs][0] ?? "";
}

/** @throws AwsError when a security group is not of the VPC that the subnet group is in. */
export function checkGroups(s: Situation, groups: readonly string[], vpcId: string | undefined): void {
  if (vpcId === undefined || vpcId === "") return;
  for (const id of groups) {
    const group = s.account.find(T.securityGroup, "id", id, s.region);
    if (group !== undefined && group.attributes["vpcId"] !== vpcId) {
      s.refuse(
        "InvalidVPCNetworkStateFault",
        `The security group ${id} is not in the VPC ${vpcId} of the subnet group.`,
      );
    }
  }
}

/** @throws AwsError when another object of the type has the name. */
export function refuseTwin(s: Situation, field: string, code: string): void {
  const name = s.view.text(field);
  if (name === undefined || s.account.find(s.type, field, name, s.region) === undefined) return;
  s.refuse(code, `${field} ${name} is taken already in this account`);
}

/** @throws AwsError when an object of the type names this one in a field. */
export function refuseWhileUsed(
  s: Situation,
  user: { readonly type: string; readonly field: string; readonly code: string },
  name: string,
): void {
  const found = s.account.all(user.type).find(({ attributes }) => {
    const value = attributes[user.field];
    return value === name || (Array.isArray(value) && value.includes(name));
  });
  if (found !== undefined) s.refuse(user.code, `${name} is in use by ${found.id} and cannot be deleted`);
}
