import assert from "node:assert/strict";
import { families, joined } from "../../../tools/record-metrics/exposition";

describe("reading what an exporter exposes", () => {
  it("finds type, help and labels of each metric that has a sample, sorted by name", () => {
    const text = `# HELP requests_total Requests, with a \\\\ and a line\\nbreak.
# TYPE requests_total counter
requests_total{code="200",path="/a,b=\\"c\\"} d"} 3 1700000000000
requests_total{code="500",method="GET"} NaN
# HELP absent Not one sample.
# TYPE absent gauge
bare 1
# TYPE up gauge
up{} +Inf
`;
    assert.deepEqual(Object.entries(families(text)), [
      ["bare", { type: "untyped", help: "", labels: [] }],
      [
        "requests_total",
        {
          type: "counter",
          help: "Requests, with a \\ and a line break.",
          labels: ["code", "method", "path"],
        },
      ],
      ["up", { type: "gauge", help: "", labels: [] }],
    ]);
  });

  it("takes the parts of a histogram and a summary for one metric, without le and quantile", () => {
    const text = `# TYPE h histogram
h_bucket{le="1",route="/"} 1
h_bucket{le="+Inf",route="/"} 1
h_sum{route="/"} 0.5
h_count{route="/"} 1
# TYPE s summary
s{quantile="0.5"} 1
s_sum 1
s_count 1
# TYPE s_bucket counter
s_bucket 1
# TYPE things_count gauge
things_count 4
`;
    assert.deepEqual(families(text), {
      h: { type: "histogram", help: "", labels: ["route"] },
      s: { type: "summary", help: "", labels: [] },
      s_bucket: { type: "counter", help: "", labels: [] },
      things_count: { type: "gauge", help: "", labels: [] },
    });
  });

  it("refuses what is no sample and no type", () => {
    assert.throws(() => families("<html>"), /not a sample: <html>/);
    assert.throws(() => families("# TYPE x wrong\n"), /not a type of a metric: wrong/);
  });

  it("joins two readings: all names, all labels", () => {
    const gauge = (...labels: string[]) => ({ type: "gauge", help: "", labels }) as const;
    assert.deepEqual(joined({ b: gauge("y"), c: gauge() }, { a: gauge(), b: gauge("x") }), {
      a: gauge(),
      b: gauge("x", "y"),
      c: gauge(),
    });
  });
});
