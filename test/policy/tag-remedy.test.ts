import assert from "node:assert/strict";
import * as policy from "@pulumi/policy";
import { requireTags } from "../../policies/rules/ownership/require-tags";
import { unknownObject, unknownString } from "../support/policy";

// As the engine's helper shows properties to a remediation (server.js of the package); not in its typings.
/* eslint-disable @typescript-eslint/no-require-imports */
const { secretsPreservingProxy } = require("@pulumi/policy/secret") as {
  secretsPreservingProxy: (props: object) => object;
};
const { serializeProperties } = require("@pulumi/policy/deserialize") as {
  serializeProperties: (props: object) => Promise<object>;
};
/* eslint-enable @typescript-eslint/no-require-imports */
const { unknownCheckingProxy } = policy as unknown as {
  unknownCheckingProxy: (props: object) => Record<string, unknown>;
};

const MANAGED = { "slipway:managed-by": "pulumi" };
const BUCKET = "aws:s3/bucket:Bucket";

/** What the engine goes on with; undefined where the remediation changes nothing. */
async function remedied(
  props: object,
  { type = BUCKET, defaultTags }: { type?: string; defaultTags?: unknown } = {},
): Promise<object | undefined> {
  const result = requireTags.remediate?.({
    type,
    name: "subject",
    props: unknownCheckingProxy(secretsPreservingProxy(props)),
    isProtected: false,
    provider: unknownCheckingProxy({ defaultTags }),
  });
  return result && serializeProperties(result);
}

describe("the remediation of tags", () => {
  it("fills in what manages the resource, and nothing else", async () => {
    assert.deepEqual(await remedied({ bucket: "b", tags: { team: "shop" } }), {
      bucket: "b",
      tags: { team: "shop", ...MANAGED },
    });
  });

  it("makes tags where there are none", async () => {
    assert.deepEqual(await remedied({ bucket: "b" }), { bucket: "b", tags: MANAGED });
  });

  it("keeps in step what the provider has put together", async () => {
    assert.deepEqual(await remedied({ tags: { team: "shop" }, tagsAll: { team: "shop", owner: "x" } }), {
      tags: { team: "shop", ...MANAGED },
      tagsAll: { team: "shop", owner: "x", ...MANAGED },
    });
  });

  it("leaves a resource alone that says what manages it, itself, by its provider or in all", async () => {
    const tags = { "slipway:managed-by": "somebody" };
    assert.equal(await remedied({ tags }), undefined);
    assert.equal(await remedied({ tags: {} }, { defaultTags: JSON.stringify({ tags }) }), undefined);
    assert.equal(await remedied({ tags: {}, tagsAll: tags }), undefined);
  });

  it("leaves a type alone of which nobody can tell whether it can have tags", async () => {
    assert.equal(await remedied({}, { type: "aws:iam/rolePolicy:RolePolicy" }), undefined);
  });

  it("keeps a secret secret, and what is not known yet unknown", async () => {
    const secret = new policy.Secret({ password: "hidden" });
    const result = await remedied({ bucket: unknownString, secret });
    assert.deepEqual(result, {
      bucket: unknownString,
      secret: {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: { password: "hidden" },
      },
      tags: MANAGED,
    });
    assert.equal(await remedied({ tags: unknownObject }), undefined);
    assert.equal(await remedied({ tags: { "slipway:managed-by": unknownString } }), undefined);
  });

  it("leaves tags of another type to the provider", async () => {
    assert.equal(await remedied({ tags: "team=shop" }), undefined);
    assert.equal(await remedied({ tags: ["team"] }), undefined);
  });
});
