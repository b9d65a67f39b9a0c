import assert from "node:assert/strict";
import { KubeError } from "../../../rehearsal/kube/client";
import type { ApiResource, KubeClient } from "../../../rehearsal/kube/client";
import { added, clusterContents, nameOf } from "../../../rehearsal/leftovers";
import type { Item } from "../../../rehearsal/leftovers";

const contents = (...items: readonly (readonly [name: string, ...owners: string[]])[]) =>
  new Map(
    items.map(([name, ...owners]): [string, Item] => [
      name,
      { uid: `uid of ${name}`, owners: owners.map((owner) => `uid of ${owner}`) },
    ]),
  );

describe("what a cluster holds", () => {
  const verbs = ["list", "delete"];
  const resource = (kind: string, more: Partial<ApiResource> = {}): ApiResource => ({
    apiVersion: "v1",
    kind,
    path: kind.toLowerCase(),
    namespaced: true,
    verbs,
    ...more,
  });
  const clientOf = (resources: readonly ApiResource[], objects: Record<string, unknown>): KubeClient =>
    ({
      resources: () => Promise.resolve(resources),
      list: ({ kind }: { kind: string }) => {
        const found = objects[kind];
        return found instanceof Error ? Promise.reject(found) : Promise.resolve({ items: found ?? [] });
      },
    }) as unknown as KubeClient;
  const metadata = (name: string, namespace?: string, ...owners: string[]) => ({
    metadata: { name, namespace, uid: `uid of ${name}`, ownerReferences: owners.map((uid) => ({ uid })) },
  });

  it("is named by kind, namespace and name, with uid and owners", async () => {
    const client = clientOf([resource("Pod"), resource("Namespace", { namespaced: false })], {
      Pod: [metadata("web-1", "shop", "uid of web")],
      Namespace: [metadata("shop")],
    });
    assert.deepEqual(
      await clusterContents(client),
      new Map([
        ["Pod shop/web-1", { uid: "uid of web-1", owners: ["uid of web"] }],
        ["Namespace shop", { uid: "uid of shop", owners: [] }],
      ]),
    );
    assert.equal(nameOf({ kind: "Node", metadata: { name: "a", namespace: "" } }), "Node a");
  });

  it("leaves out what is not kept, what cannot be listed or deleted, and what every namespace has", async () => {
    const client = clientOf(
      [
        ...["Event", "Lease", "Endpoints", "EndpointSlice", "IPAddress"].map((kind) => resource(kind)),
        resource("Binding", { verbs: ["create"] }),
        resource("PodMetrics", { verbs: ["list"] }),
        resource("ConfigMap"),
        resource("ServiceAccount"),
      ],
      {
        Event: [metadata("e", "shop")],
        Lease: [metadata("l", "shop")],
        Endpoints: [metadata("p", "shop")],
        EndpointSlice: [metadata("s", "shop")],
        IPAddress: [metadata("10.0.0.1")],
        PodMetrics: [metadata("m", "shop")],
        ConfigMap: [metadata("kube-root-ca.crt", "shop"), metadata("mine", "shop")],
        ServiceAccount: [metadata("default", "shop"), metadata("default-2", "shop")],
      },
    );
    assert.deepEqual(
      [...(await clusterContents(client)).keys()],
      ["ConfigMap shop/mine", "ServiceAccount shop/default-2"],
    );
  });

  it("has nothing of a kind whose definition went away meanwhile, and passes any other refusal on", async () => {
    const kinds = [resource("Pod"), resource("HTTPRoute")];
    const gone = new KubeError(404, "NotFound", "404 page not found");
    assert.deepEqual(
      [...(await clusterContents(clientOf(kinds, { HTTPRoute: gone, Pod: [metadata("a", "b")] }))).keys()],
      ["Pod b/a"],
    );
    const forbidden = new KubeError(403, "Forbidden", "no");
    await assert.rejects(clusterContents(clientOf(kinds, { Pod: forbidden })), forbidden);
  });
});

describe("what was added to a cluster", () => {
  it("is what is there now and was not before, in order of name", () => {
    const before = contents(["Pod a/1"], ["Namespace a"]);
    assert.deepEqual(added(before, contents(["Namespace a"], ["Pod a/2"], ["Node n"])), [
      "Node n",
      "Pod a/2",
    ]);
    assert.deepEqual(added(before, contents(["Namespace a"])), []);
    assert.deepEqual(added(before, before), []);
  });

  it("is not what belongs, over however many owners, to what was there before", () => {
    const before = contents(["Deployment a/web"], ["ReplicaSet a/web-1", "Deployment a/web"]);
    const now = contents(
      ["Deployment a/web"],
      ["ReplicaSet a/web-2", "Deployment a/web"],
      ["Pod a/web-2-x", "ReplicaSet a/web-2"],
      ["Deployment b/new"],
      ["ReplicaSet b/new-1", "Deployment b/new"],
      ["Pod b/orphan", "ReplicaSet b/gone"],
    );
    assert.deepEqual(added(before, now), ["Deployment b/new", "Pod b/orphan", "ReplicaSet b/new-1"]);
  });
});
