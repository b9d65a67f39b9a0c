import assert from "node:assert/strict";
import { benchOptions } from "../../../bench/options";

const defaults = { stack: "staging", rounds: 5, rehearsals: 5, output: "text", profile: false };

describe("options of the benchmark", () => {
  const cases: readonly [string, object][] = [
    ["", {}],
    ["--rounds 3", { rounds: 3, rehearsals: 3 }],
    ["--stack production --quick", { stack: "production", rounds: 1, rehearsals: 1 }],
    ["--quick", { rounds: 1, rehearsals: 1 }],
    ["--quick --rehearsals 0", { rounds: 1, rehearsals: 0 }],
    ["--rounds 7 --rehearsals 2 --markdown", { rounds: 7, rehearsals: 2, output: "markdown" }],
    ["--json --profile", { output: "json", profile: true }],
  ];
  for (const [line, expected] of cases) {
    it(`are understood: ${line === "" ? "none" : line}`, () =>
      assert.deepEqual(benchOptions(line.split(" ").filter(Boolean)), { ...defaults, ...expected }));
  }

  const bad: readonly [string, RegExp][] = [
    ["--rounds 0", /^npm run bench: --rounds is "0"; allowed: a whole number from 1 to 100; correct it\.$/],
    ["--rounds 1e1", /--rounds is "1e1"/],
    ["--rounds=-1", /--rounds is "-1"/],
    ["--rounds 101", /--rounds is "101"/],
    ["--rehearsals two", /--rehearsals is "two"; allowed: a whole number from 0 to 100/],
    ["--quick --rounds 3", /--quick and --rounds contradict each other; allowed: one of them/],
    ["--json --markdown", /--json and --markdown contradict each other/],
    [
      "--fast",
      /--fast.*allowed: --stack NAME, --rounds N, --rehearsals N, --quick, --json, --markdown, --profile/,
    ],
    ["staging", /staging.*allowed: --stack NAME/],
    ["--rounds", /--rounds/],
  ];
  for (const [line, message] of bad) {
    it(`are refused in one sentence: ${line}`, () =>
      assert.throws(
        () => benchOptions(line.split(" ")),
        (error: Error) => {
          assert.equal(error.name, "SlipwayError");
          assert.match(error.message, message);
          assert.ok(!error.message.includes("\n"));
          return true;
        },
      ));
  }
});
