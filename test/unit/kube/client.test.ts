import assert from "node:assert/strict";
import type { KubeObject } from "../../../rehearsal/kube/client";
import { kubeClient, KubeError, KubeUnreachable } from "../../../rehearsal/kube/client";
import type { Answer, FakeServer } from "./server";
import { fakeServer, json, kubeconfigOf } from "./server";

const pod: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } };
const ref = { apiVersion: "v1", kind: "Pod", name: "web", namespace: "shop" };
const status = (code: number, reason: string, details: object = {}) => ({
  kind: "Status",
  code,
  reason,
  message: `${reason}!`,
  details,
});

describe("kube client", () => {
  let server: FakeServer | undefined;
  const start = async (answer: Answer): Promise<FakeServer> => (server = await fakeServer(answer));
  const last = () => {
    const request = server?.received.at(-1);
    assert.ok(request);
    return request;
  };

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it("applies on the server with strict validation, a field manager and the token", async () => {
    const { client } = await start((_request, response) => json(response, 200, pod));
    const written = await client.apply(pod);
    assert.deepEqual(written, { object: pod, warnings: [] });
    const { method, path, query, headers, body } = last();
    assert.equal(`${method} ${path}`, "PATCH /api/v1/namespaces/shop/pods/web");
    assert.deepEqual(query, { force: "false", fieldManager: "slipway", fieldValidation: "Strict" });
    assert.equal(headers["content-type"], "application/apply-patch+yaml");
    assert.equal(headers.authorization, "Bearer secret-token");
    assert.deepEqual(JSON.parse(body), pod);
  });

  it("passes options of an apply on: force, dry run, manager, validation and subresource", async () => {
    const { client } = await start((_request, response) => json(response, 200, pod));
    await client.apply(pod, {
      force: true,
      dryRun: true,
      fieldManager: "me",
      fieldValidation: "Warn",
      subresource: "status",
    });
    assert.equal(last().path, "/api/v1/namespaces/shop/pods/web/status");
    assert.deepEqual(last().query, {
      force: "true",
      fieldManager: "me",
      fieldValidation: "Warn",
      dryRun: "All",
    });
  });

  it("gives the texts of warnings, several in one header or in several, with their quotes", async () => {
    const { client } = await start((_request, response) =>
      json(response, 200, pod, { warning: ['299 - "one \\"quoted\\"", 299 - "two"', '299 - "three"'] }),
    );
    assert.deepEqual((await client.apply(pod)).warnings, ['one "quoted"', "two", "three"]);
  });

  it("throws the server's reason, message and causes", async () => {
    const causes = [
      { field: "spec.x", reason: "FieldValueRequired", message: "Required value" },
      { message: "else" },
    ];
    const { client } = await start((_request, response) =>
      json(response, 422, status(422, "Invalid", { causes })),
    );
    await assert.rejects(client.create(pod), (error) => {
      assert.ok(error instanceof KubeError);
      assert.deepEqual([error.status, error.reason, error.message], [422, "Invalid", "Invalid!"]);
      assert.deepEqual(error.causes, [causes[0], { field: "", reason: "", message: "else" }]);
      return true;
    });
    assert.equal(`${last().method} ${last().path}`, "POST /api/v1/namespaces/shop/pods");
  });

  it("throws what the server said when that is no JSON", async () => {
    const { client } = await start((_request, response) => void response.writeHead(502).end("bad gateway\n"));
    await assert.rejects(client.list({ apiVersion: "v1", kind: "Pod" }), {
      name: "KubeError",
      message: "GET /api/v1/pods: bad gateway",
    });
  });

  it("gives undefined for an object that is not there, and false for a deletion of it", async () => {
    const { client } = await start((_request, response) => json(response, 404, status(404, "NotFound")));
    assert.equal(await client.get(ref), undefined);
    assert.equal(await client.delete(ref), false);
  });

  it("uses the context's namespace for an object that names none, and no namespace for a kind without", async () => {
    const { url } = await start((_request, response) => json(response, 200, pod));
    const client = kubeClient({ kubeconfig: kubeconfigOf(url, {}, { namespace: "mine" }) });
    await client.get({ apiVersion: "v1", kind: "Pod", name: "a" });
    await client.get({ apiVersion: "v1", kind: "Node", name: "b", namespace: "shop" });
    client.close();
    assert.deepEqual(
      server?.received.map(({ path }) => path),
      ["/api/v1/namespaces/mine/pods/a", "/api/v1/nodes/b"],
    );
  });

  it("deletes in the background, or as it is told", async () => {
    const { client } = await start((_request, response) => json(response, 200, {}));
    assert.equal(await client.delete(ref), true);
    assert.deepEqual(JSON.parse(last().body), {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy: "Background",
    });
    await client.delete(ref, {
      propagationPolicy: "Foreground",
      gracePeriodSeconds: 0,
      uid: "1",
      dryRun: true,
    });
    assert.deepEqual(JSON.parse(last().body), {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy: "Foreground",
      gracePeriodSeconds: 0,
      dryRun: ["All"],
      preconditions: { uid: "1" },
    });
  });

  for (const [type, contentType] of [
    [undefined, "application/merge-patch+json"],
    ["json", "application/json-patch+json"],
    ["strategic", "application/strategic-merge-patch+json"],
  ] as const) {
    it(`sends a patch of type ${type ?? "merge, the default,"} as ${contentType}`, async () => {
      const { client } = await start((_request, response) => json(response, 200, pod));
      await client.patch(ref, [], type === undefined ? {} : { type });
      assert.equal(last().headers["content-type"], contentType);
    });
  }

  it("lists in pages and gives each item its kind", async () => {
    const { client } = await start(({ query }, response) => {
      const isFirst = query["continue"] === undefined;
      const items = [{ metadata: { name: isFirst ? "a" : "b" } }];
      json(response, 200, {
        metadata: { resourceVersion: isFirst ? "7" : "8", continue: isFirst ? "more" : "" },
        items,
      });
    });
    const { items, resourceVersion } = await client.list({
      apiVersion: "v1",
      kind: "Pod",
      namespace: "shop",
      name: "a",
      labelSelector: "x=y",
      fieldSelector: "spec.a=b",
    });
    assert.deepEqual(items, [
      { apiVersion: "v1", kind: "Pod", metadata: { name: "a" } },
      { apiVersion: "v1", kind: "Pod", metadata: { name: "b" } },
    ]);
    assert.equal(resourceVersion, "8");
    assert.equal(server?.received.length, 2);
    assert.deepEqual(last().query, {
      labelSelector: "x=y",
      fieldSelector: "metadata.name=a,spec.a=b",
      limit: "500",
      continue: "more",
    });
  });

  it("tries again what the server puts off with 429, and gives up what it refuses", async () => {
    let calls = 0;
    const { client } = await start((_request, response) => {
      calls += 1;
      if (calls === 1) json(response, 429, status(429, "TooManyRequests"), { "retry-after": "0" });
      else json(response, 403, status(403, "Forbidden"));
    });
    await assert.rejects(client.get(ref), { status: 403 });
    assert.equal(calls, 2);
  });

  it("says that a server cannot be reached in one sentence", async () => {
    const { url } = await start(() => undefined);
    await server?.close();
    const client = kubeClient({ kubeconfig: kubeconfigOf(url, {}) });
    await assert.rejects(client.get(ref), (error) => {
      assert.ok(error instanceof KubeUnreachable);
      assert.equal(error.code, "ECONNREFUSED");
      assert.match(
        error.message,
        /^kubeconfig: the Kubernetes API server http:\/\/127.0.0.1:\d+ cannot be reached \(ECONNREFUSED\); check/,
      );
      return true;
    });
  });

  it("gives up a server that does not answer in time", async () => {
    const { client } = await start(() => undefined);
    await assert.rejects(client.get(ref, { timeout: 50 }), {
      name: "KubeUnreachable",
      message: /did not answer GET .* within 0.05 s/,
    });
  });

  it("ends a request with the reason of its signal", async () => {
    const abort = new AbortController();
    const reason = new Error("stopped");
    const { client } = await start(() => abort.abort(reason));
    await assert.rejects(client.get(ref, { signal: abort.signal }), reason);
    await assert.rejects(client.get(ref, { signal: abort.signal }), reason);
    assert.equal(server?.received.length, 1);
  });

  it("sends a request again, but for a POST, when a kept connection turns out to be closed", async () => {
    let calls = 0;
    const { client } = await start((_request, response) => {
      calls += 1;
      if (calls % 2 === 0) response.socket?.destroy();
      else json(response, 200, pod);
    });
    await client.get(ref);
    await client.get(ref);
    assert.equal(calls, 3);
    await assert.rejects(client.create(pod), { name: "KubeUnreachable", code: "ECONNRESET" });
    assert.equal(calls, 4);
  });
});
