import assert from "node:assert/strict";
import { imagesOf } from "../../../components/spec/services";
import type { SystemSpec } from "../../../components/spec/types";
import { systems } from "../../../infra/systems";
import { recordStack } from "../../support/stack";
import type { Recorded } from "../../support/recorder";
import { full } from "../spec/full";

const names = Object.keys(systems);
const DIGEST = `sha256:${"1".repeat(64)}`;
const images = Object.fromEntries(
  [...Object.values(systems), full].flatMap(imagesOf).map((image) => [image, DIGEST]),
);

/** Resources of a stack by type and name, each with all that the engine is told of it. */
async function resourcesOf(stack: string, named: readonly string[]): Promise<ReadonlyMap<string, Recorded>> {
  const { resources } = await recordStack(stack, { systems: named, images });
  const byName = new Map(resources.map((resource) => [resource.urn, resource]));
  assert.equal(byName.size, resources.length, "no two resources have the same URN");
  return byName;
}

/** The shared objects that have a part of their own for each system: a listener, and a way to its metrics. */
const SHARED = [
  "edge-gateway",
  "monitoring-prometheus-annotated-pods",
  "monitoring-prometheus-policy",
  "monitoring-prometheus-server",
];

/** A value without the elements of lists, and the alternatives of patterns, that speak of the sixth system. */
function withoutSixth(value: unknown): unknown {
  if (typeof value === "string" && value.includes("|")) {
    const others = value.split("|").filter((each) => !each.startsWith(`${full.name};`));
    return others.join("|");
  }
  if (Array.isArray(value)) {
    return value.map(withoutSixth).filter((each) => !JSON.stringify(each).includes(full.name));
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSixth(inner)]));
}

for (const stack of ["local", "staging", "production"]) {
  describe(`a sixth system in ${stack}`, function () {
    this.timeout(120_000);
    let five: ReadonlyMap<string, Recorded>;
    let six: ReadonlyMap<string, Recorded>;
    before(async () => {
      const list = systems as Record<string, SystemSpec>;
      five = await resourcesOf(stack, names);
      list[full.name] = full;
      try {
        six = await resourcesOf(stack, [...names, full.name]);
      } finally {
        Reflect.deleteProperty(list, full.name);
      }
    });

    it("takes away or renames no resource of the others", () => {
      assert.deepEqual(
        [...five.keys()].filter((urn) => !six.has(urn)),
        [],
      );
    });

    it("changes nothing of the others, and of what they share only what has a part for each system", () => {
      const changed = [...five].filter(
        ([urn, resource]) => JSON.stringify(resource) !== JSON.stringify(six.get(urn)),
      );
      assert.deepEqual(changed.map(([, { name }]) => name).sort(), SHARED);
      for (const [urn, { inputs }] of changed) assert.deepEqual(withoutSixth(six.get(urn)?.inputs), inputs);
    });

    it("adds only resources that have its name", () => {
      const added = [...six].filter(([urn]) => !five.has(urn)).map(([, { name }]) => name);
      assert.ok(added.length > 20, `${added.length} resources`);
      assert.deepEqual(
        added.filter((name) => !/(^|[-/])full([-./]|$)/.test(name)),
        [],
      );
    });
  });
}
