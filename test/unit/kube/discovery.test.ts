import assert from "node:assert/strict";
import { Discovery } from "../../../rehearsal/kube/discovery";
import { KubeError } from "../../../rehearsal/kube/errors";
import type { Transport } from "../../../rehearsal/kube/transport";

type Answers = Record<string, () => unknown>;

function discovery(answers: Answers): { readonly discovery: Discovery; readonly asked: string[] } {
  const asked: string[] = [];
  const transport: Pick<Transport, "request"> = {
    request: async ({ path }) => {
      asked.push(path);
      await Promise.resolve();
      const answer = answers[path];
      if (answer === undefined) throw new KubeError(404, "NotFound", path);
      return { status: 200, body: answer(), warnings: [] };
    },
  };
  return { discovery: new Discovery(transport as Transport), asked };
}

const widgets = { name: "widgets", kind: "Widget", namespaced: true, verbs: ["get"] };

describe("discovery", () => {
  it("asks once for a group and version, also when many ask at once, and ignores subresources", async () => {
    const { discovery: found, asked } = discovery({
      "/apis/a.io/v1": () => ({ resources: [{ ...widgets, name: "widgets/status" }, widgets] }),
    });
    const answers = await Promise.all([
      found.resourceFor("a.io/v1", "Widget"),
      found.resourceFor("a.io/v1", "Widget"),
    ]);
    await found.resourceFor("a.io/v1", "Widget");
    const expected = {
      apiVersion: "a.io/v1",
      kind: "Widget",
      path: "widgets",
      namespaced: true,
      verbs: ["get"],
    };
    assert.deepEqual(answers, [expected, expected]);
    assert.deepEqual(asked, ["/apis/a.io/v1"]);
  });

  it("looks once more for a kind that it does not know, and finds one that came since", async () => {
    const resources = [widgets];
    const { discovery: found, asked } = discovery({ "/apis/a.io/v1": () => ({ resources: [...resources] }) });
    await found.resourceFor("a.io/v1", "Widget");
    resources.push({ ...widgets, name: "gears", kind: "Gear" });
    assert.equal((await found.resourceFor("a.io/v1", "Gear")).path, "gears");
    assert.equal(asked.length, 2);
  });

  it("refuses a kind that is still unknown after that", async () => {
    const { discovery: found, asked } = discovery({ "/apis/a.io/v1": () => ({ resources: [widgets] }) });
    await found.resourceFor("a.io/v1", "Widget");
    await assert.rejects(found.resourceFor("a.io/v1", "Gear"), {
      status: 404,
      reason: "UnknownKind",
      message: 'the API server serves no kind "Gear" in version "a.io/v1"',
    });
    assert.equal(asked.length, 2);
  });

  it("refuses a kind of a group that the server does not have", async () => {
    await assert.rejects(discovery({}).discovery.resourceFor("b.io/v1", "Widget"), { reason: "UnknownKind" });
  });

  it("does not keep a failure", async () => {
    let isBroken = true;
    const { discovery: found } = discovery({
      "/api/v1": () => {
        if (isBroken) throw new KubeError(500, "", "broken");
        return { resources: [widgets] };
      },
    });
    await assert.rejects(found.resourceFor("v1", "Widget"), { status: 500 });
    isBroken = false;
    assert.equal((await found.resourceFor("v1", "Widget")).path, "widgets");
  });

  it("lists every kind once, in its group's first version that has it", async () => {
    const served = (kind: string, scope: string) => ({
      resource: `${kind.toLowerCase()}s`,
      responseKind: { kind },
      scope,
      verbs: ["list"],
    });
    const { discovery: found } = discovery({
      "/api": () => ({
        items: [{ metadata: {}, versions: [{ version: "v1", resources: [served("Node", "Cluster")] }] }],
      }),
      "/apis": () => ({
        items: [
          {
            metadata: { name: "a.io" },
            versions: [
              { version: "v1", resources: [served("Widget", "Namespaced")] },
              {
                version: "v1alpha1",
                resources: [served("Widget", "Namespaced"), served("Gear", "Namespaced")],
              },
            ],
          },
          {
            metadata: { name: "b.io" },
            versions: [{ version: "v2", resources: [served("Widget", "Cluster")] }, { version: "v1" }],
          },
        ],
      }),
    });
    assert.deepEqual(
      (await found.resources()).map(({ apiVersion, kind, path, namespaced }) => [
        apiVersion,
        kind,
        path,
        namespaced,
      ]),
      [
        ["v1", "Node", "nodes", false],
        ["a.io/v1", "Widget", "widgets", true],
        ["a.io/v1alpha1", "Gear", "gears", true],
        ["b.io/v2", "Widget", "widgets", false],
      ],
    );
  });

  it("refuses a server that is too old to list all its kinds", async () => {
    const { discovery: found } = discovery({
      "/api": () => ({ versions: ["v1"] }),
      "/apis": () => ({ groups: [] }),
    });
    await assert.rejects(found.resources(), { message: "the API server is older than Kubernetes 1.30" });
  });
});
