import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NamedMetadata } from "../common/gateway-api";
import { FOREIGN_NAMESPACES_ANNOTATION } from "../common/labels";
import { defaultDenySpec } from "../common/network-policies";
import type { SystemSpec } from "../spec/types";
import { foreignNamespaces, policySpecs } from "./policies";
import type { Surroundings } from "./policies";
import { limitRangeSpec, quotaSpec } from "./quota";

/** Makes the metadata of an object of the system from its name and its role. */
export type Meta = (name: string, component: string) => NamedMetadata;

/** Creates what must stand before a system's first pod: what its pods may use, and whom they may reach. */
export function createGuards(
  name: string,
  { spec, meta, surroundings }: { spec: SystemSpec; meta: Meta; surroundings: Surroundings },
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const policy = (purpose: string, object: string, policySpec: typeof defaultDenySpec): pulumi.Resource =>
    new k8s.networking.v1.NetworkPolicy(
      `${name}-${purpose}`,
      {
        metadata: { ...meta(object, "policy"), ...awaited(foreignNamespaces(spec, object)) },
        spec: policySpec,
      },
      opts,
    );
  return [
    new k8s.core.v1.ResourceQuota(
      `${name}-quota`,
      { metadata: meta("quota", "quota"), spec: quotaSpec(spec, Object.keys(surroundings.storeCidrs ?? {})) },
      opts,
    ),
    new k8s.core.v1.LimitRange(
      `${name}-limits`,
      { metadata: meta("limits", "limits"), spec: limitRangeSpec },
      opts,
    ),
    policy("default-deny", "default-deny", defaultDenySpec),
    ...Object.entries(policySpecs(spec, surroundings)).map(([workload, policySpec]) =>
      policy(`${workload}-policy`, workload, policySpec),
    ),
  ];
}

/** Says that a policy names namespaces on purpose that somebody else makes, now or later. */
function awaited(namespaces: readonly string[]): Pick<NamedMetadata, "annotations"> {
  return namespaces.length === 0
    ? {}
    : { annotations: { [FOREIGN_NAMESPACES_ANNOTATION]: namespaces.join(",") } };
}
