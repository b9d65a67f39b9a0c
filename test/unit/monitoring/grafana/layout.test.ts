import assert from "node:assert/strict";
import fc from "fast-check";
import { placePanels } from "../../../../components/monitoring/grafana/layout";
import type { PanelSpec } from "../../../../components/spec/types";

const width = fc.constantFrom<PanelSpec["width"][]>(undefined, 6, 8, 12, 24);
const panels = fc.array(width.map((own) => (own === undefined ? {} : { width: own })));

describe("the places of a dashboard's panels", () => {
  it("stand side by side until a row is full", () => {
    assert.deepEqual(placePanels([{}, { width: 12 }, { width: 6 }, { width: 24 }]), [
      { x: 0, y: 0, w: 12, h: 8 },
      { x: 12, y: 0, w: 12, h: 8 },
      { x: 0, y: 8, w: 6, h: 8 },
      { x: 0, y: 16, w: 24, h: 8 },
    ]);
  });

  it("never overlap, never leave the 24 columns, and keep the order of the panels", () => {
    fc.assert(
      fc.property(panels, (specs) => {
        const places = placePanels(specs);
        assert.equal(places.length, specs.length);
        const taken = new Set<string>();
        let last = -1;
        for (const { x, y, w, h } of places) {
          assert.ok(x >= 0 && x + w <= 24);
          assert.ok(y * 24 + x > last);
          last = y * 24 + x;
          for (let column = x; column < x + w; column++)
            for (let row = y; row < y + h; row++) {
              const cell = `${column},${row}`;
              assert.ok(!taken.has(cell), `${cell} is taken twice`);
              taken.add(cell);
            }
        }
      }),
    );
  });
});
