import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { rules } from "../../policies/rules";
import type { Resource } from "../support/pack";
import { runPack } from "../support/pack";
import type { StackConfig } from "../support/program";
import { runProgram } from "../support/program";
import type { Recorded } from "../support/recorder";

const folder = path.join(__dirname, "../../policies/config");

/** Each stage, and what else a stack of it can be. */
const stacks: readonly (readonly [title: string, stack: string, changes: StackConfig])[] = [
  ["local", "local", {}],
  ["staging", "staging", {}],
  [
    "staging, with managed nodes",
    "staging",
    { "slipway:cluster": { compute: "managed", admins: { platform: "role/PlatformAdmin" } } },
  ],
  ["production", "production", {}],
];

/** Recorded resources as the engine would show them to the pack. */
function asShown(resources: readonly Recorded[]): readonly Resource[] {
  // A provider is referred to by its URN and its id.
  const providers = new Map(
    resources
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map(({ urn, inputs }) => [urn, inputs]),
  );
  return resources.map(({ type, name, inputs, urn, protect, parent, provider, comesFrom }) => {
    const own = providers.get(provider.split("::").slice(0, -1).join("::"));
    return {
      type,
      name,
      props: inputs,
      urn,
      isProtected: protect,
      comesFrom,
      ...(parent !== "" && { parent }),
      ...(own && { provider: own }),
    };
  });
}

describe("the program, under the whole pack and its stage's configuration", function () {
  this.timeout(60_000);
  for (const [title, stack, changes] of stacks) {
    it(`keeps every mandatory rule, and no exemption is idle: ${title}`, async () => {
      const { resources } = await runProgram(stack, changes);
      const config = JSON.parse(readFileSync(path.join(folder, `${stack}.json`), "utf8")) as Record<
        string,
        object
      >;
      const said = runPack(rules, asShown(resources), { config });
      const levelOf = new Map(rules.map(({ name, level }) => [name, level]));
      const isAdvisory = (by: string): boolean => {
        const own = config[by] as string | { enforcementLevel?: string } | undefined;
        return ((typeof own === "string" ? own : own?.enforcementLevel) ?? levelOf.get(by)) === "advisory";
      };
      const refused = said.filter(({ by }) => !isAdvisory(by));
      assert.deepEqual(
        refused.map(({ by, urn = "", message }) => `${by} ${urn.split("::").slice(2).join(" ")}: ${message}`),
        [],
      );
    });
  }
});
