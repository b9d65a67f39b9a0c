import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { pinnedImage } from "../../../components/common/versions";
import { ReferenceService as Service, referenceFolder as folder } from "../../support/reference";

describe("reference service", () => {
  let running: Service[] = [];
  const start = (env: Record<string, string> = {}): Promise<Service> => {
    const service = new Service(env);
    running.push(service);
    return service.ready();
  };
  afterEach(async () => {
    for (const service of running) {
      service.kill("SIGKILL");
      await service.exit();
    }
    running = [];
  });

  it("answers every health path with what it is", async () => {
    const service = await start({
      HEALTH_PATHS: "/api/health, /ready",
      SERVICE_NAME: "backend",
      SERVICE_VERSION: "1.2.3",
    });
    for (const path of ["/api/health", "/ready", "/ready?x=1"]) {
      const { status, type, body } = await service.get(path);
      assert.equal(status, 200);
      assert.equal(type, "application/json");
      assert.deepEqual(JSON.parse(body), { status: "ok", service: "backend", version: "1.2.3" });
    }
    assert.equal((await service.get("/health")).status, 404, "the defaults end where paths are given");
  });

  it("answers the usual health paths when none are given", async () => {
    const service = await start();
    for (const path of ["/health", "/healthz", "/livez", "/readyz"])
      assert.equal((await service.get(path)).status, 200);
    assert.equal((await service.get("/elsewhere")).status, 404);
  });

  it("serves a page that says what it is, and cannot be made to serve a script", async () => {
    const service = await start({ SERVICE_NAME: "<script>x</script>", HEALTH_PATHS: "/" });
    const { status, type, body } = await service.get("/");
    assert.equal(status, 200);
    assert.match(type, /^text\/html/);
    assert.match(body, /<h1>&#60;script&#62;x&#60;\/script&#62; 0\.0\.0<\/h1>/);
    assert.doesNotMatch(body, /<script>/);
  });

  it("refuses other methods", async () => {
    const service = await start();
    const response = await fetch(`${service.url}/health`, { method: "POST", body: "x".repeat(100_000) });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
    const head = await service.get("/health", { method: "HEAD" });
    assert.deepEqual(head, { status: 200, type: "application/json", body: "" });
  });

  it("counts its answers by status for Prometheus", async () => {
    const service = await start({ SERVICE_NAME: 'a"b' });
    await service.get("/health");
    await service.get("/health");
    await service.get("/elsewhere");
    const { type, body } = await service.get("/metrics");
    assert.equal(type, "text/plain; version=0.0.4; charset=utf-8");
    assert.ok(body.endsWith("\n"));
    assert.match(body, /^# TYPE http_requests_total counter$/m);
    assert.match(body, /^http_requests_total\{service="a\\"b",status="200"\} 2$/m);
    assert.match(body, /^http_requests_total\{service="a\\"b",status="404"\} 1$/m);
    for (const line of body.trimEnd().split("\n")) {
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+\{.*\} [\d.]+)$/);
    }
  });

  it("logs each request as one JSON line, without the query, and leaves out probes and scrapes", async () => {
    const service = await start({ SERVICE_NAME: "backend" });
    await service.get("/health");
    await service.get("/metrics");
    await service.get("/elsewhere?token=secret");
    const line = await service.logged("request");
    assert.deepEqual(
      { ...line, time: typeof line["time"], milliseconds: typeof line["milliseconds"] },
      {
        time: "string",
        level: "info",
        service: "backend",
        version: "0.0.0",
        message: "request",
        method: "GET",
        path: "/elsewhere",
        status: 404,
        milliseconds: "number",
      },
    );
    assert.equal(service.lines.filter(({ message }) => message === "request").length, 1);
  });

  it("answers the same on every port that it is told, and under the metrics paths that it is told", async () => {
    const service = await start({ EXTRA_PORTS: "0, 0", METRICS_PATHS: "/api/metrics" });
    while (service.lines.filter(({ message }) => message === "listening").length < 3)
      await service.nextLine();
    const ports = service.lines.flatMap(({ port }) => (typeof port === "number" ? [port] : []));
    assert.equal(new Set(ports).size, 3);
    for (const port of ports) {
      const health = await fetch(`http://127.0.0.1:${port}/health`);
      assert.equal(health.status, 200);
      const metrics = await fetch(`http://127.0.0.1:${port}/api/metrics`);
      assert.match(await metrics.text(), /http_requests_total/);
      assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 404);
    }
    service.kill("SIGTERM");
    assert.equal(await service.exit(), 0);
  });

  it("ends with one line when a further port is none", async () => {
    const service = new Service({ EXTRA_PORTS: "9090,metrics" });
    running.push(service);
    assert.equal(await service.exit(), 1);
    assert.deepEqual(
      service.lines.map(({ message }) => message),
      ['EXTRA_PORTS is "metrics"; allowed: a whole number from 0 to 65535'],
    );
  });

  it("ends by itself on SIGTERM: open requests are answered, new connections are not taken", async () => {
    const service = await start();
    const port = Number(new URL(service.url).port);
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    // A whole answer proves that the service has this connection; the second request is then half sent.
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n");
    while (!answer.includes('"status":"ok"')) await once(socket, "data");
    service.kill("SIGTERM");
    await service.logged("stopping");
    await assert.rejects(fetch(`${service.url}/health`));
    const closed = once(socket, "close");
    socket.write("\r\n");
    await closed;
    assert.equal(answer.match(/HTTP\/1\.1 200 OK/g)?.length, 2);
    assert.match(answer.slice(answer.lastIndexOf("HTTP/1.1")), /connection: close/i);
    assert.equal(await service.exit(), 0);
    assert.ok(service.lines.some(({ message }) => message === "stopped"));
  });

  for (const PORT of ["http", "-1", "65536", "80.5"]) {
    it(`ends with one line when PORT is ${PORT}`, async () => {
      const service = new Service({ PORT });
      running.push(service);
      assert.equal(await service.exit(), 1);
      assert.deepEqual(
        service.lines.map(({ level, message }) => [level, message]),
        [["error", `PORT is "${PORT}"; allowed: a whole number from 0 to 65535`]],
      );
    });
  }
});

describe("image of the reference service", () => {
  const text = readFileSync(join(folder, "Dockerfile"), "utf8");
  const instructions = DockerfileParser.parse(text).getInstructions();
  const argumentsOf = (keyword: string): (string | null)[] =>
    instructions
      .filter((instruction) => instruction.getKeyword() === keyword)
      .map((instruction) => instruction.getArgumentsContent());

  it("is built from the Node that versions.json pins", () => {
    assert.deepEqual(argumentsOf("ARG"), [`NODE_IMAGE=${pinnedImage("node")}`]);
    assert.deepEqual(argumentsOf("FROM"), ["${NODE_IMAGE}"]);
  });

  it("runs as a numbered user that is not root, on a port that needs no privilege", () => {
    assert.deepEqual(argumentsOf("USER"), ["10001:10001"]);
    assert.deepEqual(argumentsOf("EXPOSE"), ["8080"]);
    assert.equal(instructions.at(-1)?.getKeyword(), "ENTRYPOINT");
  });

  it("copies the server and nothing else, installs nothing, and leaves probing to Kubernetes", () => {
    assert.deepEqual(argumentsOf("COPY"), ["server.mjs /app/server.mjs"]);
    assert.match(text, /^COPY --chmod=0444 /m, "readable for the user whatever the umask of the checkout");
    assert.deepEqual(argumentsOf("RUN"), []);
    assert.deepEqual(argumentsOf("ADD"), []);
    assert.deepEqual(argumentsOf("HEALTHCHECK"), ["NONE"]);
    const ignore = readFileSync(join(folder, ".dockerignore"), "utf8");
    assert.equal(ignore, "*\n!server.mjs\n");
  });
});
