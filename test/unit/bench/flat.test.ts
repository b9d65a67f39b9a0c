import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { registerFlat } from "../../../bench/flat";
import { recorded, watchRegistrations } from "../../../bench/monitor";
import { flatten } from "../../../bench/recording";
import type { RecordedResource } from "../../../bench/recording";
import { record } from "../../support/recorder";

class Thing extends pulumi.CustomResource {}
class Provider extends pulumi.ProviderResource {}
class Group extends pulumi.ComponentResource {}

/** What a program registers, in the form in which the benchmark records it. */
async function recording(program: () => void, preview: boolean): Promise<RecordedResource[]> {
  const resources: RecordedResource[] = [];
  await record(
    () => {
      watchRegistrations((request, urn) => resources.push(recorded(request, urn)));
      program();
    },
    { preview },
  );
  return resources;
}

function program(): void {
  const provider = new Provider("sim", "sim", { region: "eu-central-1" });
  const group = new Group("slipway:test:Group", "group", {}, { provider, protect: true });
  const first = new Thing("sim:index:First", "first", { size: 3, absent: undefined }, { parent: group });
  new Thing(
    "sim:index:Second",
    "second",
    {
      firstUrn: first.urn,
      firstId: first.id,
      password: pulumi.secret("s3cret"),
      file: new pulumi.asset.StringAsset("content"),
      nested: { list: [1, pulumi.output("two")] },
    },
    { parent: group, version: "1.2.3", ignoreChanges: ["file"], additionalSecretOutputs: ["out"] },
  );
  new Thing("other:index:Third", "third", {}, { dependsOn: group, retainOnDelete: true });
}

for (const preview of [true, false]) {
  describe(`flat program, ${preview ? "in a preview" : "in an update"}`, () => {
    let original: RecordedResource[];
    let flat: RecordedResource[];
    before(async () => {
      original = await recording(program, preview);
      flat = await recording(() => registerFlat(flatten(original)), preview);
    });
    const named = (resources: RecordedResource[], name: string): RecordedResource => {
      const found = resources.filter((resource) => resource.name === name && resource.custom);
      assert.equal(found.length, 1, name);
      return found[0]!;
    };

    it("registers the four custom resources and nothing else", () => {
      assert.equal(original.length, 5);
      assert.deepEqual(flat.map(({ name }) => name).sort(), ["first", "second", "sim", "third"]);
      assert.ok(flat.every(({ custom }) => custom));
    });

    it("sends the same types, inputs and options once more", () => {
      for (const { name, type, inputs, options } of flat) {
        const before = named(original, name);
        assert.deepEqual({ type, inputs, options }, pick(before), name);
      }
      const { inputs, options } = named(flat, "second");
      assert.deepEqual(inputs["password"], {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: "s3cret",
      });
      assert.equal((inputs["file"] as Record<string, unknown>)["text"], "content");
      assert.equal(options.protect, true);
      assert.equal(options.version, "1.2.3");
    });

    it("has no parents", () => {
      for (const { urn } of flat) assert.ok(!urn.includes("slipway:test:Group"), urn);
      assert.ok(original.some(({ urn }) => urn.includes("slipway:test:Group")));
    });

    it("keeps the provider and the references between resources", () => {
      const second = named(flat, "second");
      const first = named(flat, "first").urn;
      assert.equal(second.provider.slice(0, second.provider.lastIndexOf("::")), named(flat, "sim").urn);
      assert.deepEqual(second.inputsFrom["firstUrn"], [first]);
      assert.deepEqual(second.inputsFrom["firstId"], [first]);
      assert.deepEqual(second.inputsFrom["password"] ?? [], []);
      assert.deepEqual([...named(flat, "third").after].sort(), [first, second.urn].sort());
      assert.equal(named(flat, "third").provider, "");
    });
  });
}

function pick({ type, inputs, options }: RecordedResource): object {
  return { type, inputs, options };
}

describe("flat program", () => {
  it("is refused when a resource is needed before it is registered", async () => {
    const broken = recording(
      () => registerFlat([{ type: "a:b:C", name: "x", inputs: {}, inputsFrom: {}, after: [1], options: {} }]),
      false,
    );
    await assert.rejects(broken, { message: "resource 1 is needed before it is registered" });
  });
});
