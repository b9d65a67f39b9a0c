import assert from "node:assert/strict";
import * as policy from "@pulumi/policy";
import { requireLabels } from "../../policies/rules/ownership/require-labels";
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

const MANAGED = { "app.kubernetes.io/managed-by": "slipway" };

/** What the engine goes on with; undefined where the remediation changes nothing. */
async function remedied(props: object, type = "kubernetes:core/v1:Secret"): Promise<object | undefined> {
  const shown = unknownCheckingProxy(secretsPreservingProxy(props));
  const result = requireLabels.remediate?.({ type, name: "subject", props: shown, isProtected: false });
  return result && serializeProperties(result);
}

describe("the remediation of labels", () => {
  it("fills in what manages the object, and nothing else", async () => {
    const metadata = { name: "api", labels: { team: "shop" } };
    assert.deepEqual(await remedied({ metadata }), {
      metadata: { name: "api", labels: { team: "shop", ...MANAGED } },
    });
  });

  it("makes labels where there are none, and metadata too", async () => {
    assert.deepEqual(await remedied({ metadata: { name: "api" } }), {
      metadata: { name: "api", labels: MANAGED },
    });
    assert.deepEqual(await remedied({ data: {} }), { data: {}, metadata: { labels: MANAGED } });
  });

  it("leaves an object alone that says what manages it", async () => {
    const labels = { "app.kubernetes.io/managed-by": "Helm" };
    assert.equal(await remedied({ metadata: { labels } }), undefined);
  });

  it("keeps a secret secret, and what is not known yet unknown", async () => {
    const data = new policy.Secret({ password: "hidden" });
    const result = await remedied({ metadata: { uid: unknownString }, data, stringData: unknownObject });
    assert.deepEqual(result, {
      metadata: { uid: unknownString, labels: MANAGED },
      data: {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        value: { password: "hidden" },
      },
      stringData: unknownObject,
    });
  });

  it("leaves labels alone that are not known yet", async () => {
    assert.equal(await remedied({ metadata: unknownObject }), undefined);
    assert.equal(await remedied({ metadata: { labels: unknownObject } }), undefined);
    assert.equal(
      await remedied({ metadata: { labels: { [Object.keys(MANAGED)[0]!]: unknownString } } }),
      undefined,
    );
  });

  it("leaves alone what is no block", async () => {
    for (const wrong of ["api", 7, ["api"]]) {
      assert.equal(await remedied({ metadata: wrong }), undefined);
      assert.equal(await remedied({ metadata: { labels: wrong } }), undefined);
    }
  });

  it("leaves Patches, Lists and other kinds alone", async () => {
    for (const type of [
      "kubernetes:core/v1:SecretPatch",
      "kubernetes:core/v1:SecretList",
      "kubernetes:example.com/v1:Secret",
      "aws:s3/bucket:Bucket",
    ]) {
      assert.equal(await remedied({ metadata: {}, items: [{ metadata: {} }] }, type), undefined, type);
    }
  });

  it("judges members of a List, but no Patch, which is about what somebody else labels", () => {
    const applies = (type: string): boolean => requireLabels.applies(type);
    assert.ok(applies("kubernetes:core/v1:SecretList"));
    assert.ok(applies("kubernetes:core/v1:List"));
    assert.ok(!applies("kubernetes:core/v1:SecretPatch"));
  });
});
