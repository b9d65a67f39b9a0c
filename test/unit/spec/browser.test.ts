import assert from "node:assert/strict";
import { browserBounds } from "../../../components/spec/browser";
import { contradictions } from "../../../components/spec/validate";
import type { SystemSpec } from "../../../components/spec/types";
import { mailer, shop } from "./fixtures";

const browser = { metrics: { page_load_time: "histogram", page_errors_total: "counter" } } as const;
const fields = (spec: SystemSpec): string[] => contradictions(spec).map(({ field }) => field);

describe("what pages measure", () => {
  it("is taken from a system with routes", () => {
    assert.deepEqual(fields({ ...shop, browser }), []);
  });

  it("is refused of a system that no page comes from", () => {
    assert.deepEqual(fields(mailer), []);
    assert.deepEqual(fields({ ...mailer, browser }), ["browser"]);
  });

  it("has a path that no route may take, nor one below it", () => {
    for (const [path, taken] of [
      ["/telemetry", true],
      ["/telemetry/v1", true],
      ["/telemetry2", false],
    ] as const) {
      const routes = [{ path, to: "api" }];
      assert.deepEqual(fields({ ...shop, routes, browser }), taken ? ["routes[0].path"] : [], path);
      assert.deepEqual(fields({ ...shop, routes }), [], `${path}, where no page sends`);
    }
  });

  it("is of at most twenty names", () => {
    const metrics = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, "histogram" as const]));
    assert.deepEqual(fields({ ...shop, browser: { metrics: metrics(20) } }), []);
    assert.deepEqual(fields({ ...shop, browser: { metrics: metrics(21) } }), ["browser.metrics"]);
  });

  it("has KOVA's limits among its bounds, and each bound once", () => {
    for (const limit of [0.8, 100, 3000]) assert.ok(browserBounds.includes(limit), String(limit));
    assert.deepEqual(
      [...new Set(browserBounds)],
      [...browserBounds].sort((a, b) => a - b),
    );
  });
});
