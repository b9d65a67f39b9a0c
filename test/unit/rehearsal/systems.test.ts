import assert from "node:assert/strict";
import type { KubeObject, ListTarget } from "../../../rehearsal/kube/client";
import { lookAtSystems } from "../../../rehearsal/systems";

function pod(namespace: string, status: object): KubeObject {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "it", namespace }, status };
}

const ready = (status: string): object => ({
  phase: "Running",
  conditions: [
    { type: "PodScheduled", status: "True" },
    { type: "Ready", status },
  ],
});

const pods = [
  pod("shop", ready("True")),
  pod("shop", ready("True")),
  pod("shop", ready("False")),
  pod("shop", { phase: "Pending" }),
  // Of Jobs that are done.
  pod("shop", { phase: "Succeeded", conditions: [{ type: "Ready", status: "False" }] }),
  pod("shop", { phase: "Failed" }),
  pod("post", ready("True")),
  pod("of-others", ready("True")),
];

const client = {
  list: ({ kind, namespace }: ListTarget) => {
    assert.equal(kind, "Pod");
    return Promise.resolve({
      items: pods.filter(({ metadata }) => metadata.namespace === namespace),
      resourceVersion: "1",
    });
  },
};

describe("the systems of a rehearsal", () => {
  it("are told by name, each with its address, its namespace and its pods that have not ended", async () => {
    const outputs = {
      stage: "local",
      systems: { shop: { url: "https://shop.localhost", namespace: "shop" }, mailer: { namespace: "post" } },
    };
    assert.deepEqual(await lookAtSystems(client, outputs), [
      { name: "mailer", namespace: "post", pods: { total: 1, ready: 1 } },
      { name: "shop", namespace: "shop", url: "https://shop.localhost", pods: { total: 4, ready: 2 } },
    ]);
  });

  it("are none where the stack names none", async () => {
    assert.deepEqual(await lookAtSystems(client, { systems: {} }), []);
    assert.deepEqual(await lookAtSystems(client, {}), []);
  });
});
