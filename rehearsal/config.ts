import type { Compute } from "../components/cluster/types";
import { stages } from "../infra/stages";
import type { RehearseOptions } from "./report";
import type { StackConfig } from "./secrets";

/** What a rehearsal sets over the stack's own config. */
export function rehearsed(config: StackConfig, { compute }: Pick<RehearseOptions, "compute">): StackConfig {
  // Controllers would be pods, and pods do not run here; their CRDs are in the cluster.
  const { "slipway:cluster": given, ...rest } = config;
  const provided = { ...rest, "slipway:addons": "provided" };
  const cluster = Object.entries((given ?? {}) as Record<string, unknown>)
    // The kubeconfig of a rehearsal has one context, whatever its name.
    .filter(([key]) => key !== "context")
    .concat(compute === undefined || !isCloud(config) ? [] : [["compute", compute]]);
  return cluster.length === 0 ? provided : { ...provided, "slipway:cluster": Object.fromEntries(cluster) };
}

/** Whether the stack has a cloud, which a rehearsal simulates. */
export function isCloud(config: StackConfig): boolean {
  return stageOf(config)?.cloud === "aws";
}

/** Who runs the nodes of the stack's cluster; undefined without a cloud. */
export function computeOf(config: StackConfig): Compute | undefined {
  if (!isCloud(config)) return undefined;
  const { compute } = (config["slipway:cluster"] ?? {}) as { compute?: unknown };
  return compute === "managed" ? "managed" : "auto";
}

/** Whether the stack protects what holds data. */
export function isProtected(config: StackConfig): boolean {
  const protection = config["slipway:protection"] ?? stageOf(config)?.protection;
  // The engine writes a switch as text.
  return protection === true || protection === "true";
}

/** The stack's own zones; three that are named so for a stack without a cloud. */
export function zonesOf(config: StackConfig): readonly string[] {
  const { zones = [] } = (config["slipway:network"] ?? {}) as { zones?: readonly string[] };
  return zones.length > 0 ? zones : ["local-a", "local-b", "local-c"];
}

function stageOf(config: StackConfig) {
  return stages[String(config["slipway:stage"])];
}
