import assert from "node:assert/strict";
import { connect } from "node:net";
import { once } from "node:events";
import { services, sharedService } from "./service";

/** The names that each document gives, with their types. Those of exporters and of Kubernetes are not an app's. */
const byDocument = {
  DAIRA: { http_requests_total: "counter", http_request_duration_seconds: "histogram" },
  Noa: { http_requests_total: "counter", http_request_duration_seconds: "histogram" },
  Omnitide: {
    http_requests_total: "counter",
    http_request_duration_seconds: "histogram",
    websocket_connections_active: "gauge",
    webgl_frame_rate: "gauge",
  },
  DWCP: {
    dwcp_requests_total: "counter",
    dwcp_errors_total: "counter",
    dwcp_latency_seconds: "histogram",
    dwcp_active_connections: "gauge",
    dwcp_bytes_transferred_total: "counter",
    process_resident_memory_bytes: "gauge",
  },
  KOVA: {
    page_load_time: "gauge",
    user_interaction_time: "gauge",
    chunk_load_failures: "counter",
    memory_used: "gauge",
    memory_total: "gauge",
    memory_limit: "gauge",
  },
} as const;

/** Default metrics of Node's usual client library, which Omnitide's document turns on. */
const ofTheProcess = {
  process_cpu_user_seconds_total: "counter",
  process_cpu_system_seconds_total: "counter",
  process_cpu_seconds_total: "counter",
  process_start_time_seconds: "gauge",
  nodejs_eventloop_lag_seconds: "gauge",
  nodejs_heap_size_total_bytes: "gauge",
  nodejs_heap_size_used_bytes: "gauge",
  nodejs_version_info: "gauge",
} as const;

/** Bounds of the histograms: those of Omnitide's document, and finer ones for targets of 100 ms and less. */
const bounds = "0.005 0.01 0.025 0.05 0.075 0.1 0.15 0.25 0.3 0.5 0.7 1 3 5 7 10 +Inf".split(" ");

describe("metrics of the reference service", () => {
  const start = services();
  const shared = sharedService();

  for (const [document, metrics] of Object.entries(byDocument)) {
    it(`has each name of ${document}'s document`, async () => {
      const { body } = await shared().get("/metrics");
      for (const [name, type] of Object.entries(metrics))
        assert.ok(body.split("\n").includes(`# TYPE ${name} ${type}`), name);
    });
  }

  it("has no other name", async () => {
    const { body } = await shared().get("/metrics");
    const found = [...body.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
    const wanted = Object.assign({}, ...Object.values(byDocument), ofTheProcess) as Record<string, string>;
    assert.deepEqual(Object.fromEntries(found), wanted);
    assert.equal(found.length, Object.keys(wanted).length, "each once");
  });

  it("is text that Prometheus reads, under every path that a document scrapes", async () => {
    await shared().get('/a"b\\c?x');
    for (const path of ["/metrics", "/api/metrics"]) {
      const { type, body } = await shared().get(path);
      assert.equal(type, "text/plain; version=0.0.4; charset=utf-8");
      assert.ok(body.endsWith("\n"));
      for (const line of body.trimEnd().split("\n"))
        assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="([^"\\\n]|\\["\\n])*",?)+\})? [\d.e+-]+)$/);
    }
  });

  it("counts requests by method, route and status, under both names that the documents have for the status", async () => {
    const service = await start();
    await service.get("/api/users/17?a=1");
    await service.get("/api/users/18");
    await service.get("/api/users/19?status=503");
    const labels = (status: number): string =>
      `{method="GET",route="/api/users",status_code="${status}",status="${status}"}`;
    assert.equal(await service.series(`http_requests_total${labels(200)}`), 2);
    assert.equal(await service.series(`http_requests_total${labels(503)}`), 1);
    assert.equal(await service.series("dwcp_requests_total"), 3);
    assert.equal(await service.series("dwcp_errors_total"), 1);
  });

  it("leaves probes and scrapes out", async () => {
    const service = await start();
    for (const path of ["/health", "/ready", "/_health", "/api/health", "/metrics"]) await service.get(path);
    assert.equal(await service.series("dwcp_requests_total"), 0);
    assert.doesNotMatch((await service.get("/metrics")).body, /^http_requests_total\{/m);
  });

  it("puts the time to the answer into the bounds that are above it", async () => {
    const service = await start();
    await service.get("/slow?delay=160ms");
    const { body } = await service.get("/metrics");
    for (const [name, labels] of [
      ["http_request_duration_seconds", 'method="GET",route="/slow",status_code="200"'],
      ["dwcp_latency_seconds", ""],
    ] as const) {
      const prefix = labels === "" ? "" : `${labels},`;
      const buckets = bounds.map((bound) => {
        const series = `${name}_bucket{${prefix}le="${bound}"} `;
        const line = body.split("\n").find((text) => text.startsWith(series));
        return [bound, Number(line?.slice(series.length))] as const;
      });
      for (const [bound, count] of buckets) {
        // It took 0.16 s at least; how much longer is up to the machine.
        if (Number(bound) < 0.16) assert.equal(count, 0, bound);
      }
      assert.deepEqual(
        buckets.map(([, count]) => count),
        buckets.map(([, count]) => count).sort((a, b) => a - b),
        "cumulative",
      );
      assert.equal(buckets.at(-1)?.[1], 1);
      const suffix = labels === "" ? "" : `{${labels}}`;
      assert.equal(await service.series(`${name}_count${suffix}`), 1);
      assert.ok(Number(await service.series(`${name}_sum${suffix}`)) >= 0.159);
    }
  });

  it("keeps the number of series bounded, whatever is asked for", async () => {
    const service = await start();
    for (let count = 0; count < 60; count += 1) await service.get(`/path-${count}/x/y?status=404`);
    for (const method of ["MKCOL", "PURGE"]) await service.get("/path-0/x", { method });
    const { body } = await service.get("/metrics");
    const requests = body.split("\n").filter((line) => line.startsWith("http_requests_total{"));
    assert.equal(
      requests.filter((line) => line.includes('route="/path-')).length,
      51,
      "50 GET and one OTHER",
    );
    assert.ok(
      requests.includes('http_requests_total{method="GET",route="other",status_code="404",status="404"} 10'),
    );
    assert.ok(
      requests.includes(
        'http_requests_total{method="OTHER",route="/path-0/x",status_code="200",status="200"} 2',
      ),
    );
  });

  it("counts the bytes of both bodies and the connections that are open", async () => {
    const service = await start();
    const { body } = await service.get("/upload", { method: "POST", body: "x".repeat(1000) });
    assert.equal(await service.series("dwcp_bytes_transferred_total"), 1000 + body.length);

    const before = Number(await service.series("dwcp_active_connections"));
    const socket = connect(service.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(socket, "data");
    assert.equal(await service.series("dwcp_active_connections"), before + 1);
  });

  it("has what KOVA's pages report: page loads, interactions and chunks that could not be had", async () => {
    const service = await start();
    await service.get("/shop", { headers: { accept: "text/html" } });
    await service.get("/cart/add", { method: "POST" });
    await service.get("/_next/static/chunks/framer-motion.js?status=404");
    await service.get("/_next/static/chunks/app.js");
    assert.ok(Number(await service.series('page_load_time{route="/shop"}')) > 0);
    assert.ok(Number(await service.series('user_interaction_time{action="/cart/add"}')) > 0);
    assert.equal(await service.series('chunk_load_failures{chunkName="framer-motion"}'), 1);
    assert.equal(await service.series('chunk_load_failures{chunkName="app"}'), undefined);
    const [used, total, limit] = await Promise.all(
      ["memory_used", "memory_total", "memory_limit"].map((name) => service.series(name)),
    );
    assert.ok(0 < used! && used! < limit! && 0 < total! && total! < limit!);
  });
});
