import assert from "node:assert/strict";
import { isSchedule } from "../../../components/spec/cron";

describe("isSchedule", () => {
  for (const text of [
    "* * * * *",
    "0 2 * * *",
    "*/15 0-6 1,15 jan-mar MON",
    "59 23 31 12 6",
    "5/10 * * * *",
    "0 0 * * sun,sat",
  ]) {
    it(`takes ${text}`, () => assert.equal(isSchedule(text), true));
  }

  for (const text of [
    "",
    "@daily",
    "0 2 * *",
    "0 2 * * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * * 13 *",
    "* * * * 7",
    "5-1 * * * *",
    "*/0 * * * *",
    "1-2-3 * * * *",
    "1,,2 * * * *",
    "* * * mon *",
    "-1 * * * *",
    "1.5 * * * *",
    "0  2 * * *",
  ]) {
    it(`refuses "${text}"`, () => assert.equal(isSchedule(text), false));
  }
});
