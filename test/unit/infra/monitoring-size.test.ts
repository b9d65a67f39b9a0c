import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { operatedPods, podsOf, sum } from "../../support/requests";
import { recordStack } from "../../support/stack";

const page = readFileSync(path.join(__dirname, "..", "..", "..", "docs", "monitoring.md"), "utf8");

/** What docs/monitoring.md says that the stack asks for in a stage: `1.6 cores and 6.4 GiB`. */
function claimed(stage: string): string | undefined {
  return new RegExp(`^\\| Slipway, ${stage} +\\| (.+?) +\\|`, "m").exec(page)?.[1];
}

describe("what monitoring asks of a cluster", function () {
  this.timeout(60_000);
  for (const stack of ["local", "staging", "production"]) {
    it(`is what its page says, in ${stack}`, async () => {
      const recording = await recordStack(stack);
      const own = podsOf(recording).filter(([name]) => name.startsWith("monitoring-"));
      const { cpu, memory } = sum([...own, ...operatedPods(recording)].map(([, requests]) => requests));
      assert.equal(
        claimed(stack),
        `${(cpu / 1000).toFixed(2)} cores, ${(memory / 1024 ** 3).toFixed(2)} GiB`,
      );
    });
  }
});
