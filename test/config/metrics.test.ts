import assert from "node:assert/strict";
import { recordedExporters } from "../../components/monitoring/catalogue";
import type { Exporter } from "../../tools/record-metrics/exporter";
import { alertmanager, prometheus, scraping } from "../../tools/record-metrics/prometheus";
import { Session } from "../../tools/record-metrics/session";
import { installOnly } from "../support/tools";

/** The catalogue is trusted by the checks of all alerts and panels, so what can be run everywhere is asked again. */
describe("the recorded metrics", function () {
  this.timeout(180_000);
  before(installOnly("prometheus", "alertmanager"));
  let session: Session;
  before(() => (session = new Session()));
  after(() => session.end());

  for (const exporter of [prometheus, alertmanager, scraping] satisfies Exporter[]) {
    it(`of ${exporter.name} are what the pinned version exposes`, async () => {
      const file = recordedExporters().find(({ exporter: name }) => name === exporter.name);
      assert.ok(file);
      assert.equal(file.version, exporter.version);
      const now = await exporter.record(session);
      for (const [name, { type, labels }] of Object.entries(file.metrics)) {
        assert.equal(now[name]?.type, type, name);
        assert.deepEqual(
          labels.filter((label) => !now[name]?.labels.includes(label)),
          [],
          name,
        );
      }
    });
  }
});
