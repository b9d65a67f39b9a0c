import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { deserializeOnce } from "../../policies/deserialize-once";

describe("the SDK's deserializing, once a message", () => {
  function counting(): {
    calls: unknown[];
    sdk: { deserializeProperties: (from: object, keep: boolean) => object };
  } {
    const calls: unknown[] = [];
    const sdk = {
      deserializeProperties: (from: object, keep: boolean) => {
        calls.push([from, keep]);
        return { from };
      },
    };
    return { calls, sdk };
  }

  it("gives each message its own object, and the same one ever after", () => {
    const { calls, sdk } = counting();
    deserializeOnce(sdk);
    const [one, other] = [{}, {}];
    const first = sdk.deserializeProperties(one, false);
    assert.equal(sdk.deserializeProperties(one, false), first);
    assert.notEqual(sdk.deserializeProperties(other, false), first);
    assert.deepEqual(calls, [
      [one, false],
      [other, false],
    ]);
  });

  it("shares nothing with a remediation, which may change what it gets", () => {
    const { sdk } = counting();
    deserializeOnce(sdk);
    const message = {};
    const read = sdk.deserializeProperties(message, false);
    const changed = sdk.deserializeProperties(message, true);
    assert.notEqual(changed, read);
    assert.notEqual(sdk.deserializeProperties(message, true), changed);
  });

  it("leaves an SDK alone that is built another way", () => {
    const sdk = { other: 1 };
    deserializeOnce(sdk);
    assert.deepEqual(sdk, { other: 1 });
    assert.doesNotThrow(() => {
      deserializeOnce(Object.freeze({ deserializeProperties: () => ({}) }));
    });
  });

  it("finds the function by which the pinned SDK's server goes", () => {
    const load = createRequire(require.resolve("@pulumi/policy/package.json"));
    const sdk = load("./deserialize") as { deserializeProperties: unknown };
    assert.equal(typeof sdk.deserializeProperties, "function");
    assert.match(
      String((load("./server") as { makeAnalyzeRpcFun: unknown }).makeAnalyzeRpcFun),
      /deserialize_1\.deserializeProperties\(req\.getProperties\(\), false\)/,
    );
  });
});
