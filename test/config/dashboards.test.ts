import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { readPromql } from "../../components/common/promql";
import { collect, recordedExporters } from "../../components/monitoring/catalogue";
import { platformDashboards } from "../../components/monitoring/dashboards";
import { deploysQuery } from "../../components/monitoring/grafana/builder";
import { filled } from "../../components/monitoring/grafana/dashboard-files";
import { namespaceOf } from "../../components/spec/services";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { temporaryFolder } from "../support/temporary";
import { installOnly } from "../support/tools";
import { Service } from "../unit/images/service";
import { staged } from "../unit/monitoring/prometheus/fixtures";
import { startLoki } from "./support/loki";
import { getJson, startListening, until } from "./support/programs";
import type { Listening } from "./support/programs";

const run = promisify(execFile);
const systems = staged("staging");

/** One query of a panel, as Grafana sends it in staging. */
interface Query {
  readonly system: string | undefined;
  readonly where: string;
  readonly expr: string;
  readonly isLog: boolean;
}

const dashboards = [
  ...platformDashboards.map((spec) => ({ system: undefined, spec })),
  ...systems.flatMap((system) =>
    (system.dashboards ?? []).map((spec) => ({
      system: system.name,
      spec: filled(spec, { system: system.name, namespace: namespaceOf(system) }),
    })),
  ),
];
const queries: readonly Query[] = dashboards.flatMap(({ system, spec }) =>
  spec.panels.flatMap(({ title, kind, queries: own }) =>
    Object.entries(own).map(([legend, expr]) => ({
      ...{ system, where: `${spec.uid}, ${title}, ${legend}`, expr, isLog: kind === "logs" },
    })),
  ),
);
const promql = queries.filter(({ isLog }) => !isLog);

/** What promtool says of expressions, each as a rule of its own. */
async function promtool(expressions: readonly string[]): Promise<string> {
  const { path: program } = await ensureTool("promtool", silent);
  const file = path.join(temporaryFolder(), "rules.json");
  const rules = expressions.map((expr, index) => ({ record: `dashboards:query:${index}`, expr }));
  writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboards", rules }] }));
  const { stdout } = await run(program, ["check", "rules", file], { timeout: 60_000 });
  return stdout;
}

describe("the queries of every dashboard", function () {
  this.timeout(120_000);
  before(installOnly("promtool", "loki"));

  it("are taken by promtool, which knows types too", async () => {
    assert.ok(promql.length > 100, `${promql.length}`);
    assert.match(
      await promtool(promql.map(({ expr }) => expr)),
      new RegExp(`SUCCESS: ${promql.length} rules found`),
    );
    // What the grammar alone lets pass.
    await assert.rejects(promtool(["rate(up)"]), /expected type range vector/);
  });

  it("are taken by Loki where they ask for logs", async () => {
    const { path: program } = await ensureTool("loki", silent);
    const loki = await startLoki(program, temporaryFolder());
    try {
      const format = async (query: string): Promise<number> => {
        const address = new URL("/loki/api/v1/format_query", loki.url);
        address.searchParams.set("query", query);
        const response = await fetch(address);
        await response.arrayBuffer();
        return response.status;
      };
      const logs = queries.filter(({ isLog }) => isLog).map(({ expr }) => expr);
      assert.equal(logs.length, 2);
      for (const query of [...logs, deploysQuery(), deploysQuery("shop")])
        assert.deepEqual([query, await format(query)], [query, 200]);
      assert.equal(await format('{level="error"'), 400);
    } finally {
      await loki.stop();
    }
  });
});

interface Vector {
  readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
}

describe("dashboards of systems that run the reference service", function () {
  this.timeout(180_000);
  before(installOnly("prometheus"));

  let service: Service;
  let prometheus: Listening;
  before(async () => {
    service = await new Service({ SERVICE_NAME: "reference" }).ready();
    const folder = temporaryFolder();
    const file = path.join(folder, "prometheus.json");
    // As the monitors of these services label their pods; the reference service stands in for each of them.
    const pods = { daira: "backend", dwcp: "dwcp-v3", noa: "noa-api", omnitide: "control-panel" };
    const scrape_configs = systems.flatMap((system) => {
      const own = pods[system.name as keyof typeof pods] as string | undefined;
      if (own === undefined) return [];
      const labels = { namespace: namespaceOf(system), service: own, pod: `${own}-0` };
      return [{ job_name: own, static_configs: [{ targets: [`127.0.0.1:${service.port}`], labels }] }];
    });
    assert.equal(scrape_configs.length, 4);
    const global = { scrape_interval: "1s", scrape_timeout: "1s" };
    writeFileSync(file, JSON.stringify({ global, scrape_configs }));
    const { path: program } = await ensureTool("prometheus", silent);
    prometheus = await startListening(program, [
      `--config.file=${file}`,
      `--storage.tsdb.path=${path.join(folder, "data")}`,
    ]);
  });
  after(async () => {
    service.kill("SIGKILL");
    await service.exit();
    await prometheus.stop();
  });

  /** The numbers that a query gives now; what is none, such as the share of nothing, is left out. */
  async function ask(expr: string): Promise<readonly number[]> {
    const address = new URL("/api/v1/query", prometheus.url);
    address.searchParams.set("query", expr);
    const { data } = await getJson<Vector>(address.href);
    return data.result.map(({ value }) => Number(value[1])).filter(Number.isFinite);
  }

  /** Requests of each kind: read, changed, failed. */
  async function load(): Promise<void> {
    for (const [url, method] of [
      ["/api/orders", "GET"],
      ["/api/orders", "POST"],
      ["/api/orders?status=503", "GET"],
    ] as const)
      await service.get(url, { method });
  }

  it("return data for every query of what it exposes", async () => {
    const exposed = collect(
      recordedExporters().filter(({ exporter }) => ["reference", "scraping"].includes(exporter)),
      {},
    );
    const concerned = promql.filter(
      ({ system, expr }) =>
        system !== undefined && readPromql(expr).metrics.every((name) => exposed.has(name)),
    );
    const panels = [...new Set(concerned.map(({ where }) => where.split(", ").slice(0, 2).join(", ")))];
    assert.deepEqual(panels.sort(), [
      "daira-backend, Error rates by endpoint",
      "daira-backend, Request rate and latency",
      "dwcp-v3, Active Connections",
      "dwcp-v3, Error Rate (5m rate)",
      "dwcp-v3, Latency P95",
      "dwcp-v3, Memory Usage",
      "dwcp-v3, Request Rate (5m rate)",
      "dwcp-v3, Throughput (MB/s)",
      "noa-server-production, API Response Time (95th/99th percentile)",
      "noa-server-production, Error Rate",
      "noa-server-production, Request Rate by Status Code",
      "noa-server-production, Service Uptime (target: 99.9%)",
      "omnitide-control-panel, Error Rate",
      "omnitide-control-panel, Request Rate",
      "omnitide-control-panel, Response Time",
    ]);
    const silentOnes = async (): Promise<string[]> => {
      const empty: string[] = [];
      for (const { where, expr } of concerned) if ((await ask(expr)).length === 0) empty.push(where);
      return empty;
    };
    await until(
      "data of every query",
      90,
      async () => {
        await load();
        return (await silentOnes()).length === 0 ? true : undefined;
      },
      silentOnes,
    );
  });

  it("show errors as a share of all requests", async () => {
    const share = async (where: string): Promise<number | undefined> => {
      const [query] = promql.filter((one) => one.where.startsWith(where));
      const [found] = query === undefined ? [] : await ask(query.expr);
      return found;
    };
    // A third of the load fails, in whichever way a document counts.
    for (const where of [
      "noa-server-production, Error Rate",
      "dwcp-v3, Error Rate",
      "omnitide-control-panel, Error Rate",
    ]) {
      const found = await until(where, 60, async () => {
        await load();
        const now = await share(where);
        return now !== undefined && now > 0 ? now : undefined;
      });
      assert.ok(found > 0.2 && found < 0.5, `${where}: ${found}`);
    }
  });
});
