import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { opened } from "./connection";
import { Service, services, sharedService } from "./service";

describe("reference service", () => {
  const shared = sharedService({ SERVICE_NAME: "backend", SERVICE_VERSION: "1.2.3" });

  for (const path of [
    "/health",
    "/_health",
    "/api/health",
    "/healthz",
    "/livez",
    "/ready",
    "/readyz",
    "/ready?x=1",
  ]) {
    it(`answers the probe ${path} with what it is`, async () => {
      const { status, type, body } = await shared().get(path);
      assert.equal(status, 200);
      assert.equal(type, "application/json");
      assert.deepEqual(JSON.parse(body), { status: "ok", service: "backend", version: "1.2.3" });
    });
  }

  it("answers every other path, and says what was asked", async () => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const { status, type, body } = await shared().get("/api/any/where?q=1", { method });
      assert.equal(status, 200);
      assert.equal(type, "application/json");
      const { trace, ...rest } = JSON.parse(body) as Record<string, string>;
      assert.match(trace ?? "", /^[0-9a-f]{32}$/);
      assert.deepEqual(rest, { service: "backend", version: "1.2.3", method, path: "/api/any/where" });
    }
  });

  it("takes a body of any size and answers HEAD without one", async () => {
    const posted = await shared().get("/upload", { method: "POST", body: "x".repeat(3_000_000) });
    assert.equal(posted.status, 200);
    assert.deepEqual(await shared().get("/health", { method: "HEAD" }), {
      status: 200,
      type: "application/json",
      body: "",
    });
  });

  it("lets nothing be cached, and no type be guessed", async () => {
    const { headers } = await fetch(`${shared().url}/`);
    assert.equal(headers.get("cache-control"), "no-store");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("content-security-policy"), "default-src 'none'");
  });

  it("gives a page that runs its own script and sends to its own host, and nothing else", async () => {
    const response = await fetch(`${shared().url}/`, { headers: { accept: "text/html" } });
    assert.match(await response.text(), /<script src="\/slipway-page\.js"><\/script>/);
    assert.equal(
      response.headers.get("content-security-policy"),
      "default-src 'none'; script-src 'self'; connect-src 'self'",
    );
    const { status, type, body } = await shared().get("/slipway-page.js");
    assert.deepEqual([status, type], [200, "text/javascript; charset=utf-8"]);
    assert.match(body, /\/telemetry\/v1\/metrics/);
    assert.equal((await shared().get("/slipway-page.js?status=503")).status, 503);
  });

  it("answers a request that is no HTTP with 400 and goes on", async () => {
    const socket = connect(shared().port, "127.0.0.1");
    socket.end("nonsense\r\n\r\n");
    const [chunk] = (await once(socket.setEncoding("utf8"), "data")) as [string];
    assert.match(chunk, /^HTTP\/1\.1 400 /);
    assert.equal((await shared().get("/health")).status, 200);
  });

  it("logs each request as one JSON line, without the query, and leaves out probes and scrapes", async () => {
    await shared().get("/health");
    await shared().get("/api/metrics");
    await shared().get("/elsewhere?token=secret");
    const line = await shared().request("/elsewhere");
    assert.match(line["time"] as string, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.match(line["trace_id"] as string, /^[0-9a-f]{32}$/);
    assert.match(line["span_id"] as string, /^[0-9a-f]{16}$/);
    assert.equal(typeof line["milliseconds"], "number");
    const { time: _time, milliseconds: _ms, trace_id: _trace, span_id: _span, ...rest } = line;
    assert.deepEqual(rest, {
      level: "info",
      service: "backend",
      version: "1.2.3",
      message: "request",
      method: "GET",
      path: "/elsewhere",
      status: 200,
    });
    const text = JSON.stringify(shared().lines);
    assert.doesNotMatch(text, /secret/);
    assert.ok(!shared().lines.some(({ path }) => path === "/health" || path === "/api/metrics"));
  });
});

describe("a client that gives up", () => {
  const shared = sharedService();

  it("is logged and counted with 499, at once", async () => {
    const { socket } = await opened(shared().port, "GET /slow?delay=60s HTTP/1.1\r\nHost: x\r\n\r\n");
    socket.destroy();
    assert.equal((await shared().request("/slow"))["status"], 499);
    assert.equal(
      await shared().series('http_requests_total{method="GET",route="/slow",status_code="499",status="499"}'),
      1,
    );
  });

  it("is so too when its body stops half way", async () => {
    const { socket } = await opened(
      shared().port,
      "POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    );
    socket.destroy();
    assert.equal((await shared().request("/half"))["status"], 499);
  });
});

describe("reference service's settings", () => {
  const start = services();

  it("makes it say a name that cannot become a script", async () => {
    const service = await start({ SERVICE_NAME: "<script>x</script>" });
    const { type, body } = await service.get("/", { headers: { accept: "text/html,*/*" } });
    assert.equal(type, "text/html; charset=utf-8");
    assert.match(body, /<h1>&#60;script&#62;x&#60;\/script&#62; 0\.0\.0<\/h1>/);
    assert.doesNotMatch(body, /<script>/);
  });

  it("gives metrics and probes a port of their own, under either name, which serves nothing else", async () => {
    for (const name of ["METRICS_PORT", "PROMETHEUS_PORT"]) {
      const service = await start({ [name]: "0" });
      const { metricsPort } = await service.logged("listening");
      const at = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${String(metricsPort)}${path}`);
      assert.equal((await at("/health")).status, 200);
      assert.equal((await at("/")).status, 404);
      await service.get("/orders");
      assert.match(
        await (await at("/metrics")).text(),
        /^http_requests_total\{method="GET",route="\/orders",status_code="200",status="200"\} 1$/m,
      );
      assert.equal(await service.series("dwcp_requests_total"), 1, "the metrics port is not counted");
    }
  });

  it("says only what LOG_LEVEL lets through", async () => {
    const port = await freePort();
    const service = new Service({ LOG_LEVEL: "error", PORT: String(port) });
    service.url = `http://127.0.0.1:${port}`;
    while ((await service.get("/one").catch(() => undefined))?.status !== 200) await nextTurn();
    await service.get("/two?status=500");
    assert.equal((await service.request("/two")).level, "error");
    service.kill("SIGTERM");
    assert.equal(await service.exit(), 0);
    assert.deepEqual(
      service.lines.map(({ path }) => path),
      ["/two"],
    );
  });

  it("starts with a LOG_LEVEL that only the app knows", async () => {
    const service = await start({ LOG_LEVEL: "verbose" });
    await service.get("/one");
    assert.equal((await service.request("/one")).level, "info");
  });

  for (const [name, value, allowed] of [
    ["PORT", "http", "a whole number from 0 to 65535"],
    ["PORT", "-1", "a whole number from 0 to 65535"],
    ["PORT", "65536", "a whole number from 0 to 65535"],
    ["PORT", "80.5", "a whole number from 0 to 65535"],
    ["METRICS_PORT", "x", "a whole number from 0 to 65535"],
  ] as const) {
    it(`ends with one line when ${name} is ${value}`, async () => {
      const service = new Service({ [name]: value });
      assert.equal(await service.exit(), 1);
      assert.deepEqual(
        service.lines.map(({ level, message }) => [level, message]),
        [["error", `${name} is "${value}"; allowed: ${allowed}`]],
      );
    });
  }

  it("ends with one line when the address of the collector is none, and does not repeat it", async () => {
    const service = new Service({ OTEL_EXPORTER_OTLP_ENDPOINT: "user:secret@collector" });
    assert.equal(await service.exit(), 1);
    assert.deepEqual(
      service.lines.map(({ message }) => message),
      ["OTEL_EXPORTER_OTLP_ENDPOINT is no URL; allowed: the http or https address of an OTLP/HTTP receiver"],
    );
  });

  it("ends with one line when the port is taken", async () => {
    const first = await start();
    const second = new Service({ PORT: String(first.port) });
    assert.equal(await second.exit(), 1);
    assert.equal(second.lines.length, 1);
    assert.match(second.lines[0]?.message ?? "", /EADDRINUSE/);
  });
});

describe("injection of faults", () => {
  const shared = sharedService();

  it("answers with the status that the query asks for, in every kind of body", async () => {
    assert.equal((await shared().get("/orders?status=503")).status, 503);
    assert.equal(
      (await shared().get("/orders?status=404", { headers: { accept: "text/html" } })).status,
      404,
    );
    assert.deepEqual(await shared().get("/orders?status=204"), { status: 204, type: "", body: "" });
    const probe = await shared().get("/health?status=500");
    assert.equal(probe.status, 500);
    assert.equal((JSON.parse(probe.body) as { status: string }).status, "failing");
    assert.equal((await shared().request("/orders")).level, "error");
  });

  it("waits as long as the query asks before it answers", async () => {
    for (const [delay, least] of [
      ["120", 120],
      ["120ms", 120],
      ["0.15s", 150],
    ] as const) {
      const path = `/slow-${delay}`;
      await shared().get(`${path}?delay=${delay}`);
      // A timer may fire up to a millisecond early.
      assert.ok(Number((await shared().request(path))["milliseconds"]) >= least - 1, delay);
    }
  });

  it("does neither to requests outside of the rate", async () => {
    assert.equal((await shared().get("/a?status=503&rate=0")).status, 200);
    assert.equal((await shared().get("/a?status=503&rate=1")).status, 503);
    const seen = new Set<number>();
    // Of 64 fair tosses all are the same once in 10^19 runs.
    for (let count = 0; count < 64; count += 1)
      seen.add((await shared().get("/a?status=503&rate=0.5")).status);
    assert.deepEqual([...seen].sort(), [200, 503]);
  });

  for (const [query, message] of [
    ["delay=1x", "delay is out of range; allowed: 0 to 60000 ms, such as 250ms or 2s"],
    ["delay=-1", "delay is out of range; allowed: 0 to 60000 ms, such as 250ms or 2s"],
    ["delay=61s", "delay is out of range; allowed: 0 to 60000 ms, such as 250ms or 2s"],
    ["status=100", "status is out of range; allowed: a whole number from 200 to 599"],
    ["status=600", "status is out of range; allowed: a whole number from 200 to 599"],
    ["status=", "status is out of range; allowed: a whole number from 200 to 599"],
    ["rate=1.5", "rate is out of range; allowed: 0 to 1"],
    ["rate=-0", "rate is out of range; allowed: 0 to 1"],
  ] as const) {
    it(`refuses ${query}, and says what is allowed`, async () => {
      const { status, body } = await shared().get(`/a?${query}`);
      assert.equal(status, 400);
      assert.deepEqual(JSON.parse(body), { error: message });
    });
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
