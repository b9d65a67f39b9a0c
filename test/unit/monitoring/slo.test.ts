import assert from "node:assert/strict";
import { readPromql } from "../../../components/common/promql";
import { sloAlerts } from "../../../components/monitoring/slo/alerts";
import { objectivesOf } from "../../../components/monitoring/slo/objectives";
import { recordedNames, recordings } from "../../../components/monitoring/slo/recordings";
import { specForStage } from "../../../components/spec/stage";
import type { SystemSpec } from "../../../components/spec/types";
import { findSystem, systems } from "../../../infra/systems";

const staged = (spec: SystemSpec) =>
  specForStage(spec, { stage: "production", replicaShare: 1, storeShare: 1 });
const noa = findSystem("noa");

describe("the objectives of a system", () => {
  it("are its availability and each quantile of its latency, with the share of good requests", () => {
    assert.deepEqual(
      objectivesOf(staged(noa)).map(({ slo, target, system, namespace }) => [slo, target, system, namespace]),
      [
        ["availability", 0.999, "noa", "noa"],
        ["latency-p95", 0.95, "noa", "noa"],
        ["latency-p99", 0.99, "noa", "noa"],
      ],
    );
  });

  it("are measured in the system's namespace, at its service", () => {
    const [availability, latency] = objectivesOf(staged(noa));
    const all = 'http_requests_total{namespace="noa",service="noa-api"}';
    const bad = 'http_requests_total{namespace="noa",service="noa-api",status_code=~"5.."}';
    assert.equal(
      availability?.errors("1h"),
      `(sum(rate(${bad}[1h])) or 0 * sum(rate(${all}[1h]))) / (sum(rate(${all}[1h])) > 0)`,
    );
    assert.match(latency?.errors("5m") ?? "", /_bucket\{namespace="noa",service="noa-api",le="0\.1"\}\[5m\]/);
  });

  it("find the bucket of whole seconds however it is written", () => {
    const [, latency] = objectivesOf(staged(findSystem("daira")));
    assert.match(latency?.errors("5m") ?? "", /le=~"1\|1\\\\\.0"/);
  });

  it("are judged by probes of the host where the system names no metrics, and then have no latency", () => {
    const { indicators: _, ...objectives } = noa.objectives;
    const found = objectivesOf(staged({ ...noa, objectives }));
    assert.deepEqual(
      found.map(({ slo, errors }) => [slo, errors("30m")]),
      [["availability", '1 - avg(avg_over_time(probe_success{system="noa"}[30m]))']],
    );
  });

  it("are none where a system has neither", () => {
    const { indicators: _, ...objectives } = noa.objectives;
    assert.deepEqual(objectivesOf({ ...noa, objectives }), []);
  });

  it("are there for each of the five systems", () => {
    for (const spec of Object.values(systems)) {
      assert.equal(objectivesOf(staged(spec))[0]?.slo, "availability", spec.name);
    }
  });
});

describe("the recordings of an objective", () => {
  const group = recordings(objectivesOf(staged(noa))[0]!);

  it("are of one group, and carry the labels that alerts and dashboards select by", () => {
    assert.equal(group.name, "noa-slo-availability");
    for (const rule of group.rules) {
      assert.deepEqual(rule.labels, { system: "noa", namespace: "noa", slo: "availability" });
    }
  });

  it("are all that is known to be recorded, each once", () => {
    const names = group.rules.map((rule) => ("record" in rule ? rule.record : ""));
    assert.deepEqual([...names].sort(), [...recordedNames].sort());
  });

  it("give the budget without the dust of floating point", () => {
    const budget = group.rules.find((rule) => "record" in rule && rule.record === "slo:error_budget:ratio");
    assert.equal(budget?.expr, "vector(0.001)");
  });

  it("can be read, and are recorded before they are read", () => {
    const before = new Set<string>();
    for (const rule of group.rules) {
      const { problem, metrics } = readPromql(rule.expr);
      assert.equal(problem, undefined, rule.expr);
      for (const name of metrics.filter((metric) => metric.startsWith("slo:")))
        assert.ok(before.has(name), name);
      if ("record" in rule) before.add(rule.record);
    }
  });
});

describe("the alerts on objectives", () => {
  it("burn 14.4, 6, 3 and 1 times too fast, the faster the worse", () => {
    assert.deepEqual(
      Object.entries(sloAlerts).map(([name, { above, severity }]) => [name, above, severity]),
      [
        ["ErrorBudgetBurnFast", 14.4, "critical"],
        ["ErrorBudgetBurn", 6, "high"],
        ["ErrorBudgetBurnSlow", 3, "warning"],
        ["ErrorBudgetBurnCreeping", 1, "info"],
        ["SLOMetricAbsent", undefined, "warning"],
      ],
    );
  });

  it("read only what is recorded", () => {
    for (const [name, { query }] of Object.entries(sloAlerts)) {
      const { problem, metrics } = readPromql(query.replaceAll("$system", "noa"));
      assert.equal(problem, undefined, name);
      for (const metric of metrics) assert.ok(recordedNames.includes(metric), `${name}: ${metric}`);
    }
  });
});
