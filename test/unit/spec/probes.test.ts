import assert from "node:assert/strict";
import { http } from "../../../components/spec/probes";

describe("http", () => {
  const paths = (probes: ReturnType<typeof http>): unknown[] =>
    [probes.startup, probes.readiness, probes.liveness].map((probe) => (probe as { path: string }).path);

  it("asks one path for everything, or one for readiness and one for life", () => {
    assert.deepEqual(paths(http("/health")), ["/health", "/health", "/health"]);
    assert.deepEqual(paths(http({ ready: "/ready", live: "/health" })), ["/health", "/ready", "/health"]);
  });

  it("gives a start 150 seconds, takes requests away after 15 and restarts after 60", () => {
    const { startup, readiness, liveness } = http("/", "admin");
    const span = (probe: typeof startup): number => probe!.periodSeconds * probe!.failureThreshold;
    assert.deepEqual([span(startup), span(readiness), span(liveness)], [150, 15, 60]);
    for (const probe of [startup, readiness, liveness])
      assert.equal((probe as { port: string }).port, "admin");
  });
});
