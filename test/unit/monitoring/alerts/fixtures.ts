import type { AlertGroups, PlatformAlert } from "../../../../components/monitoring/alerts/types";
import { specForStage } from "../../../../components/spec/stage";
import type { StagedSpec } from "../../../../components/spec/stage";
import type { AlertSpec, SystemSpec } from "../../../../components/spec/types";
import { mailer as mailerSpec, shop as shopSpec } from "../../spec/fixtures";

function staged(spec: SystemSpec): StagedSpec {
  return specForStage(spec, { stage: "production", replicaShare: 1, storeShare: 1 });
}

/** A system with a PostgreSQL and a Redis, in a namespace that is not its name. */
export const shop: StagedSpec = { ...staged(shopSpec), namespace: "shop-live" };
/** A system without a store. */
export const mailer = staged(mailerSpec);

/** A sound alert: each case of a test changes one thing in it. */
export const alert: AlertSpec = {
  query: 'up{namespace="$namespace"} == 0',
  for: "5m",
  severity: "high",
  summary: "{{ $labels.pod }} of $system is down",
  description: "For {{ $value }} minutes.",
};

const shipped = (scope: PlatformAlert["scope"], changes: Partial<PlatformAlert> = {}): PlatformAlert => ({
  ...alert,
  scope,
  ...changes,
});

/** One alert of each scope. */
export const groups: AlertGroups = {
  self: { Watchdog: shipped("platform", { query: "vector(1)", severity: "critical" }) },
  workload: {
    PodDown: shipped("workload", { query: 'up{namespace=~"$namespace"} == 0' }),
    CpuHigh: shipped("system", {
      query: 'sum by (pod) (cpu{system="$system"})',
      above: 0.8,
      range: [0.5, 1],
      team: "performance",
    }),
  },
  stores: {
    PostgresDown: shipped("postgres"),
    RedisFree: shipped("redis", { query: "free", below: 10, range: [1, 50] }),
  },
};
