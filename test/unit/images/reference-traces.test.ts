import assert from "node:assert/strict";
import { Collector } from "./collector";
import { services } from "./service";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";

function values(attributes: readonly { key: string; value: Record<string, string> }[]): object {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]));
}

describe("traces of the reference service", () => {
  const start = services();
  let collector: Collector;
  beforeEach(async () => {
    collector = await Collector.start();
  });
  afterEach(() => collector.stop());
  const quick = (): Record<string, string> => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: "20",
  });

  it("are sent as OTLP/HTTP JSON, a span for each request", async () => {
    const service = await start({ ...quick(), SERVICE_NAME: "backend", SERVICE_VERSION: "1.2.3" });
    const from = BigInt(Date.now()) * 1_000_000n;
    await service.get("/api/users/17?token=secret&delay=30", { method: "PUT" });
    const [span] = await collector.received(1);
    const until = BigInt(Date.now() + 1) * 1_000_000n;
    const [sent] = collector.exports;
    assert.equal(sent?.path, "/v1/traces");
    assert.equal(sent.headers["content-type"], "application/json");
    const [resource] = sent.body.resourceSpans;
    assert.deepEqual(values(resource!.resource.attributes), {
      "service.name": { stringValue: "backend" },
      "service.version": { stringValue: "1.2.3" },
    });
    assert.equal(resource!.scopeSpans[0]?.scope.name, "slipway/reference");

    const { traceId, spanId, startTimeUnixNano, endTimeUnixNano, attributes, ...rest } = span!;
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.match(spanId, /^[0-9a-f]{16}$/);
    assert.deepEqual(rest, { name: "PUT /api/users", kind: 2, status: {} });
    assert.deepEqual(values(attributes), {
      "http.request.method": { stringValue: "PUT" },
      "url.path": { stringValue: "/api/users/17" },
      "http.route": { stringValue: "/api/users" },
      "http.response.status_code": { intValue: "200" },
    });
    const [begin, end] = [BigInt(startTimeUnixNano), BigInt(endTimeUnixNano)];
    assert.ok(from <= begin && begin < end && end <= until);
    assert.ok(end - begin >= 29_000_000n, "the time that it took");
    const line = await service.request("/api/users/17");
    assert.deepEqual([line["trace_id"], line["span_id"]], [traceId, spanId], "the log leads to the trace");
  });

  it("continue the trace of the caller", async () => {
    const service = await start(quick());
    await service.get("/a", { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });
    const [span] = await collector.received(1);
    assert.equal(span?.traceId, TRACE);
    assert.equal(span.parentSpanId, PARENT);
    assert.notEqual(span.spanId, PARENT);
  });

  it("begin anew where the header is malformed, and are left out where the caller does not sample", async () => {
    const service = await start(quick());
    const malformed = [
      `00-${"0".repeat(32)}-${PARENT}-01`,
      `00-${TRACE}-${"0".repeat(16)}-01`,
      `ff-${TRACE}-${PARENT}-01`,
      `00-${TRACE.toUpperCase()}-${PARENT}-01`,
      "nonsense",
    ];
    await service.get("/not-sampled", { headers: { traceparent: `00-${TRACE}-${PARENT}-00` } });
    for (const traceparent of malformed) await service.get("/a", { headers: { traceparent } });
    const spans = await collector.received(malformed.length);
    for (const { traceId, parentSpanId, name } of spans) {
      assert.notEqual(traceId, TRACE);
      assert.equal(parentSpanId, undefined);
      assert.equal(name, "GET /a");
    }
    assert.equal(spans.length, malformed.length);
  });

  it("tell server errors, which 4xx are not, and leave out probes and scrapes", async () => {
    const service = await start(quick());
    for (const path of ["/health", "/metrics", "/a?status=404", "/a?status=503"]) await service.get(path);
    const spans = await collector.received(2);
    assert.deepEqual(
      spans.map(({ status }) => status),
      [{}, { code: 2 }],
    );
  });

  it("go to the endpoint of traces where one is given, with the headers and the resource of the environment", async () => {
    const service = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/tenant/traces`,
      OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=one%20two, authorization=Bearer abc",
      OTEL_RESOURCE_ATTRIBUTES: "service.name=ignored,deployment.environment.name=staging",
      OTEL_SERVICE_NAME: "named",
      OTEL_BSP_SCHEDULE_DELAY: "20",
    });
    await service.get("/a");
    await collector.received(1);
    const [sent] = collector.exports;
    assert.equal(sent?.path, "/tenant/traces");
    assert.equal(sent.headers["x-tenant"], "one two");
    assert.equal(sent.headers["authorization"], "Bearer abc");
    assert.deepEqual(values(sent.body.resourceSpans[0]!.resource.attributes), {
      "service.name": { stringValue: "named" },
      "service.version": { stringValue: "0.0.0" },
      "deployment.environment.name": { stringValue: "staging" },
    });
  });

  it("are sent when the service ends, and not before the time comes", async () => {
    const service = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_BSP_SCHEDULE_DELAY: "3600000",
    });
    await service.get("/a");
    await service.get("/b");
    assert.equal(collector.exports.length, 0);
    service.kill("SIGTERM");
    assert.equal(await service.exit(), 0);
    assert.equal(collector.exports.length, 1);
    assert.deepEqual(
      collector.spans.map(({ name }) => name),
      ["GET /a", "GET /b"],
    );
  });

  it("cost a service nothing but one line when the collector refuses, and go on when it takes them again", async () => {
    collector.status = 503;
    const service = await start(quick());
    for (const [sent, path] of ["/a", "/b"].entries()) {
      assert.equal((await service.get(path)).status, 200);
      await collector.received(sent + 1);
    }
    const line = await service.logged("spans could not be exported");
    assert.deepEqual([line.level, line["error"]], ["warn", "the receiver answered 503"]);
    collector.status = 200;
    await service.get("/c");
    await collector.received(3);
    assert.equal(service.lines.filter(({ level }) => level === "warn").length, 1);
  });

  it("are not sent when the environment turns them off", async () => {
    for (const off of [{ OTEL_SDK_DISABLED: "true" }, { OTEL_TRACES_EXPORTER: "none" }]) {
      const service = await start({ ...quick(), ...off });
      await service.get("/a");
      service.kill("SIGTERM");
      assert.equal(await service.exit(), 0);
    }
    assert.equal(collector.exports.length, 0);
  });
});
