import assert from "node:assert/strict";
import type { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { placesIn } from "../../../engine/places";
import type { Place } from "../../../engine/places";

/** Runs a program as the engine does, with a stack of its own, so that other tests have none. */
async function run(program: () => void): Promise<void> {
  const { LocalStore } = state as unknown as { LocalStore: new () => object };
  const { asyncLocalStorage } = globalThis as unknown as { asyncLocalStorage: AsyncLocalStorage<object> };
  await asyncLocalStorage.run(new LocalStore(), async () => {
    const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
    await pulumi.runtime.setMocks(mocks, "demo", "dev");
    await pulumi.runtime.runInPulumiStack(() => {
      program();
      return Promise.resolve({});
    });
    await pulumi.runtime.disconnect();
  });
}

const root = path.resolve(__dirname, "..", "..", "..");
const file = "test/unit/engine/places.test.ts";

class Plain extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("demo:index:Plain", name, {}, opts);
    this.registerOutputs({});
  }
}

class Nested extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("demo:index:Nested", name, {}, opts);
    new Plain("inner", { parent: this }); // made: nested
    const helper = (): Plain =>
      new Plain(
        // made: helper (the next line is that of its parent)
        `${name}-helped`,
        { parent: this },
      );
    helper();
    this.registerOutputs({});
  }
}

const lines = readFileSync(path.join(root, file), "utf8").split("\n");
/** The line that a comment marks, counted from 1. */
const marked = (mark: string, offset = 0): Place => ({
  file,
  line: lines.findIndex((line) => line.includes(`// made: ${mark}`)) + 1 + offset,
});

describe("the places of resources in the program", () => {
  const urn = (chain: string, name: string): string => `urn:pulumi:dev::demo::${chain}::${name}`;

  it("are the innermost lines of its own folders, by the source and not by what was compiled", async () => {
    const places = placesIn(root, ["test/unit/engine"]);
    await run(() => {
      places.watch();
      const outer = new Nested("outer"); // made: outer
      new Plain("same", { parent: outer }); // made: beside
      new Plain("same"); // made: top
    });
    assert.deepEqual(places.of(urn("demo:index:Plain", "same")), marked("top"));
    assert.deepEqual(
      places.of(urn("demo:index:Nested$demo:index:Plain", "outer-helped")),
      marked("helper", -1),
    );
    assert.deepEqual(places.of(urn("demo:index:Nested$demo:index:Plain", "inner")), marked("nested"));
    assert.deepEqual(places.of(urn("demo:index:Nested$demo:index:Plain", "same")), marked("beside"));
    // Not where its own constructor calls that of its base.
    assert.deepEqual(places.of(urn("demo:index:Nested", "outer")), marked("outer"));
  });

  it("are the ones that call a class, where that stands elsewhere", async () => {
    const places = placesIn(root, ["nowhere", "test/unit"]);
    const others = placesIn(root, ["nowhere"]);
    await run(() => {
      places.watch();
      others.watch();
      new pulumi.ComponentResource("demo:index:Base", "base"); // made: base
    });
    assert.deepEqual(places.of(urn("demo:index:Base", "base")), marked("base"));
    assert.equal(others.of(urn("demo:index:Base", "base")), undefined);
  });

  it("are not known for what the program did not make, and not for the stack", async () => {
    const places = placesIn(root, ["test"]);
    await run(() => {
      places.watch();
    });
    for (const unknown of ["", urn("pulumi:pulumi:Stack", "demo-dev"), urn("demo:index:Plain", "same")])
      assert.equal(places.of(unknown), undefined);
  });

  it("are found without a trace of it in later errors", async () => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is only compared.
    const before = [Error.prepareStackTrace, Error.stackTraceLimit];
    const places = placesIn(root);
    await run(() => {
      places.watch();
      new Plain("one");
    });
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is only compared.
    assert.deepEqual([Error.prepareStackTrace, Error.stackTraceLimit], before);
    assert.match(new Error("x").stack ?? "", /places\.test\.ts:\d+/);
  });
});
