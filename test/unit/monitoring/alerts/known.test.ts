import assert from "node:assert/strict";
import { alertProblems } from "../../../../components/monitoring/alerts/check";
import { alertGroups } from "../../../../components/monitoring/alerts/groups";
import { knownSeries } from "../../../../components/monitoring/alerts/known";
import { staged } from "../prometheus/fixtures";

describe("the alerts of the platform and of the five systems", () => {
  for (const stage of ["local", "staging", "production"]) {
    it(`speak in ${stage} of nothing but what is exposed or recorded, and contradict nothing`, () => {
      assert.deepEqual(alertProblems(alertGroups, staged(stage), knownSeries()), []);
    });
  }
});
