import assert from "node:assert/strict";
import { ruleFiles } from "../../components/monitoring/alerts/alerts";
import { lines } from "../../engine/progress";
import { ensureTools } from "../../engine/tools";
import { alertNames, checkRules, runTrials, trialOf } from "../support/promtool";
import type { Trial } from "../support/promtool";
import { installOnly } from "../support/tools";
import { staged } from "../unit/monitoring/prometheus/fixtures";
import { suites } from "./alerts/suites";

/** How far a threshold may be off before a case must notice. */
const FACTORS = [0.8, 1.2];

describe("alerts", function () {
  this.timeout(300_000);
  before(installOnly("promtool"));
  let promtool = "";
  before(async () => {
    ({ path: promtool } = (
      await ensureTools(
        ["promtool"],
        lines(() => undefined),
      )
    ).promtool);
  });

  it("have cases for those that exist alone, each with a name of its own", () => {
    for (const { name, cases, ...suite } of suites) {
      const known = alertNames(suite);
      assert.deepEqual(
        cases.filter(({ alert }) => !known.includes(alert)).map(({ alert }) => alert),
        [],
        name,
      );
      const titles = cases.map(({ alert, name: title }) => `${alert}: ${title}`);
      assert.equal(new Set(titles).size, titles.length, name);
    }
  });

  for (const stage of ["local", "staging", "production"]) {
    it(`of the five systems in ${stage} are rules that Prometheus takes`, async () => {
      for (const [file, groups] of Object.entries(ruleFiles(staged(stage), "https://runbooks.test"))) {
        assert.equal(await checkRules(promtool, groups), "", file);
      }
    });
  }

  it("are refused by Prometheus with a type or a template that is wrong", async () => {
    const [group] = ruleFiles([], "https://runbooks.test")["alerts"] ?? [];
    const alert = { alert: "Own", expr: "up == 0", labels: {}, annotations: {} };
    for (const changes of [{ expr: "rate(up)" }, { annotations: { summary: "{{ $labels.pod " } }]) {
      const output = await checkRules(promtool, [group!, { name: "own", rules: [{ ...alert, ...changes }] }]);
      assert.match(output, /Own|rate/);
    }
  });

  for (const suite of suites) {
    describe(`of ${suite.name}`, () => {
      const names = alertNames(suite);
      let found: ReadonlyMap<string, string>;
      before(async () => {
        found = await runTrials(
          promtool,
          names.map((name) => trialOf(suite, name)),
        );
      });

      for (const name of names) {
        const own = suite.cases.filter(({ alert }) => alert === name);
        it(`${name} fires when it must, and only then`, () => {
          assert.ok(
            own.some(({ fires }) => fires.length > 0),
            "no case in which it fires",
          );
          assert.ok(
            own.some(({ fires }) => fires.length === 0),
            "no case in which it does not",
          );
          assert.equal(found.get(trialOf(suite, name).name), "");
        });
      }

      it("have thresholds that no case lets be a fifth off", async () => {
        const mutants = suite.alerts
          .filter(({ above, below }) => above !== undefined || below !== undefined)
          .flatMap(({ name }) => FACTORS.map((factor) => trialOf(suite, name, factor)));
        const trials = [...new Map(mutants.map((trial): [string, Trial] => [trial.name, trial])).values()];
        const results = await runTrials(promtool, trials);
        assert.deepEqual(
          trials.map(({ name }) => name).filter((name) => results.get(name) === ""),
          [],
          "alerts whose cases hold although their threshold is another",
        );
      });
    });
  }
});
