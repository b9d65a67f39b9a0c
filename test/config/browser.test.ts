import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { browserSources, otlpName } from "../../components/monitoring/alloy/browser";
import type { BrowserSource } from "../../components/monitoring/alloy/browser";
import { specForStage } from "../../components/spec/stage";
import type { StagedSpec } from "../../components/spec/stage";
import { browserBounds } from "../../components/spec/browser";
import { telemetryRoute } from "../../components/system/telemetry";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { daira } from "../../infra/systems/daira";
import { kova } from "../../infra/systems/kova";
import { Chromium } from "../support/chromium";
import type { Page } from "../support/chromium";
import { temporaryFolder } from "../support/temporary";
import { installOnly } from "../support/tools";
import { Service } from "../unit/images/service";
import { getJson, startListening, until } from "./support/programs";
import type { Listening } from "./support/programs";

interface Point {
  readonly attributes: { key: string; value: { stringValue: string } }[];
  readonly explicitBounds?: number[];
}
interface Measurements {
  readonly resourceMetrics: {
    readonly scopeMetrics: {
      metrics: {
        readonly name: string;
        readonly sum?: { readonly dataPoints: Point[] };
        readonly histogram?: { readonly dataPoints: Point[] };
      }[];
    }[];
  }[];
}

function metricsOf({ resourceMetrics }: Measurements) {
  return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
}

/** What stands on the loopback in the place of the cluster. */
interface Stage {
  /** Address of the system's host. */
  readonly url: string;
  /** What the receiver was sent, and with which headers. */
  readonly sent: { readonly headers: IncomingHttpHeaders; readonly body: Measurements }[];
  readonly stop: () => Promise<void>;
}

/**
 * The system's host: its route for measurements as it is rendered, followed by hand, and the reference service behind
 * all other paths. The receiver stands for Alloy, which cannot be had here: it keeps what the spec names, says whose it
 * is, and hands it on; Prometheus itself adds the deltas up.
 */
async function startStage(spec: StagedSpec, service: string, prometheus: string): Promise<Stage> {
  const [source] = browserSources([spec]);
  assert.ok(source !== undefined);
  const parent = { name: "edge", namespace: "edge", sectionName: "https" };
  const receiver = { namespace: "monitoring", service: "alloy-browser", port: 4318 };
  const [rule] = telemetryRoute(spec, "host", parent, receiver).rules;
  const [match] = rule?.matches ?? [];
  const sent: Stage["sent"] = [];
  const server: Server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.url === match?.path.value && request.method === match?.method) {
        const headers = { ...request.headers };
        let target = "";
        for (const filter of rule?.filters ?? []) {
          if (filter.type === "RequestHeaderModifier") {
            for (const name of filter.requestHeaderModifier.remove) Reflect.deleteProperty(headers, name);
            for (const { name, value } of filter.requestHeaderModifier.set) headers[name] = value;
          }
          if (filter.type === "URLRewrite") target = filter.urlRewrite.path.replaceFullPath;
        }
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Measurements;
        const kept = received(structuredClone(body), source, headers);
        const { status } = await fetch(`${prometheus}/api/v1/otlp${target}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(kept),
        });
        assert.equal(status, 200);
        sent.push({ headers, body });
        response.writeHead(status).end();
        return;
      }
      // A build that a page still names, and that is gone.
      if (request.url?.startsWith("/assets/") === true) {
        response.writeHead(404).end();
        return;
      }
      const { accept = "" } = request.headers;
      const found = await fetch(service + (request.url ?? "/"), { headers: { accept } });
      const names = ["content-type", "content-security-policy"];
      response.writeHead(
        found.status,
        Object.fromEntries(names.map((name) => [name, found.headers.get(name) ?? ""])),
      );
      response.end(Buffer.from(await found.arrayBuffer()));
    };
    answer().catch(() => response.writeHead(500).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function received(all: Measurements, { metrics }: BrowserSource, headers: IncomingHttpHeaders): Measurements {
  const known = Object.entries(metrics).map(([name, type]) => (type === "counter" ? otlpName(name) : name));
  for (const { scopeMetrics } of all.resourceMetrics) {
    for (const scope of scopeMetrics) {
      scope.metrics = scope.metrics.filter(({ name }) => known.includes(name));
      for (const { sum, histogram } of scope.metrics) {
        for (const { attributes } of (sum ?? histogram)?.dataPoints ?? []) {
          for (const key of ["system", "namespace"])
            attributes.push({ key, value: { stringValue: String(headers[`x-slipway-${key}`]) } });
        }
      }
    }
  }
  return all;
}

// The cases look at one browser, in which each page was used once.
describe("what the page of the reference service measures in a real browser", function () {
  this.timeout(120_000);
  let prometheus: Listening;
  let service: Service;
  let chromium: Chromium;
  const stages: Record<string, Stage> = {};
  const started: { stop: () => Promise<void> }[] = [];

  before(installOnly("prometheus"));
  before(async function () {
    // A browser of 100 MB may have to be fetched.
    this.timeout(600_000);
    const folder = temporaryFolder("slipway-browser-test-");
    const config = path.join(folder, "prometheus.yaml");
    writeFileSync(config, "{}");
    prometheus = await startListening((await ensureTool("prometheus", silent)).path, [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder, "data")}`,
      "--web.enable-otlp-receiver",
      "--enable-feature=otlp-deltatocumulative",
    ]);
    started.push(prometheus);
    service = await new Service({ SERVICE_NAME: "frontend" }).ready();
    chromium = await Chromium.start();
    started.push(chromium);
    for (const spec of [kova, daira]) {
      const staged = specForStage(spec, { stage: "production", replicaShare: 1, storeShare: 1 });
      const stage = await startStage(staged, service.url, prometheus.url);
      stages[spec.name] = stage;
      started.push(stage);
      await use(await chromium.page(`${stage.url}/shop/orders/17`), stage);
    }
  });
  after(async () => {
    for (const one of started) await one.stop();
    service.kill("SIGKILL");
    await service.exit();
  });

  /** Loads the page, misses a script, fails in one, clicks on what is slow, and goes away. */
  async function use(page: Page, { sent }: Stage): Promise<void> {
    await until("the page to tell how it was loaded", 30, () => (sent.length > 0 ? true : undefined));
    await page.evaluate(`new Promise((resolve) => {
      for (const name of ["framer-motion.9f8e7d", "app.1a2b3c"]) {
        const script = document.createElement("script");
        script.src = "/assets/" + name + ".js";
        script.addEventListener("error", resolve);
        document.head.append(script);
      }
    })`);
    await page.evaluate(`new Promise((resolve) => {
      addEventListener("error", resolve, { once: true });
      setTimeout(() => { throw new Error("a bug"); });
    }).then(() => undefined)`);
    await page.evaluate(`addEventListener("click", () => {
      for (const end = performance.now() + 150; performance.now() < end; );
    })`);
    await page.click(20, 20);
    await page.evaluate(`new Promise((resolve) => new PerformanceObserver((seen) => {
      if (seen.getEntries().some(({ interactionId }) => interactionId > 0)) resolve();
    }).observe({ type: "event", durationThreshold: 16, buffered: true }))`);
    await page.open("about:blank");
    const rest = ["chunk_load_failures", "javascript_errors", "user_interaction_time"];
    await until("the page to tell the rest, at the latest when it is left", 30, () => {
      const names = sent.flatMap(({ body }) => metricsOf(body).map(({ name }) => name));
      return rest.every((name) => names.includes(name)) ? true : undefined;
    });
  }

  interface Series {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }
  async function query(promql: string): Promise<readonly Series[]> {
    const { data } = await getJson<{ data: { result: Series[] } }>(
      `${prometheus.url}/api/v1/query?query=${encodeURIComponent(promql)}`,
    );
    return data.result;
  }
  const values = async (promql: string): Promise<number[]> =>
    (await query(promql)).map(({ value }) => Number(value[1]));

  it("is in Prometheus under the names, and the system, that KOVA's spec has", async () => {
    const [load] = await query('page_load_time_count{system="kova"}');
    assert.deepEqual(load?.metric, {
      __name__: "page_load_time_count",
      ...{ namespace: "kova", system: "kova", route: "/shop/orders" },
    });
    assert.equal(load.value[1], "1");
    const took = (await values('page_load_time_sum{system="kova"}'))[0] ?? 0;
    assert.ok(took > 0 && took < 60_000, String(took));
    const heap =
      (await values('memory_used_ratio_sum{system="kova"} / memory_used_ratio_count{system="kova"}'))[0] ?? 0;
    assert.ok(heap > 0 && heap < 1, String(heap));
  });

  it("tells a slow interaction from a quick one at KOVA's limit of 100 ms", async () => {
    const above =
      'user_interaction_time_count{system="kova"} - on (action) user_interaction_time_bucket{system="kova",le="100"}';
    const slow = await query(above);
    assert.deepEqual(
      slow.map(({ metric }) => metric["action"]),
      ["pointer"],
    );
    assert.ok(Number(slow[0]?.value[1]) >= 1);
  });

  it("tells the failures of framer-motion from those of other scripts", async () => {
    const failed = await query('chunk_load_failures_total{system="kova"}');
    assert.deepEqual(failed.map(({ metric, value }) => [metric["chunkName"], value[1]]).sort(), [
      ["app.1a2b3c", "1"],
      ["framer-motion.9f8e7d", "1"],
    ]);
    assert.deepEqual(await values('chunk_load_failures_total{chunkName=~".*framer-motion.*"}'), [1]);
  });

  it("counts errors and sessions of DAIRA's front end", async () => {
    assert.deepEqual(await values('sum(javascript_errors_total{system="daira",namespace="daira"})'), [1]);
    assert.deepEqual(await values('user_sessions_total{system="daira"}'), [1]);
    assert.deepEqual(await values('page_load_time_count{system="daira"}'), [1]);
  });

  it("is nothing that the spec of the system does not name", async () => {
    const names = async (system: string): Promise<string[]> => {
      const found = (await query(`{system="${system}"}`)).map(({ metric }) => metric["__name__"] ?? "");
      return [...new Set(found.map((name) => name.replace(/_(bucket|sum|count)$/, "")))].sort();
    };
    assert.deepEqual(await names("kova"), Object.keys(kova.browser?.metrics ?? {}).sort());
    // Only a built page knows how long its build took.
    const built = Object.keys(daira.browser?.metrics ?? {}).filter(
      (name) => name !== "build_duration_seconds",
    );
    assert.deepEqual(await names("daira"), built.sort());
    const sent = stages["kova"]?.sent.flatMap(({ body }) => metricsOf(body));
    assert.ok(
      sent?.some(({ name }) => name === "javascript_errors"),
      "the page sends it, and the receiver drops it",
    );
  });

  it("has only bounds that the receiver keeps, and small requests without anything of the user's", () => {
    for (const { headers, body } of Object.values(stages).flatMap(({ sent }) => sent)) {
      const points = metricsOf(body).flatMap(({ histogram }) => histogram?.dataPoints ?? []);
      for (const bound of points.flatMap(({ explicitBounds = [] }) => explicitBounds))
        assert.ok(browserBounds.includes(bound), String(bound));
      assert.ok(JSON.stringify(body).length < 16 * 1024);
      assert.equal(headers.cookie, undefined);
      assert.equal(headers["content-type"], "application/json");
    }
  });
});
