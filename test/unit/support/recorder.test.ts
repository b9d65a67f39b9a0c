import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { record, value } from "../../support/recorder";

class Pair extends pulumi.ComponentResource {
  constructor(name: string) {
    super("test:recorder:Pair", name, {});
    const first = new random.RandomId(`${name}-first`, { byteLength: 4 }, { parent: this, protect: true });
    new random.RandomPassword(
      `${name}-second`,
      { length: 8, keepers: { secret: pulumi.secret("s3cret") } },
      { parent: this, dependsOn: first },
    );
    this.registerOutputs({});
  }
}

describe("the recorder", () => {
  it("waits for every child and keeps what the engine is told of each", async () => {
    const recording = await record(() => new Pair("a"));
    assert.deepEqual(recording.counts(), {
      "test:recorder:Pair": 1,
      "random:index/randomId:RandomId": 1,
      "random:index/randomPassword:RandomPassword": 1,
    });
    const pair = recording.one("test:recorder:Pair");
    const first = recording.one("random:index/randomId:RandomId");
    const second = recording.one("random:index/randomPassword:RandomPassword", "a-second");
    assert.equal(first.protect, true);
    assert.equal(second.protect, false);
    assert.equal(first.parent, pair.urn);
    assert.deepEqual(second.dependsOn, [first.urn]);
    assert.deepEqual(second.secrets, ["keepers"]);
    assert.deepEqual(second.inputs["keepers"], { secret: "s3cret" });
  });

  it("tells an output's value", async () => {
    await record(() => undefined);
    assert.equal(await value(pulumi.output(Promise.resolve(7))), 7);
  });
});
