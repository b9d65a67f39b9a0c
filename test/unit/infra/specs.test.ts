import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { platformNamespaces } from "../../../components/common/namespaces";
import { specForStage } from "../../../components/spec/stage";
import type { StageSpec, SystemSpec } from "../../../components/spec/types";
import slipway from "../../../infra";
import { refuseSharedNamespaces, specsOf } from "../../../infra/specs";
import { stages } from "../../../infra/stages";
import { systems } from "../../../infra/systems";
import { everyDigest, stackFile, theProgram, withSystem } from "../../support/program";
import { record } from "../../support/recorder";
import { mailer, shop } from "../spec/fixtures";

/** The mailer, with a namespace of its own choice in all stages or in some. */
function sender(namespace: string | undefined, own: Readonly<Record<string, StageSpec>> = {}): SystemSpec {
  return { ...mailer, ...(namespace === undefined ? {} : { namespace }), stages: own };
}

/** The sentence by which the shop and others are refused in a stage; undefined where they are not. */
function refusal(stage: string, ...others: readonly SystemSpec[]): string | undefined {
  const staged = [shop, ...others].map((spec) =>
    specForStage(spec, { stage, replicaShare: 1, storeShare: 1 }),
  );
  try {
    refuseSharedNamespaces(staged, stage);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Error && error.name === "SlipwayError");
    return error.message;
  }
}

const shared = (field: string, stage = "staging"): string =>
  `system "mailer": ${field} is "shop" (allowed in stage ${stage}: a namespace of its own, which "shop" is of system "shop"); correct it in the spec of either.`;

describe("systems of one stack", () => {
  it("may each have a namespace of their own, by name or by choice", () => {
    assert.equal(refusal("staging", sender(undefined)), undefined);
    assert.equal(refusal("staging", sender("mail"), { ...mailer, name: "other" }), undefined);
  });

  it("are refused when one takes the namespace that is another's by its name", () => {
    assert.equal(refusal("staging", sender("shop")), shared("namespace"));
  });

  it("are refused in the stage alone in which they meet", () => {
    const spec = sender("mail", { staging: { namespace: "shop" } });
    assert.equal(refusal("staging", spec), shared("stages.staging.namespace"));
    assert.equal(refusal("production", spec), undefined);
  });

  it("are not refused in a stage in which one of them lives elsewhere", () => {
    const spec = sender("shop", { staging: { namespace: "mail" } });
    assert.equal(refusal("staging", spec), undefined);
    assert.equal(refusal("production", spec), shared("namespace", "production"));
  });

  it("are refused by the name of a system, where another took that before", () => {
    const [first, second] = [sender("post"), { ...mailer, name: "post" }] as const;
    assert.equal(
      refusal("staging", first, second),
      'system "post": name is "post" (allowed in stage staging: a namespace of its own, which "post" is of system "mailer"); correct it in the spec of either.',
    );
  });

  it("are refused with all that meet, in one sentence", () => {
    const message = refusal("staging", sender("shop"), { ...sender("shop"), name: "other" });
    assert.match(
      message ?? "",
      /^system "mailer": namespace is "shop" \(.*\); system "other": namespace is "shop" \(.*\); correct these 2 fields in the specs\.$/,
    );
  });

  it("may name the namespace of another, or of the platform, as what they reach", () => {
    const reaches = ["shop", "monitoring"].map((namespace) => ({ namespace, port: 8080 }));
    const { sender: service } = mailer.services;
    assert.ok(service !== undefined);
    const spec = { ...mailer, services: { sender: { ...service, reaches } } };
    assert.equal(refusal("staging", spec), undefined);
    return withSystem(spec, () => {
      const found = specsOf({ systems: ["mailer"], stage: stages["local"]!, stageName: "local" });
      assert.deepEqual(found[0]?.services["sender"]?.reaches, reaches);
      return Promise.resolve();
    });
  });
});

describe("the systems that a stack names", function () {
  this.timeout(60_000);

  it("are refused with everything that is wrong in a spec, sizes that a stage would halve among it", async () => {
    const { db } = shop.stores ?? {};
    assert.ok(db !== undefined);
    const spec = {
      ...shop,
      tier: "gold",
      stores: { ...shop.stores, db: { ...db, storage: "10 GB" } },
    } as unknown as SystemSpec;
    await withSystem(spec, () => {
      assert.throws(() => specsOf({ systems: ["shop"], stage: stages["staging"]!, stageName: "staging" }), {
        name: "SlipwayError",
        message:
          /^system "shop": tier is "gold" \(allowed: critical, standard\); stores\.db\.storage is "10 GB" \(allowed: .*\); correct these 2 fields in the spec\.$/,
      });
      return Promise.resolve();
    });
  });

  for (const [title, spec, says] of [
    [
      "two share a namespace",
      sender("daira"),
      /system "mailer": namespace is "daira" \(allowed in stage local/,
    ],
    [
      "one wants a namespace of the platform",
      sender("edge"),
      /system "mailer": namespace is "edge" \(allowed: .*the platform's own: .*\)/,
    ],
  ] as const) {
    it(`are refused before any resource exists where ${title}`, async () => {
      const config = {
        ...stackFile("local"),
        "slipway:systems": ["daira", "mailer"],
        "slipway:images": everyDigest(),
      };
      const texts = Object.entries(config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const { result, resources } = await withSystem(spec, () =>
        record(() => {
          pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
          return slipway({ KUBECONFIG: "/nowhere" }).catch((error: unknown) => error);
        }),
      );
      assert.ok(result instanceof Error);
      assert.match(result.message, says);
      assert.deepEqual(resources, []);
    });
  }

  for (const stack of ["local", "staging", "production"]) {
    it(`leave every other namespace of ${stack} to the platform, which lets no system have it`, async () => {
      const made = await theProgram(stack, { "slipway:systems": Object.keys(systems) });
      const named = made
        .ofType("kubernetes:core/v1:Namespace")
        .map(({ inputs }) => String(inputs["metadata"].name));
      const own = specsOf({
        systems: Object.keys(systems),
        stage: stages[stack]!,
        stageName: stack,
      }).map((spec) => spec.namespace ?? spec.name);
      const others = named.filter((name) => !own.includes(name));
      assert.equal(named.length - others.length, own.length);
      const taken: readonly string[] = Object.values(platformNamespaces);
      assert.deepEqual(
        others.filter((name) => !taken.includes(name)),
        [],
      );
    });
  }
});
