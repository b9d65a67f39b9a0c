import assert from "node:assert/strict";
import { specForStage } from "../../../components/spec/stage";
import { hostOf } from "../../../components/spec/services";
import { contradictions } from "../../../components/spec/validate";
import { mailer, shop } from "./fixtures";

const half = { replicaShare: 0.5, storeShare: 0.5 };

describe("specForStage", () => {
  it("refuses a stage for which routes have no host, naming the ones that have", () => {
    assert.throws(() => specForStage(shop, { stage: "stagin", ...half }), {
      name: "SlipwayError",
      message:
        'system "shop", stages: there is no stage "stagin" (did you mean "staging"?), so its routes have no host; ' +
        "allowed: production, staging; add the stage with its host to the spec, or give the spec a domain.",
    });
  });

  it("takes any stage for a system with a domain, and gives it a host under it", () => {
    const spec = { ...shop, domain: "shop.example.com" };
    assert.equal(specForStage(spec, { stage: "qa", ...half }).host, "qa.shop.example.com");
    assert.equal(specForStage(spec, { stage: "production", ...half }).host, "shop.example.com");
  });

  it("gives no host to a system without routes", () => {
    assert.equal(
      "host" in specForStage({ ...mailer, domain: "example.com" }, { stage: "production", ...half }),
      false,
    );
    assert.equal(hostOf({ domain: "example.com" }, "production"), "production.example.com");
  });

  it("keeps counts that the stage gives, and takes max(1, half) of all others", () => {
    const { services } = specForStage(shop, { stage: "staging", ...half });
    assert.deepEqual(
      Object.fromEntries(Object.entries(services).map(([name, { replicas }]) => [name, replicas])),
      { api: { min: 2, max: 5 }, web: { min: 2, max: 2 }, worker: { min: 1, max: 1 } },
    );
  });

  it("takes half of the stores' volumes and nothing of their pods' sizes", () => {
    const { stores } = specForStage(shop, { stage: "staging", ...half });
    assert.equal(stores?.["db"]?.storage, "5Gi");
    assert.equal(stores["cache"]?.storage, "512Mi");
    assert.deepEqual(stores["db"].size, shop.stores?.["db"]?.size);
  });

  it("leaves requests and limits of pods equal in every stage", () => {
    for (const stage of ["staging", "production"]) {
      const { services } = specForStage(shop, { stage, ...half });
      for (const [name, { size }] of Object.entries(services))
        assert.deepEqual(size, shop.services[name]!.size);
    }
  });

  it("lets the stage's variables win, and keeps the others", () => {
    const { services } = specForStage(shop, { stage: "staging", ...half });
    assert.deepEqual(services["api"]!.env, { ...shop.services["api"]!.env, MODE: "staging" });
    assert.equal(services["worker"]!.env, undefined);
  });

  it("changes nothing at full size but the host, and leaves its argument alone", () => {
    const before = structuredClone(shop);
    const staged = specForStage(shop, { stage: "production", replicaShare: 1, storeShare: 1 });
    assert.deepEqual(staged, { ...shop, host: "shop.example.com" });
    assert.deepEqual(shop, before);
  });

  it("gives a spec that is still sound", () => {
    for (const stage of ["staging", "production"]) {
      assert.deepEqual(contradictions(specForStage(shop, { stage, replicaShare: 0.1, storeShare: 0.1 })), []);
    }
  });
});
