import assert from "node:assert/strict";
import { alertGroups } from "../../../../components/monitoring/alerts/groups";
import { ruleGroups, settleAlerts } from "../../../../components/monitoring/alerts/settle";
import type { SettledAlert } from "../../../../components/monitoring/alerts/types";
import type { StagedSpec } from "../../../../components/spec/stage";
import type { SystemAlert } from "../../../../components/spec/types";
import { alert, groups, mailer, shop } from "./fixtures";

const RUNBOOKS = "https://runbooks.test";
const settle = (...systems: readonly StagedSpec[]): readonly SettledAlert[] =>
  settleAlerts(groups, systems, { runbooks: RUNBOOKS });
const names = (alerts: readonly SettledAlert[]): readonly string[] =>
  alerts.map(({ system = "-", name }) => `${system} ${name}`);

/** The alerts of the shop when its spec says this of them. */
function ofShop(alerts: Readonly<Record<string, SystemAlert>>): readonly SettledAlert[] {
  return settle({ ...shop, alerts }).filter(({ system }) => system === "shop");
}
const one = (alerts: readonly SettledAlert[], name: string): SettledAlert => {
  const found = alerts.filter((candidate) => candidate.name === name);
  assert.equal(found.length, 1, name);
  return found[0]!;
};

describe("the alerts of a stack", () => {
  it("are the platform's once, and for each system those that fit what it has", () => {
    assert.deepEqual(names(settle(shop, mailer)), [
      "- Watchdog",
      "- PodDown",
      "shop PodDown",
      "shop CpuHigh",
      "shop PostgresDown",
      "shop RedisFree",
      "mailer PodDown",
      "mailer CpuHigh",
    ]);
  });

  it("are the platform's alone without any system", () => {
    assert.deepEqual(names(settle()), ["- Watchdog", "- PodDown"]);
  });

  it("of a system stay as they are when another one comes", () => {
    const alone = settle(shop);
    assert.deepEqual(settle(shop, mailer).slice(0, alone.length), alone);
  });

  it("are there once for a kind of which a system has two stores", () => {
    const { stores } = shop;
    const twice = { ...shop, stores: { ...stores, second: stores!["db"]! } };
    assert.equal(settle(twice).filter(({ name }) => name === "PostgresDown").length, 1);
  });

  it("have the namespace and the name of their system in query and texts", () => {
    const settled = settle(shop);
    assert.deepEqual(one(settled, "PostgresDown"), {
      name: "PostgresDown",
      group: "stores",
      system: "shop",
      namespace: "shop-live",
      query: 'up{namespace="shop-live"} == 0',
      for: "5m",
      severity: "high",
      team: "retail",
      summary: "{{ $labels.pod }} of shop is down",
      description: "For {{ $value }} minutes.",
      runbook: "https://runbooks.test/PostgresDown.md",
    });
    assert.equal(one(settled, "CpuHigh").query, 'sum by (pod) (cpu{system="shop"})');
  });

  it("of the platform's own namespaces know them by a pattern that no system's name is part of", () => {
    const { query, namespace } = one(
      settle(shop).filter(({ system }) => system === undefined),
      "PodDown",
    );
    assert.equal(namespace, undefined);
    const pattern = new RegExp(`^(?:${/namespace=~"([^"]+)"/.exec(query)![1]!})$`);
    for (const own of ["kube-system", "monitoring", "node-agents", "edge", "cert-manager"]) {
      assert.match(own, pattern);
    }
    for (const other of ["shop-live", "default", "monitoring-two"]) assert.doesNotMatch(other, pattern);
  });

  it("go to the team that they name, else to the platform's or to the system's owner", () => {
    const settled = settle(shop);
    assert.deepEqual(
      settled.map(({ name, team }) => [name, team]),
      [
        ["Watchdog", "infrastructure"],
        ["PodDown", "infrastructure"],
        ["PodDown", "retail"],
        ["CpuHigh", "performance"],
        ["PostgresDown", "retail"],
        ["RedisFree", "retail"],
      ],
    );
  });

  it("are changed by a system in what it names, and in nothing else", () => {
    const before = one(ofShop({}), "CpuHigh");
    assert.deepEqual(one(ofShop({ CpuHigh: { above: 0.9 } }), "CpuHigh"), { ...before, above: 0.9 });
    assert.deepEqual(one(ofShop({ CpuHigh: { for: "1h", severity: "info", team: "retail" } }), "CpuHigh"), {
      ...before,
      for: "1h",
      severity: "info",
      team: "retail",
    });
    assert.deepEqual(one(ofShop({ RedisFree: { below: 5 } }), "RedisFree"), {
      ...one(ofShop({}), "RedisFree"),
      below: 5,
    });
  });

  it("are turned off by a system for itself, and for no other", () => {
    const settled = settle({ ...shop, alerts: { PodDown: "off" } }, mailer);
    assert.deepEqual(
      names(settled).filter((name) => name.endsWith("PodDown")),
      ["- PodDown", "mailer PodDown"],
    );
  });

  it("are followed by a system's own", () => {
    const own = ofShop({ OrdersStuck: { ...alert, query: "orders\n  {namespace='$namespace'}", above: 3 } });
    assert.deepEqual(own.at(-1), {
      ...one(own, "PostgresDown"),
      name: "OrdersStuck",
      group: "own",
      query: "orders {namespace='shop-live'}",
      above: 3,
      runbook: "https://runbooks.test/OrdersStuck.md",
    });
  });
});

describe("rules", () => {
  it("have the threshold behind the query, and all labels and annotations", () => {
    const rules = ruleGroups(ofShop({ CpuHigh: { above: 0.9 } }));
    assert.deepEqual(rules.find(({ name }) => name === "shop-workload")?.rules[1], {
      alert: "CpuHigh",
      expr: '(sum by (pod) (cpu{system="shop"})) > 0.9',
      for: "5m",
      labels: { severity: "high", team: "performance", system: "shop", namespace: "shop-live" },
      annotations: {
        summary: "{{ $labels.pod }} of shop is down",
        description: "For {{ $value }} minutes.",
        runbook_url: "https://runbooks.test/CpuHigh.md",
      },
    });
    assert.deepEqual(
      rules.flatMap((group) => group.rules.map((rule) => rule.expr)),
      [
        'up{namespace=~"shop-live"} == 0',
        '(sum by (pod) (cpu{system="shop"})) > 0.9',
        'up{namespace="shop-live"} == 0',
        "(free) < 10",
      ],
    );
  });

  it("of the platform leave the namespace to their series", () => {
    const [self] = ruleGroups(settle());
    assert.deepEqual(self!.rules[0]!.labels, {
      severity: "critical",
      team: "infrastructure",
      system: "slipway",
    });
  });

  it("are grouped by group and system, each name once", () => {
    assert.deepEqual(
      ruleGroups(settle({ ...shop, alerts: { OrdersStuck: alert } }, mailer)).map(({ name, rules }) => [
        name,
        rules.length,
      ]),
      [
        ["self", 1],
        ["workload", 1],
        ["shop-workload", 2],
        ["shop-stores", 2],
        ["shop-own", 1],
        ["mailer-workload", 2],
      ],
    );
  });
});

describe("the alerts that are shipped", () => {
  const all = Object.values(alertGroups).flatMap((group) => Object.entries(group));

  it("for the platform's namespaces too ask by pattern, and name no pattern in a text", () => {
    for (const [name, { scope, query, summary, description }] of all) {
      if (scope !== "workload") continue;
      assert.doesNotMatch(query, /="\$namespace/, name);
      assert.doesNotMatch(summary + description, /\$(?:namespace|system)\b/, name);
    }
  });

  it("for the platform alone know no system", () => {
    for (const [name, { scope, ...texts }] of all) {
      if (scope === "platform") assert.doesNotMatch(JSON.stringify(texts), /\$(?:namespace|system)\b/, name);
    }
  });

  it("with a threshold have a range around it, wide enough to be changed both ways", () => {
    for (const [name, { above, below, range }] of all) {
      const threshold = above ?? below;
      assert.equal(threshold === undefined, range === undefined, name);
      if (threshold === undefined || range === undefined) continue;
      assert.ok(range[0] < threshold && threshold < range[1], name);
    }
  });
});
