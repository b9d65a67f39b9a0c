import { namespaceOf, workloadsOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import { traceName } from "../../spec/traces";
import type { MonitoringSizes } from "../types";

/** Share of the traces that begin in a service which are kept, by where they are kept. No document gives one. */
const shares: Readonly<Record<MonitoringSizes["traces"], number>> = { memory: 1, volume: 1, search: 0.1 };

/** A workload that sends traces. */
export interface TraceSource {
  readonly system: string;
  readonly namespace: string;
  /** Its name in the system. */
  readonly workload: string;
}

/** The workloads that send traces. */
export function traceSources(systems: readonly StagedSpec[]): readonly TraceSource[] {
  return systems.flatMap((spec) =>
    Object.entries(workloadsOf(spec)).flatMap(([workload, { traces }]) =>
      traces === true ? [{ system: spec.name, namespace: namespaceOf(spec), workload }] : [],
    ),
  );
}

/** Share of traces that a stage keeps, 0 to 1. */
export function traceShare({ traces }: Pick<MonitoringSizes, "traces">): number {
  return shares[traces];
}

/**
 * The file of strategies that Jaeger hands to clients which ask it (`jaeger_remote`), one for each service. Others find
 * the same share in their variables.
 */
export function samplingStrategies(sources: readonly TraceSource[], share: number): string {
  const strategy = { type: "probabilistic", param: share };
  return JSON.stringify(
    {
      default_strategy: strategy,
      service_strategies: sources.map(({ system, workload }) => ({
        service: traceName(system, workload),
        ...strategy,
      })),
    },
    null,
    2,
  );
}
