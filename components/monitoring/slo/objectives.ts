import { withMatchers } from "../../common/promql";
import { parseDuration } from "../../spec/quantities";
import { namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import type { Indicators } from "../../spec/types";

/** Something that a system promises, and how the share of requests that break the promise is measured. */
export interface Objective {
  readonly system: string;
  readonly namespace: string;
  /** `availability`, `latency-p95` or `latency-p99`. */
  readonly slo: string;
  /** Share of good requests, e.g. 0.999. */
  readonly target: number;
  /** PromQL of the share of bad requests within a window such as `5m`. */
  readonly errors: (window: string) => string;
  /** PromQL that gives a value, 0 too, as long as anything is measured at all. */
  readonly measured: string;
}

/** How one objective is measured. */
type Measure = Pick<Objective, "errors" | "measured">;

/** Share of requests that a quantile leaves out. */
const QUANTILES = { p95: 0.95, p99: 0.99 } as const;

/** Everything that a system promises, in a fixed order. */
export function objectivesOf(spec: StagedSpec): readonly Objective[] {
  const { availability, latency = {}, indicators } = spec.objectives;
  const head = { system: spec.name, namespace: namespaceOf(spec) };
  const service = indicators === undefined ? {} : { namespace: head.namespace, service: indicators.service };
  const promised: Objective[] = [];
  if (indicators !== undefined || spec.host !== undefined) {
    promised.push({
      ...head,
      slo: "availability",
      target: shareOf(availability),
      ...(indicators === undefined ? probeErrors(spec.name) : requestErrors(indicators, service)),
    });
  }
  const duration = indicators?.duration;
  if (duration === undefined) return promised;
  for (const quantile of ["p95", "p99"] as const) {
    const limit = latency[quantile];
    if (limit === undefined) continue;
    promised.push({
      ...head,
      slo: `latency-${quantile}`,
      target: QUANTILES[quantile],
      ...slowRequests(duration, parseDuration(limit) / 1000, service),
    });
  }
  return promised;
}

/** Percent as a share, without the dust of floating point: 99.9 → 0.999. */
function shareOf(percent: number): number {
  return Number((percent / 100).toFixed(8));
}

// Where nobody asks, nothing is said: 0 of 0 requests is no number, and one such in a month would hide the rest.

/** Without metrics of its own a system is judged as its users see it: by the probes of its host. */
function probeErrors(system: string): Measure {
  const probe = withMatchers("probe_success", { system });
  return {
    errors: (window) => `1 - avg(avg_over_time(${probe}[${window}]))`,
    measured: `avg(${probe})`,
  };
}

function requestErrors({ requests, errors }: Indicators, service: Readonly<Record<string, string>>): Measure {
  const rate = (selector: string, window: string): string =>
    `sum(rate(${withMatchers(selector, service)}[${window}]))`;
  return {
    // A service that never failed has no series of failures yet.
    errors: (window) =>
      `(${rate(errors, window)} or 0 * ${rate(requests, window)}) / (${rate(requests, window)} > 0)`,
    measured: rate(requests, "5m"),
  };
}

function slowRequests(duration: string, seconds: number, service: Readonly<Record<string, string>>): Measure {
  // Prometheus 3 writes a whole number as 1.0, scrapes of older formats as 1.
  const le = Number.isInteger(seconds) ? `le=~"${seconds}|${seconds}\\\\.0"` : `le="${seconds}"`;
  const count = (window: string): string =>
    `sum(rate(${withMatchers(`${duration}_count`, service)}[${window}]))`;
  const fast = withMatchers(`${duration}_bucket{${le}}`, service);
  return {
    errors: (window) => `1 - sum(rate(${fast}[${window}])) / (${count(window)} > 0)`,
    measured: count("5m"),
  };
}
