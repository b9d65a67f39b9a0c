import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { KubeTimeout } from "../../../rehearsal/kube/client";
import type { FakeServer } from "./server";
import { fakeServer, json } from "./server";

const pods = { apiVersion: "v1", kind: "Pod", namespace: "shop" };
const item = (name: string, version = "1") => ({
  metadata: { name, namespace: "shop", resourceVersion: version },
});
const event = (type: string, object: object) =>
  `${JSON.stringify({ type, object: { apiVersion: "v1", kind: "Pod", ...object } })}\n`;

describe("waiting for objects", () => {
  let server: FakeServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** Lists give the items in turn, the last ones again and again; watches are served by `onWatch` in turn. */
  async function start(
    lists: readonly object[][],
    ...onWatch: readonly ((response: ServerResponse) => void)[]
  ): Promise<FakeServer> {
    let listed = 0;
    let watched = 0;
    server = await fakeServer(({ query }, response) => {
      if (query["watch"] === "true") {
        response.writeHead(200, { "content-type": "application/json" });
        onWatch[watched++]?.(response);
      } else {
        json(response, 200, {
          metadata: { resourceVersion: String(10 + listed) },
          items: lists[Math.min(listed++, lists.length - 1)],
        });
      }
    });
    return server;
  }

  it("asks once and does not watch when the condition is true already", async () => {
    const { client, received } = await start([[item("a")]]);
    assert.equal(await client.waitUntil(pods, ([first]) => first?.metadata.name), "a");
    assert.equal(received.length, 1);
  });

  it("follows additions, changes and deletions from where the list ended, over events that come in pieces", async () => {
    const { client, received } = await start([[item("a"), item("b")]], (response) => {
      const text =
        event("ADDED", item("c")) +
        event("BOOKMARK", item("x")) +
        event("MODIFIED", item("a", "2")) +
        event("DELETED", item("b"));
      response.write(text.slice(0, 40));
      setImmediate(() => response.write(text.slice(40)));
    });
    const seen: string[] = [];
    await client.waitUntil(pods, (all) => {
      seen.push(all.map(({ metadata }) => `${metadata.name}${metadata.resourceVersion ?? ""}`).join(" "));
      return seen.length === 4;
    });
    assert.deepEqual(seen, ["a1 b1", "a1 b1 c1", "a2 b1 c1", "a2 c1"]);
    assert.equal(received.length, 2);
    assert.deepEqual(received[1]?.query, {
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion: "10",
    });
  });

  it("lists again when a watch ends, breaks off or is too old", async () => {
    const { client, received } = await start(
      [[], [], [], [item("late")]],
      (response) => response.end(),
      (response) => {
        // Half an event, then nothing more.
        response.write(event("ADDED", item("a")).slice(0, 10), () => response.destroy());
      },
      (response) =>
        response.write(event("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" })),
    );
    assert.equal(await client.waitUntil(pods, (all) => all.length === 1), true);
    assert.equal(received.filter(({ query }) => query["watch"] === undefined).length, 4);
  });

  it("forgets what a later list has no more", async () => {
    const { client } = await start([[item("a"), item("b")], [item("b")]], (response) => response.end());
    assert.equal(await client.waitUntil(pods, (all) => all.length === 1 && all[0]?.metadata.name), "b");
  });

  it("throws an error that the server sends on a watch", async () => {
    const { client } = await start([[]], (response) =>
      response.write(event("ERROR", { kind: "Status", code: 403, reason: "Forbidden", message: "no" })),
    );
    await assert.rejects(
      client.waitUntil(pods, () => false),
      { name: "KubeError", status: 403 },
    );
  });

  it("gives up after its timeout with what it waited for and the last objects", async () => {
    const { client } = await start([[item("a")]], () => undefined);
    await assert.rejects(
      client.waitUntil(pods, () => undefined, { timeout: 100, what: "Pod a to be ready" }),
      (error) => {
        assert.ok(error instanceof KubeTimeout);
        assert.equal(error.message, "waited 0.1 s for Pod a to be ready");
        assert.deepEqual(
          error.last.map(({ metadata }) => metadata.name),
          ["a"],
        );
        return true;
      },
    );
  });

  it("ends with the reason of its signal, before it starts and in the middle", async () => {
    const abort = new AbortController();
    const reason = new Error("stopped");
    const { client } = await start([[]], () => abort.abort(reason));
    await assert.rejects(
      client.waitUntil(pods, () => false, { signal: abort.signal }),
      reason,
    );
    await assert.rejects(
      client.waitUntil(pods, () => true, { signal: abort.signal }),
      reason,
    );
  });

  it("passes an error of the condition on", async () => {
    const { client } = await start([[]]);
    const problem = new Error("it will never be");
    const never = client.waitUntil(pods, () => {
      throw problem;
    });
    await assert.rejects(never, problem);
  });
});
