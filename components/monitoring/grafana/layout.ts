import type { PanelSpec } from "../../spec/types";

/** Columns of a dashboard. */
const COLUMNS = 24;
const DEFAULT_WIDTH = 12;
/** Rows of a panel, at about 38 pixels each. One height for all, so that no panel reaches into the row below it. */
const HEIGHT = 8;

/** Where a panel stands, in columns and rows from the upper left. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Places panels side by side in their order; one that does not fit beside the last begins a new row. */
export function placePanels(panels: readonly Pick<PanelSpec, "width">[]): readonly Place[] {
  let x = 0;
  let y = 0;
  return panels.map(({ width: w = DEFAULT_WIDTH }) => {
    if (x + w > COLUMNS) {
      x = 0;
      y += HEIGHT;
    }
    const place = { x, y, w, h: HEIGHT };
    x += w;
    return place;
  });
}
