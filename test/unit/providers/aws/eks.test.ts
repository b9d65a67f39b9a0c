import assert from "node:assert/strict";
import { accountContents } from "../../../../rehearsal/providers/aws/outside";
import { buildWorld, clusterInputs, T, valid, world } from "./fixtures";
import { ACCOUNT, Engine } from "./harness";

describe("EKS in the AWS stand-in", () => {
  it("answers with endpoint and CA of the rehearsal's API server", async () => {
    const engine = await Engine.start({
      cluster: () => ({ endpoint: "https://127.0.0.1:6443", caData: "Q0E=" }),
    });
    const { cluster } = await buildWorld(engine);
    assert.equal(cluster.outputs["endpoint"], "https://127.0.0.1:6443");
    assert.deepEqual(cluster.outputs["certificateAuthority"], { data: "Q0E=" });
    assert.equal(cluster.outputs["status"], "ACTIVE");
    const found = await engine.instance.invoke("aws:eks/getCluster:getCluster", { name: "main" });
    assert.equal(found["endpoint"], "https://127.0.0.1:6443");
    assert.deepEqual(found["certificateAuthorities"], [{ data: "Q0E=" }]);
  });

  it("makes the log group that was not there, and it outlives the cluster", async () => {
    const { engine, clusterRole, a, b } = await world();
    const cluster = await engine.create(
      T.cluster,
      "n",
      clusterInputs(clusterRole, [a, b], { enabledClusterLogTypes: ["audit"] }),
    );
    await engine.delete(cluster);
    assert.ok(accountContents(engine.file).some(({ id }) => id === "/aws/eks/second/cluster"));
  });

  it("makes the log group anew when it is deleted before the cluster", async () => {
    const { engine, clusterRole, a, b } = await world();
    const logs = await engine.create(T.logGroup, "n", {
      name: "/aws/eks/second/cluster",
      retentionInDays: 30,
    });
    await engine.create(
      T.cluster,
      "n",
      clusterInputs(clusterRole, [a, b], { enabledClusterLogTypes: ["audit"] }),
    );
    await engine.delete(logs);
    const left = await engine.refresh(logs);
    assert.equal(left?.outputs["retentionInDays"], 0);
  });

  it("admits its creator unless told not to, and the nodes of a group by itself", async () => {
    const w = await world();
    const { engine, clusterRole, a, b } = w;
    const admits = (): string[] =>
      accountContents(engine.file)
        .filter(({ type }) => type === T.accessEntry)
        .map(({ id }) => id);
    assert.deepEqual(admits(), []);
    await engine.create(T.nodeGroup, "n", valid(w)[T.nodeGroup] ?? {});
    assert.deepEqual(admits(), [`main:arn:aws:iam::${ACCOUNT}:role/node-role`]);
    await engine.create(
      T.cluster,
      "n",
      clusterInputs(clusterRole, [a, b], { accessConfig: { authenticationMode: "API" } }),
    );
    assert.deepEqual(admits(), [
      `main:arn:aws:iam::${ACCOUNT}:role/node-role`,
      `second:arn:aws:iam::${ACCOUNT}:user/rehearsal`,
    ]);
  });
});
