import assert from "node:assert/strict";
import type { SystemSpec } from "../../../components/spec/types";
import { runProgram, withSystem } from "../../support/program";
import { shop } from "../spec/fixtures";

const alert = {
  query: 'sum(rate(shop_requests_total{namespace="$namespace"}[5m]))',
  below: 1,
  for: "5m",
  severity: "high",
  summary: "Few requests",
  description: "Nobody buys anything.",
} as const;
const panel = { title: "Requests", kind: "timeseries", queries: { all: "shop_requests_total" } } as const;
const dashboard = { uid: "shop", title: "Shop", panels: [panel] };

/** Title, what a system says, and all that the refusal must name. */
const cases: readonly (readonly [title: string, change: Partial<SystemSpec>, says: readonly RegExp[]])[] = [
  [
    "an alert on a metric that nothing gives",
    { alerts: { FewOrders: { ...alert, query: "shop_orders_total" } } },
    [/system "shop"/, /FewOrders/, /shop_orders_total/],
  ],
  [
    "a threshold out of its range",
    { alerts: { FewOrders: { ...alert, below: 50, range: [0.1, 10] } } },
    [/system "shop"/, /FewOrders/, /50/, /0\.1/, /10/],
  ],
  [
    "an alert with a name of the platform's",
    { alerts: { RedisDown: alert } },
    [/system "shop"/, /RedisDown/],
  ],
  [
    "an alert that cannot be read",
    { alerts: { FewOrders: { ...alert, query: "sum(rate(shop_requests_total[5m])" } } },
    [/system "shop"/, /FewOrders/, /its end/],
  ],
  [
    "a change of an alert that there is not",
    { alerts: { RedisDownn: { severity: "high" } } },
    [/system "shop"/, /RedisDownn/, /RedisDown\b/],
  ],
  [
    "two dashboards of one uid",
    { dashboards: [dashboard, { ...dashboard, title: "Shop again" }] },
    [/system "shop"/, /uid/, /"shop"/],
  ],
  [
    "a panel that cannot be read",
    { dashboards: [{ ...dashboard, panels: [{ ...panel, queries: { all: "sum(" } }] }] },
    [/system "shop"/, /Requests|panels/, /its end/],
  ],
];

describe("what is watched is refused by the whole program", function () {
  this.timeout(60_000);
  for (const [title, change, says] of cases) {
    it(title, async () => {
      const spec = { ...shop, ...change };
      await assert.rejects(
        withSystem(spec, () => runProgram("staging", { "slipway:systems": ["shop"] })),
        (error: Error) => {
          for (const part of says) assert.match(error.message, part);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        },
      );
    });
  }

  it("a stage that must tell somebody, and no receiver", async () => {
    await assert.rejects(runProgram("production", { "slipway:alerting": undefined }), /slipway:alerting/);
  });

  it("a receiver without its secret", async () => {
    await assert.rejects(
      runProgram("production", { "slipway:alerting": { pagerduty: {}, slack: {} } }),
      /slack.*token|pagerduty/,
    );
  });
});
