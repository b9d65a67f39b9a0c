import assert from "node:assert/strict";
import { alertProblems, refuseAlerts } from "../../../../components/monitoring/alerts/check";
import type { KnownSeries } from "../../../../components/monitoring/alerts/check";
import type { AlertGroups, PlatformAlert } from "../../../../components/monitoring/alerts/types";
import type { AlertSpec, SystemAlert } from "../../../../components/spec/types";
import { alert, groups, mailer, shop } from "./fixtures";

const known: KnownSeries = {
  metrics: new Map(["up", "cpu", "free", "latency_bucket"].map((name) => [name, {}])),
  recorded: ["job:errors:rate5m"],
};

/** What is wrong when the shop says this of its alerts: field, value and what is allowed. */
function problems(alerts: Readonly<Record<string, SystemAlert>>): [string, string, string][] {
  return alertProblems(groups, [{ ...shop, alerts }, mailer], known).map(
    ({ where, field, value, allowed }) => {
      assert.equal(where, 'system "shop"');
      return [field, value, allowed];
    },
  );
}

/** An alert with one field set; `undefined` takes it away. */
function changed(field: string, value: unknown): AlertSpec {
  const fields: Record<string, unknown> = { ...alert, [field]: value };
  return Object.fromEntries(
    Object.entries(fields).filter(([, own]) => own !== undefined),
  ) as unknown as AlertSpec;
}

type Case = readonly [
  title: string,
  alerts: Readonly<Record<string, unknown>>,
  field: string,
  value: RegExp,
  allowed: RegExp,
];

// prettier-ignore
const cases: readonly Case[] = [
  ["a change of an alert that does not exist", { PodDwn: { for: "1m" } }, "alerts.PodDwn", /"1m"/, /did you mean "PodDown"/],
  ["turning off an alert that does not exist", { Postgresdown: "off" }, "alerts.Postgresdown", /"off"/, /did you mean "PostgresDown"/],
  ["a change of an alert that is the platform's", { Watchdog: "off" }, "alerts.Watchdog", /"off"/, /this one is the platform's/],
  ["a change of a name that every object has", { constructor: "off" }, "alerts.constructor", /"off"/, /an alert of its own/],
  ["an own alert with the name of one of the platform", { Watchdog: alert }, "alerts.Watchdog", /"Watchdog"/, /no alert of the platform/],
  ["an own alert with the name of one that it has anyway", { PodDown: alert }, "alerts.PodDown", /"PodDown"/, /no alert of the platform/],
  ["a name that is no CamelCase", { "orders-stuck": alert }, "alerts.orders-stuck", /"orders-stuck"/, /CamelCase/],
  ["a threshold above the range", { CpuHigh: { above: 1.01 } }, "alerts.CpuHigh.above", /1\.01/, /from 0\.5 to 1/],
  ["a threshold below the range", { CpuHigh: { above: 0.49 } }, "alerts.CpuHigh.above", /0\.49/, /from 0\.5 to 1/],
  ["a threshold that is no number", { CpuHigh: { above: Number.NaN } }, "alerts.CpuHigh.above", /null/, /a number/],
  ["a limit from below where the alert has one from above", { CpuHigh: { below: 0.6 } }, "alerts.CpuHigh.below", /0\.6/, /^above/],
  ["a limit from above where the alert has one from below", { RedisFree: { above: 20 } }, "alerts.RedisFree.above", /20/, /^below/],
  ["a threshold for an alert that has none", { PodDown: { above: 3 } }, "alerts.PodDown.above", /3/, /no threshold/],
  ["a change of nothing", { PodDown: {} }, "alerts.PodDown", /\{\}/, /one of above, below/],
  ["a change of a text", { PodDown: { summary: "x" } }, "alerts.PodDown.summary", /"x"/, /no such field/],
  ["a duration without unit", { PodDown: { for: "5" } }, "alerts.PodDown.for", /"5"/, /ms, s, m, h or d/],
  ["a severity that nobody knows", { PodDown: { severity: "page" } }, "alerts.PodDown.severity", /"page"/, /critical, high, warning, info/],
  ["a team that nobody knows", { PodDown: { team: "retial" } }, "alerts.PodDown.team", /"retial"/, /did you mean "retail"/],
  ["PromQL that ends too early", { Own: changed("query", "sum(up") }, "alerts.Own.query", /"sum\(up"/, /cannot be read at "its end"/],
  ["PromQL that is empty", { Own: changed("query", " ") }, "alerts.Own.query", /" "/, /is empty/],
  ["a metric that nothing gives", { Own: changed("query", "rate(cqu[5m])") }, "alerts.Own.query", /"cqu"/, /did you mean "cpu"/],
  ["a histogram by its bare name", { Own: changed("query", "latency") }, "alerts.Own.query", /"latency"/, /a metric that/],
  ["two thresholds", { Own: { ...alert, above: 1, below: 9 } }, "alerts.Own.below", /9/, /one of above and below/],
  ["a range that is upside down", { Own: { ...alert, above: 5, range: [9, 1] } }, "alerts.Own.range", /\[9,1\]/, /the least value/],
  ["a threshold outside its own range", { Own: { ...alert, above: 5, range: [6, 9] } }, "alerts.Own.above", /5/, /from 6 to 9/],
  ["no duration", { Own: changed("for", undefined) }, "alerts.Own.for", /absent/, /a duration/],
  ["no severity", { Own: changed("severity", undefined) }, "alerts.Own.severity", /absent/, /critical/],
  ["no summary", { Own: changed("summary", undefined) }, "alerts.Own.summary", /absent/, /a text/],
  ["an empty description", { Own: changed("description", " ") }, "alerts.Own.description", /" "/, /a text/],
];

describe("the alerts of a system are refused with", () => {
  for (const [title, alerts, field, value, allowed] of cases) {
    it(title, () => {
      const found = problems(alerts as Readonly<Record<string, SystemAlert>>);
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.equal(found[0]![0], field);
      assert.match(found[0]![1], value);
      assert.match(found[0]![2], allowed);
    });
  }
});

describe("the alerts of a system are taken with", () => {
  const sound: Readonly<Record<string, Readonly<Record<string, SystemAlert>>>> = {
    "thresholds at either end of the range": { CpuHigh: { above: 1 }, RedisFree: { below: 1 } },
    "all that may be changed": {
      CpuHigh: { above: 0.6, for: "1h", severity: "info", team: "security" },
      PodDown: "off",
      PostgresDown: { team: "messaging" },
    },
    "an alert of its own on metrics of the platform": { Own: alert, Other: { ...alert, above: 0 } },
    "one on what a recording gives": { Own: changed("query", "job:errors:rate5m") },
    "one on a part of a histogram": { Own: changed("query", "rate(latency_bucket[5m])") },
    "one on no metric": { Own: changed("query", "vector(1)") },
  };
  for (const [title, alerts] of Object.entries(sound)) {
    it(title, () => {
      assert.deepEqual(problems(alerts), []);
    });
  }

  it("metrics that its services and pages say that they give, which no other system's may", () => {
    const service = {
      ...shop.services["api"]!,
      metrics: {
        path: "/metrics",
        exposes: { orders_total: "counter", order_seconds: "histogram" },
      },
    } as const;
    const alerts = {
      Orders: changed("query", "rate(orders_total[5m])"),
      Slow: changed("query", "rate(order_seconds_sum[5m])"),
      Pages: changed("query", "rate(page_load_time_bucket[5m])"),
    };
    const own = {
      ...shop,
      alerts,
      services: { ...shop.services, api: service },
      browser: { metrics: { page_load_time: "histogram" } },
    } as const;
    assert.deepEqual(alertProblems(groups, [own, mailer], known), []);
    assert.deepEqual(
      alertProblems(groups, [own, { ...mailer, alerts }], known).map(({ where, value }) => [where, value]),
      [
        ['system "mailer"', '"orders_total"'],
        ['system "mailer"', '"order_seconds_sum"'],
        ['system "mailer"', '"page_load_time_bucket"'],
      ],
    );
  });
});

describe("alerts of stores", () => {
  it("cannot be changed by a system that has none of their kind", () => {
    const found = alertProblems(groups, [{ ...mailer, alerts: { PostgresDown: { for: "1h" } } }], known);
    assert.deepEqual(
      found.map(({ where, field }) => [where, field]),
      [['system "mailer"', "alerts.PostgresDown"]],
    );
    assert.match(found[0]!.allowed, /for stores of the kind postgres/);
  });
});

describe("the alerts of the platform", () => {
  const watchdog = groups["self"]!["Watchdog"]!;
  const shipped = (changes: Partial<PlatformAlert>): AlertGroups => ({
    self: { Own: { ...watchdog, ...changes } },
  });

  it("are held to the same rules", () => {
    const found = alertProblems(shipped({ query: "cqu", above: 3, range: [4, 9] }), [], known);
    assert.deepEqual(
      found.map(({ where, field }) => [where, field]),
      [
        ["platform", "self.Own.query"],
        ["platform", "self.Own.above"],
      ],
    );
  });

  it("may not speak of what one system alone gives", () => {
    const browser = { metrics: { page_views: "counter" } } as const;
    assert.deepEqual(
      alertProblems(shipped({ query: "page_views" }), [{ ...shop, browser }], known).map(
        ({ where }) => where,
      ),
      ["platform"],
    );
  });

  it("are two of one name in no two groups", () => {
    const found = alertProblems({ ...groups, again: { PodDown: watchdog } }, [], known);
    assert.deepEqual(
      found.map(({ field, allowed }) => [field, allowed]),
      [["workload.PodDown", "a name that no other alert has"]],
    );
  });
});

describe("unsound alerts", () => {
  it("are refused in one sentence that names each system, alert and value", () => {
    const alerts: Readonly<Record<string, SystemAlert>> = {
      CpuHigh: { above: 3 },
      Own: changed("query", "sum("),
    };
    assert.throws(() => refuseAlerts(groups, [{ ...shop, alerts }], known), {
      name: "SlipwayError",
      message:
        'system "shop": alerts.CpuHigh.above is 3 (allowed: from 0.5 to 1); system "shop": alerts.Own.query is "sum(" (allowed: PromQL; this cannot be read at "its end"); correct these 2 fields.',
    });
  });

  it("are not there in sound ones", () => {
    refuseAlerts(groups, [shop, mailer], known);
  });
});
