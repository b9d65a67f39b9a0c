import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ensureNginx } from "../support/nginx";
import { Service } from "../unit/images/service";
import { clientFrame, WebSocketClient } from "../unit/images/websocket-client";
import { FrontEnd, site } from "./front-end";
import { NameServer } from "./name-server";

/** The search domains of a pod in a namespace, as the kubelet writes them. */
const podResolvConf = (namespace: string): string =>
  `search ${namespace}.svc.cluster.local svc.cluster.local cluster.local eu-central-1.compute.internal\n` +
  "nameserver 172.20.0.10\noptions ndots:5\n";

/** An API that says what it was asked. */
class Api {
  readonly requests: { url: string; headers: IncomingMessage["headers"]; bytes: number }[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Api> {
    const server = createServer();
    const api = new Api(server);
    server.on("request", (request, response) => {
      let bytes = 0;
      request.on("data", (chunk: Buffer) => (bytes += chunk.length));
      request.on("end", () => {
        api.requests.push({ url: request.url ?? "", headers: request.headers, bytes });
        response.writeHead(200, {
          "x-content-type-options": "nosniff",
          "x-frame-options": "SAMEORIGIN",
          "cache-control": "private, no-store",
          "content-type": "application/json",
        });
        response.end(JSON.stringify({ long: "x".repeat(2000) }));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return api;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}

describe("front ends before an API", function () {
  // The first run may have to fetch nginx.
  this.timeout(300_000);
  let nginx = "";
  let front: FrontEnd;
  let api: Api;
  before(async () => {
    nginx = await ensureNginx();
    api = await Api.start();
    front = await new FrontEnd().render({ FRONTEND_API_UPSTREAM: `http://127.0.0.1:${api.port}/` });
    await front.start(nginx);
  });
  after(async () => {
    await front.remove();
    await api.stop();
  });
  beforeEach(() => {
    api.requests.length = 0;
  });

  it("pass on a request as it came, with who asked and how", async () => {
    const answer = await front.ask("/api/users/17?a=b%20c&d=%2F", {
      host: "app.example.com",
      "x-forwarded-for": "198.51.100.7, 203.0.113.9, 10.0.3.4",
      "x-forwarded-proto": "https",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    });
    assert.equal(answer.status, 200);
    const [{ url, headers } = { url: "", headers: {} as IncomingMessage["headers"] }] = api.requests;
    assert.equal(url, "/api/users/17?a=b%20c&d=%2F");
    assert.deepEqual(
      {
        host: headers.host,
        "x-real-ip": headers["x-real-ip"],
        "x-forwarded-for": headers["x-forwarded-for"],
        "x-forwarded-proto": headers["x-forwarded-proto"],
        traceparent: headers["traceparent"],
        upgrade: headers.upgrade,
      },
      {
        host: "app.example.com",
        // The last address that is none of a proxy's; what a client made up stands before it.
        "x-real-ip": "203.0.113.9",
        "x-forwarded-for": "198.51.100.7, 203.0.113.9, 10.0.3.4, 127.0.0.1",
        "x-forwarded-proto": "https",
        traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        upgrade: undefined,
      },
    );
  });

  it("say http where no gateway says otherwise, and believe no other protocol", async () => {
    await front.ask("/api/a");
    await front.ask("/api/a", { "x-forwarded-proto": "gopher" });
    assert.deepEqual(
      api.requests.map(({ headers }) => headers["x-forwarded-proto"]),
      ["http", "http"],
    );
    assert.equal(api.requests[0]?.headers["x-forwarded-for"], "127.0.0.1");
  });

  it("leave the API its own headers, and send none twice", async () => {
    const { headers } = await front.ask("/api/a");
    assert.deepEqual(headers.get("x-content-type-options"), ["nosniff"]);
    assert.deepEqual(headers.get("x-frame-options"), ["SAMEORIGIN"]);
    assert.deepEqual(headers.get("cache-control"), ["private, no-store"]);
    assert.equal(headers.get("content-security-policy"), undefined);
  });

  it("pass on a stream as it comes", async () => {
    const stream = createServer().listen(0, "127.0.0.1");
    await once(stream, "listening");
    const other = await new FrontEnd().render({
      FRONTEND_API_UPSTREAM: `http://127.0.0.1:${(stream.address() as AddressInfo).port}`,
    });
    try {
      await other.start(nginx);
      const asked = request({ host: "127.0.0.1", port: other.port, path: "/api/export", agent: false }).end();
      const [, answer] = (await once(stream, "request")) as [IncomingMessage, ServerResponse];
      answer.write("first");
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      const [chunk] = (await once(response, "data")) as [Buffer];
      assert.equal(chunk.toString(), "first", "while the answer goes on");
      answer.end("last");
      const [last] = (await once(response, "data")) as [Buffer];
      assert.equal(last.toString(), "last");
    } finally {
      await other.remove();
      stream.close();
    }
  });

  it("keep no answer on disk for a client that is slow to read it", async () => {
    const size = 32 * 1024 * 1024;
    const large = createServer((_request, response) => response.end(Buffer.alloc(size))).listen(
      0,
      "127.0.0.1",
    );
    await once(large, "listening");
    const other = await new FrontEnd().render({
      FRONTEND_API_UPSTREAM: `http://127.0.0.1:${(large.address() as AddressInfo).port}`,
    });
    try {
      await other.start(nginx);
      const asked = request({ host: "127.0.0.1", port: other.port, path: "/api/export", agent: false }).end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      // Meanwhile nginx has all the time to read on.
      for (let count = 0; count < 50; count += 1) await other.ask("/health");
      let bytes = 0;
      for await (const chunk of response) bytes += (chunk as Buffer).length;
      assert.equal(bytes, size);
      assert.doesNotMatch(other.errors.join("\n"), /temporary file/);
    } finally {
      await other.remove();
      large.close();
    }
  });

  it("compress its answers", async () => {
    const { headers } = await front.ask("/api/a", { "accept-encoding": "gzip" });
    assert.deepEqual(headers.get("content-encoding"), ["gzip"]);
  });

  it("take bodies up to 16 MiB and write none of them to disk", async () => {
    const body = "x".repeat(16 * 1024 * 1024);
    const fits = await front.ask("/api/upload", {}, { method: "POST", body });
    assert.equal(fits.status, 200);
    assert.equal(api.requests[0]?.bytes, body.length);
    const tooLong = await front.ask("/api/upload", {}, { method: "POST", body: `${body}x` });
    assert.equal(tooLong.status, 413);
    assert.doesNotMatch(front.errors.join("\n"), /buffered to a temporary file/);
  });

  it("keep what only looks like the API's for the app", async () => {
    assert.equal((await front.ask("/apis")).body.toString(), site["index.html"]);
    assert.equal((await front.ask("/wsdl")).body.toString(), site["index.html"]);
    assert.equal(api.requests.length, 0);
  });
});

describe("front ends before an API's name", function () {
  this.timeout(300_000);
  let nginx = "";
  let front: FrontEnd | undefined;
  let names: NameServer | undefined;
  let service: Service | undefined;
  before(async () => {
    nginx = await ensureNginx();
  });
  afterEach(async () => {
    await front?.remove();
    await names?.stop();
    service?.kill("SIGKILL");
    await service?.exit();
    [front, names, service] = [undefined, undefined, undefined];
  });

  it("look it up in their own namespace, when it is asked for", async () => {
    names = await NameServer.start(["backend.daira.svc.cluster.local"]);
    service = await new Service().ready();
    front = await new FrontEnd(podResolvConf("daira")).render({
      FRONTEND_SYSTEM: "daira",
      FRONTEND_API_UPSTREAM: `http://backend:${service.port}`,
      NGINX_LOCAL_RESOLVERS: names.address,
    });
    await front.start(nginx);
    assert.deepEqual(names.asked, [], "not before");
    const answer = await front.ask("/api/users");
    assert.equal(answer.status, 200);
    assert.equal((JSON.parse(answer.body.toString()) as { path: string }).path, "/api/users");
    assert.deepEqual([...new Set(names.asked)], ["backend.daira.svc.cluster.local"]);
  });

  it("serve their pages while there is no API yet", async () => {
    names = await NameServer.start([]);
    front = await new FrontEnd(podResolvConf("kova")).render({
      FRONTEND_SYSTEM: "kova",
      NGINX_LOCAL_RESOLVERS: names.address,
    });
    await front.start(nginx);
    assert.equal((await front.ask("/api/users")).status, 502);
    assert.equal((await front.ask("/health")).status, 200);
    assert.equal((await front.ask("/index.html")).status, 200);
  });

  it("ask KOVA's server for its pages, and for files that they do not have themselves", async () => {
    service = await new Service().ready();
    front = await new FrontEnd().render({
      FRONTEND_SYSTEM: "kova",
      FRONTEND_API_UPSTREAM: `http://127.0.0.1:${service.port}`,
    });
    await front.start(nginx);
    for (const path of ["/", "/shop/17", "/guide/", "/_next/image", "/_next/static/chunks/gone.js"]) {
      const answer = await front.ask(`${path}?q=a%20b`);
      assert.equal(answer.status, 200, path);
      assert.equal((JSON.parse(answer.body.toString()) as { path: string }).path, path);
      assert.deepEqual(answer.headers.get("cache-control"), ["no-store"], "the server's own");
    }
    assert.equal(
      (await front.ask("/_next/static/chunks/framer-motion-9d.js")).body.toString(),
      site["_next/static/chunks/framer-motion-9d.js"],
    );
    assert.equal((await front.ask("/.env")).status, 404);
  });

  for (const [system, path] of [
    ["daira", "/socket.io/?EIO=4&transport=websocket"],
    ["omnitide", "/ws"],
  ] as const) {
    it(`carry the WebSockets of ${system}`, async () => {
      service = await new Service().ready();
      front = await new FrontEnd().render({
        FRONTEND_SYSTEM: system,
        API_BASE_URL: `http://127.0.0.1:${service.port}`,
        ...(system === "daira" ? { FRONTEND_API_UPSTREAM: `http://127.0.0.1:${service.port}` } : {}),
      });
      await front.start(nginx);
      const { client, head, key } = await WebSocketClient.open(front.port, path);
      assert.match(head, /^HTTP\/1\.1 101 /);
      assert.ok(head.includes(`Sec-WebSocket-Accept: ${WebSocketClient.accept(key)}`));
      client.socket.write(clientFrame(1, Buffer.from("through nginx")));
      assert.equal((await client.frame())?.payload.toString(), "through nginx");
      assert.equal(await service.series("websocket_connections_active"), 1);
      client.socket.destroy();
      await service.logged("websocket closed");
    });
  }

  it("let requests under way finish when they are stopped", async () => {
    const api = createServer().listen(0, "127.0.0.1");
    await once(api, "listening");
    const { port } = api.address() as AddressInfo;
    front = await new FrontEnd().render({ FRONTEND_API_UPSTREAM: `http://127.0.0.1:${port}` });
    await front.start(nginx);
    const asked = front.ask("/api/slow");
    const [, response] = (await once(api, "request")) as [IncomingMessage, ServerResponse];
    const ended = front.end("SIGQUIT");
    while (!front.errors.some((line) => line.includes("gracefully shutting down"))) await nextTurn();
    response.end("done");
    assert.equal((await asked).body.toString(), "done");
    assert.equal(await ended, 0);
    api.close();
  });
});
