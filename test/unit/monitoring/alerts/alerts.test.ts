import assert from "node:assert/strict";
import { AlertRules, ruleFiles } from "../../../../components/monitoring/alerts/alerts";
import type { StagedSpec } from "../../../../components/spec/stage";
import { recordOn, staged } from "../prometheus/fixtures";
import { mailer } from "./fixtures";

const RULE = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const runbooks = "https://runbooks.test";
const five = staged("production");
const make = (systems: readonly StagedSpec[]) =>
  recordOn((site) => new AlertRules("rules", { site, systems, runbooks }));

describe("the rules of Prometheus", () => {
  it("are one object for the platform and one for each system, in the namespace of monitoring", async () => {
    const { ofType, counts } = await make(five);
    assert.equal(counts()[RULE], 6);
    assert.deepEqual(
      ofType(RULE)
        .map(({ name, inputs: { metadata } }) =>
          [name, metadata.name, metadata.namespace].map((part) => String(part)),
        )
        .sort(),
      ["alerts", "daira.alerts", "dwcp.alerts", "kova.alerts", "noa.alerts", "omnitide.alerts"].map(
        (name) => [`rules-${name}`, name, "monitoring"],
      ),
    );
    for (const { inputs } of ofType(RULE)) assert.equal(inputs["apiVersion"], "monitoring.coreos.com/v1");
  });

  it("wait for the operator, and are children of their component", async () => {
    const { ofType, one } = await make([mailer]);
    const operator = one("kubernetes:core/v1:ConfigMap", "operator").urn;
    for (const { parent, dependsOn } of ofType(RULE)) {
      assert.match(parent, /slipway:monitoring:AlertRules::rules$/);
      assert.deepEqual(dependsOn, [operator]);
    }
  });

  it("of the platform and of each system stay as they are when a sixth one comes", async () => {
    const spec = (resources: Awaited<ReturnType<typeof make>>): Record<string, unknown> =>
      Object.fromEntries(resources.ofType(RULE).map(({ name, inputs }) => [name, inputs["spec"]]));
    const before = spec(await make(five));
    const { "rules-mailer.alerts": sixth, ...after } = spec(await make([...five, mailer]));
    assert.deepEqual(after, before);
    assert.ok(sixth !== undefined);
  });

  it("have no group of the same name twice in an object", () => {
    for (const [file, groups] of Object.entries(ruleFiles(five, runbooks))) {
      const names = groups.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length, file);
    }
  });

  it("of a system speak of it alone", () => {
    for (const [file, groups] of Object.entries(ruleFiles(five, runbooks))) {
      const systems = groups.flatMap(({ rules }) => rules.map(({ labels }) => labels?.["system"]));
      const expected = file === "alerts" ? ["slipway", undefined] : [file.replace(".alerts", "")];
      assert.deepEqual([...new Set(systems)].sort(), expected.sort(), file);
    }
  });
});
