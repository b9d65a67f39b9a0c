import assert from "node:assert/strict";
import { storeSettings } from "../../../infra/stores";
import { shop, mailer } from "../spec/fixtures";

const specs = [shop, mailer];

describe("what config says of stores", () => {
  it("is given to the system that it is about, by the store's own name", () => {
    const of = storeSettings(
      { stack: "dev", rotation: { "shop/db": 2, "shop/cache": 3 }, confirm: ["shop/cache"] },
      specs,
    );
    assert.deepEqual(of("shop"), { rotations: { db: 2, cache: 3 }, confirmed: ["cache"] });
    assert.deepEqual(of("mailer"), { rotations: {}, confirmed: [] });
  });

  it("is not mixed up between systems whose names begin alike", () => {
    const of = storeSettings({ stack: "dev", rotation: {}, confirm: ["shop-two/db"] }, specs);
    assert.deepEqual(of("shop").confirmed, []);
    assert.deepEqual(of("shop-two").confirmed, ["db"]);
  });

  it("is refused of a store that nobody has, with the near one named", () => {
    assert.throws(() => storeSettings({ stack: "dev", rotation: { "shop/bd": 2 }, confirm: [] }, specs), {
      name: "SlipwayError",
      message:
        'slipway:rotation of stack dev: there is no store "shop/bd" (did you mean "shop/db"?); allowed: shop/db, shop/cache; correct it in Pulumi.dev.yaml.',
    });
  });

  it("may confirm a store that is gone already", () => {
    assert.doesNotThrow(() => storeSettings({ stack: "dev", rotation: {}, confirm: ["shop/gone"] }, specs));
  });
});
