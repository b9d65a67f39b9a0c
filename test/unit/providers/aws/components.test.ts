import assert from "node:assert/strict";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cloudFoundation } from "../../../../infra/cloud";
import { parseSettings } from "../../../../infra/settings";
import { accountContents } from "../../../../rehearsal/providers/aws/outside";
import { dockerPart } from "../../../../rehearsal/providers/docker/part";
import type { PartInstance, Props } from "../../../../rehearsal/providers/part";
import type { Held } from "./harness";
import { Engine, REGION } from "./harness";

const SECRET = "4dabf18193072939515e22adb298388d";

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (value === null || typeof value !== "object") return value;
  const record = value as Record<string, unknown>;
  if (SECRET in record) return open(record["value"]);
  const kept = Object.entries(record).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(kept.map(([key, inner]) => [key, open(inner)]));
}

/** Builds the cloud layers of a stack against the simulated account; Kubernetes answers with its inputs. */
async function build(
  stage: "staging" | "production",
  compute: "auto" | "managed",
): Promise<{ engine: Engine; held: Held[] }> {
  const base = path.resolve(__dirname, "../../../../infra");
  const engine = await Engine.start({}, { region: REGION, defaultTags: { tags: { stack: stage } } });
  const docker: PartInstance = await dockerPart({ mode: "hash", base }).configure({});
  const held: Held[] = [];
  const errors: unknown[] = [];
  await pulumi.runtime.setMocks(
    {
      async newResource({ type, name, inputs, custom }) {
        const given = open(inputs) as Props;
        try {
          if (type.startsWith("aws:")) {
            const made = await engine.create(type, name, given);
            held.push(made);
            return { id: made.id, state: made.outputs };
          }
          if (type.startsWith("docker:")) {
            const ref = { type, name, urn: name };
            const checked = await docker.check({
              ...ref,
              news: given,
              olds: undefined,
              randomSeed: Buffer.alloc(0),
            });
            assert.deepEqual(checked.failures, []);
            const made = await docker.create({
              ...ref,
              inputs: checked.inputs,
              preview: false,
              timeoutSeconds: 0,
            });
            return { id: made.id, state: made.outputs };
          }
        } catch (error) {
          errors.push(error);
          throw error;
        }
        return { id: custom === false ? undefined : name, state: given };
      },
      call: async ({ token, inputs }) =>
        (await engine.instance.invoke(token, open(inputs) as Props)) as Record<string, unknown>,
    },
    "slipway",
    stage,
  );
  const settings = parseSettings(
    stage,
    {
      "slipway:stage": stage,
      "slipway:network": JSON.stringify({
        cidr: "10.16.0.0/16",
        zones: ["a", "b", "c"].map((zone) => REGION + zone),
      }),
      "slipway:cluster": JSON.stringify({ compute, admins: { platform: "role/PlatformAdmin" } }),
      "slipway:edge": JSON.stringify({ email: "platform@example.com", hostedZoneId: "Z0123456789" }),
    },
    REGION,
  );
  const { network } = settings;
  assert.ok(network !== undefined);
  cloudFoundation({ ...settings, network }, ["daira/backend", "daira/frontend"]);
  await pulumi.runtime.disconnect().catch((error: unknown) => errors.push(error));
  assert.deepEqual(errors, []);
  return { engine, held };
}

describe("the AWS stand-in under the platform's own cloud layers", () => {
  for (const stage of ["staging", "production"] as const) {
    for (const compute of ["auto", "managed"] as const) {
      it(`takes ${stage} with ${compute} compute, finds no drift, and is empty after a destroy`, async () => {
        const { engine, held } = await build(stage, compute);
        assert.ok(held.length > 60, `${held.length} resources`);
        for (const one of held) {
          const live = await engine.refresh(one);
          assert.ok(live !== undefined, one.urn);
          const diff = await engine.instance.diff({
            ...live,
            oldInputs: live.inputs,
            oldOutputs: live.outputs,
            news: one.inputs,
            ignoreChanges: [],
          });
          assert.deepEqual(diff.changes, [], one.urn);
          assert.deepEqual(live.inputs, one.inputs, one.urn);
          assert.deepEqual(live.outputs, one.outputs, one.urn);
        }
        const cluster = held.find(({ type }) => type === "aws:eks/cluster:Cluster");
        assert.ok(cluster !== undefined);
        if (cluster.inputs["deletionProtection"] === true) {
          await engine.update(cluster, { ...cluster.inputs, deletionProtection: false });
        }
        for (const one of held.reverse()) await engine.delete(one);
        assert.deepEqual(accountContents(engine.file), []);
      });
    }
  }
});
