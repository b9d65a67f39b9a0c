import assert from "node:assert/strict";
import { platformDashboards } from "../../../../components/monitoring/dashboards";
import { dashboardProblems, refuseDashboards } from "../../../../components/monitoring/dashboards/check";
import { dashboardGroups, providerFile } from "../../../../components/monitoring/grafana/dashboard-files";
import { knownSeries } from "../../../../components/monitoring/alerts/known";
import type { DashboardSpec, PanelSpec, SystemSpec } from "../../../../components/spec/types";
import { systems } from "../../../../infra/systems";
import { staged } from "../prometheus/fixtures";

/** Panels that current Grafana has itself; `graph`, `singlestat`, `table-old`, `worldmap` and others went with Angular. */
const CURRENT = ["timeseries", "stat", "gauge", "bargauge", "table", "piechart", "heatmap", "logs"];
/** Most bytes of all values of a ConfigMap. */
const MOST_BYTES = 1_048_576;

interface File {
  readonly uid: string;
  readonly panels: readonly {
    readonly type: string;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const groups = dashboardGroups(platformDashboards, staged("production"));
const files = groups.flatMap(({ files: own }) =>
  Object.entries(own).map(([name, text]) => ({ name, ...(JSON.parse(text) as File) })),
);

/** Titles of a system's panels by the uid of its dashboard. */
function titles(system: keyof typeof systems): Record<string, string[]> {
  return Object.fromEntries(
    (systems[system]?.dashboards ?? []).map(({ uid, panels }) => [uid, panels.map(({ title }) => title)]),
  );
}

describe("the dashboards of the repository", () => {
  it("are exactly those of the documents, panel by panel", () => {
    assert.deepEqual(titles("noa"), {
      "noa-server-production": [
        "API Response Time (95th/99th percentile)",
        "Service Uptime (target: 99.9%)",
        "Request Rate by Status Code",
        "Error Rate",
        "CPU Usage by Instance",
        "Memory Usage by Instance",
        "Database Connection Pool",
        "Network I/O",
      ],
    });
    assert.deepEqual(titles("dwcp"), {
      "dwcp-v3": [
        "Request Rate (5m rate)",
        "Error Rate (5m rate)",
        "Latency P95",
        "Active Connections",
        "Throughput (MB/s)",
        "Memory Usage",
      ],
    });
    assert.deepEqual(titles("omnitide"), {
      "omnitide-control-panel": ["Request Rate", "Response Time", "Error Rate"],
    });
    assert.deepEqual(titles("daira"), {
      "daira-backend": [
        "Request rate and latency",
        "Error rates by endpoint",
        "Database query performance",
        "Redis hit rate",
      ],
      "daira-infrastructure": [
        "Pod CPU/Memory usage",
        "Network traffic",
        "Storage utilization",
        "Node health",
      ],
      "daira-frontend": ["Page load times", "JavaScript errors", "User sessions", "Build duration"],
    });
    assert.deepEqual(titles("kova"), {
      "kova-web-vitals": ["Page load time", "User interaction time", "Chunk load failures", "JS heap usage"],
    });
  });

  it("show the platform as a whole in eight", () => {
    assert.deepEqual(
      platformDashboards.map(({ uid }) => uid),
      ["red", "slo", "use", "deploys", "stores", "backups", "cost", "logs"].map((name) => `slipway-${name}`),
    );
  });

  it("contradict nothing: each query can be read, and each metric is given by something", () => {
    assert.deepEqual(dashboardProblems(platformDashboards, staged("production"), knownSeries()), []);
  });

  it("have uids of their own, which their files are named by", () => {
    const uids = files.map(({ uid }) => uid);
    assert.equal(uids.length, 15);
    assert.deepEqual([...new Set(uids)], uids);
    for (const { name, uid } of files) assert.equal(name, `${uid}.json`);
  });

  it("have only panels that Grafana still has, and none over another", () => {
    for (const { uid, panels } of files) {
      for (const [index, { type, title, gridPos: a }] of panels.entries()) {
        assert.ok(CURRENT.includes(type), `${uid}, ${title}: ${type}`);
        for (const { gridPos: b } of panels.slice(index + 1)) {
          const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
          assert.ok(apart, `${uid}, ${title}`);
        }
      }
    }
  });

  it("have the system's namespace of the stage in the place of placeholders", () => {
    for (const { uid, panels } of files)
      for (const { targets } of panels)
        for (const { expr } of targets) assert.ok(!/\$(?:namespace|system)/.test(expr), `${uid}: ${expr}`);
    const inStaging = dashboardGroups([], staged("staging")).find(({ name }) => name === "system-daira");
    const text = inStaging?.files["daira-backend.json"] ?? "";
    assert.ok(text.includes('namespace=\\"daira-staging\\"'));
    assert.ok(!text.includes('namespace=\\"daira\\"'));
  });

  it("fit into one ConfigMap for each group", () => {
    for (const { name, files: own } of groups) {
      const bytes = Object.values(own).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      assert.ok(bytes < MOST_BYTES / 4, `${name}: ${bytes}`);
    }
  });

  it("are found by Grafana in a folder for each group", () => {
    const { providers } = JSON.parse(providerFile(groups)) as {
      providers: { name: string; folder: string; folderUid: string; options: { path: string } }[];
    };
    assert.deepEqual(
      providers.map(({ folder, folderUid, options }) => [folder, folderUid, options.path]),
      ["platform", "system-daira", "system-dwcp", "system-kova", "system-noa", "system-omnitide"].map(
        (name) => [
          name.replace("system-", "").replace(/^./, (first) => first.toUpperCase()),
          name,
          `/etc/slipway/dashboards/${name}`,
        ],
      ),
    );
  });
});

const panel: PanelSpec = {
  title: "Load",
  kind: "timeseries",
  queries: { load: "sum(rate(shop_total[5m]))" },
};
const dashboard: DashboardSpec = { uid: "shop", title: "Shop", panels: [panel] };
const known = { metrics: new Map([["http_total", {}]]), recorded: ["slo:budget:ratio"] };
const shop: SystemSpec = {
  name: "shop",
  owner: "shop-team",
  tier: "standard",
  services: {
    web: {
      image: "shop/web",
      port: 8080,
      metrics: { path: "/metrics", exposes: { shop_total: "counter", shop_seconds: "histogram" } },
      replicas: { min: 1, max: 1 },
      size: { cpu: ["10m", "10m"], memory: ["16Mi", "16Mi"] },
    },
  },
  browser: { metrics: { load_time: "histogram" } },
  delivery: { strategy: "rolling" },
  objectives: { availability: 99 },
};

function problems(dashboards: readonly DashboardSpec[], platform: readonly DashboardSpec[] = []): string[] {
  return dashboardProblems(platform, [{ ...shop, dashboards }], known).map(
    ({ where, what, allowed }) => `${where}: ${what} (allowed: ${allowed})`,
  );
}
const withPanel = (changes: Partial<PanelSpec>): string[] =>
  problems([{ ...dashboard, panels: [{ ...panel, ...changes }] }]);
const HERE = 'system "shop", dashboard "shop", panel "Load"';

describe("a dashboard is refused at preview", () => {
  it("not when it is sound, whoever gives its metrics", () => {
    const queries = {
      own: "shop_total",
      parts: "shop_seconds_bucket + shop_seconds_sum + shop_seconds_count",
      page: "load_time_bucket",
      shared: "http_total",
      recorded: "slo:budget:ratio",
    };
    assert.deepEqual(withPanel({ queries }), []);
  });

  it("when another has its uid, the platform's among them", () => {
    assert.deepEqual(problems([dashboard, { ...dashboard, title: "Other" }]), [
      'system "shop", dashboard "shop": system "shop" has a dashboard of this uid too (allowed: a uid that no other dashboard has)',
    ]);
    const taken: DashboardSpec = {
      uid: "shop",
      title: "Taken",
      panels: [{ ...panel, queries: { x: "http_total" } }],
    };
    assert.deepEqual(problems([dashboard], [taken]), [
      'system "shop", dashboard "shop": platform has a dashboard of this uid too (allowed: a uid that no other dashboard has)',
    ]);
  });

  it("when a query cannot be read", () => {
    assert.deepEqual(withPanel({ queries: { load: "sum(rate(shop_total[5m])" } }), [
      `${HERE}: "sum(rate(shop_total[5m])" cannot be read at "its end" (allowed: PromQL)`,
    ]);
    assert.deepEqual(withPanel({ queries: { load: " " } }), [`${HERE}: " " is empty (allowed: PromQL)`]);
  });

  it("when nothing gives a metric, with the name that was probably meant", () => {
    const allowed =
      "a metric of the platform's exporters, of the system's own `exposes` and `browser`, or of a recording rule";
    assert.deepEqual(withPanel({ queries: { load: "rate(shop_totall[5m])" } }), [
      `${HERE}: nothing gives the metric shop_totall of "rate(shop_totall[5m])" (did you mean "shop_total"?) (allowed: ${allowed})`,
    ]);
    // A histogram has no series of its own name.
    assert.equal(withPanel({ queries: { load: "shop_seconds" } }).length, 1);
  });

  it("when the platform's own speaks of what only a system gives, or of a system", () => {
    const found = problems([], [{ uid: "all", title: "All", panels: [panel] }]);
    assert.equal(found.length, 1);
    assert.match(
      found[0] ?? "",
      /^platform, dashboard "all", panel "Load": nothing gives the metric shop_total /,
    );
    const place = { ...panel, queries: { load: 'http_total{namespace="$namespace"}' } };
    assert.deepEqual(problems([], [{ uid: "all", title: "All", panels: [place] }]), [
      'platform, dashboard "all", panel "Load": "http_total{namespace="$namespace"}" has a placeholder (allowed: none in a dashboard over all systems)',
    ]);
  });

  const cases: readonly (readonly [string, () => string[], string])[] = [
    [
      "its uid is none",
      () => problems([{ ...dashboard, uid: "my shop" }]),
      'system "shop", dashboard "my shop": "my shop" is no uid (allowed: at most 40 letters, digits, - and _)',
    ],
    [
      "it has no panels",
      () => problems([{ ...dashboard, panels: [] }]),
      'system "shop", dashboard "shop": it has no panels (allowed: one or more)',
    ],
    [
      "it has no title",
      () => problems([{ ...dashboard, title: " " }]),
      'system "shop", dashboard "shop": it has no title (allowed: a title)',
    ],
    [
      "two panels have one title",
      () => problems([{ ...dashboard, panels: [panel, panel] }]),
      'system "shop", dashboard "shop": two panels have the title "Load" (allowed: a title for each panel)',
    ],
    [
      "a panel is of a kind that Grafana dropped",
      () => withPanel({ kind: "singlestat" as PanelSpec["kind"] }),
      `${HERE}: there is no kind of panel "singlestat" (allowed: timeseries, stat, gauge, bargauge, table, piechart, heatmap, logs)`,
    ],
    [
      "a panel is of an odd width",
      () => withPanel({ width: 7 as 6 }),
      `${HERE}: the width is 7 (allowed: 6, 8, 12, 24 of 24 columns)`,
    ],
    [
      "a panel has no queries",
      () => withPanel({ queries: {} }),
      `${HERE}: it has 0 queries (allowed: 1 to 26)`,
    ],
    [
      "a unit is of no query",
      () => withPanel({ units: { p95: "s" } }),
      `${HERE}: units name the legend "p95" (allowed: a legend of the panel: load)`,
    ],
  ];
  for (const [name, found, message] of cases) {
    it(`when ${name}`, () => assert.deepEqual(found(), [message]));
  }

  it("with one sentence that names all of it", () => {
    const bad: DashboardSpec = { ...dashboard, panels: [{ ...panel, queries: { a: "sum(", b: "nope" } }] };
    assert.throws(
      () => refuseDashboards([], [{ ...shop, dashboards: [bad] }], known),
      (error: Error) => {
        assert.equal(error.name, "SlipwayError");
        assert.match(error.message, /^system "shop", dashboard "shop", panel "Load": "sum\(" cannot be read/);
        assert.match(error.message, /; system "shop".*metric nope of "nope".*; correct these 2 places\.$/);
        assert.ok(!error.message.includes("\n"));
        return true;
      },
    );
    refuseDashboards([], [{ ...shop, dashboards: [dashboard] }], known);
  });
});
