import assert from "node:assert/strict";
import { SlipwayError } from "../../../components/common/problems";
import { contradictions, validateSpec } from "../../../components/spec/validate";
import { cases, changed } from "./contradictions";
import { mailer, shop } from "./fixtures";

describe("validateSpec", () => {
  for (const [title, change, field, allowed] of cases) {
    it(`refuses ${title}`, () => {
      const found = contradictions(changed(change));
      const named = found.find(
        (contradiction) => contradiction.field === field && allowed.test(contradiction.allowed),
      );
      assert.ok(named, `expected ${field}, found ${JSON.stringify(found)}`);
    });
  }

  for (const name of ["PASSWORD", "DB_PASSWORD", "jwt_secret", "API_KEY", "STRIPE_APIKEY", "GITHUB_TOKEN"]) {
    it(`refuses a plain value for ${name}, and does not repeat it`, () => {
      const found = contradictions(changed(["hunter2", "services", "api", "env", name]));
      assert.deepEqual(
        found.map(({ field }) => field),
        [`services.api.env.${name}`],
      );
      assert.ok(!JSON.stringify(found).includes("hunter2"));
    });
  }

  it("refuses a URL with a password in it, and takes one without", () => {
    assert.equal(
      contradictions(changed(["redis://:pw@cache:6379", "services", "api", "env", "X"])).length,
      1,
    );
    assert.equal(contradictions(changed(["redis://cache:6379", "services", "api", "env", "X"])).length, 0);
  });

  it("takes names that only begin like a secret's", () => {
    assert.deepEqual(contradictions(changed(["8", "services", "api", "env", "PASSWORD_MIN_LENGTH"])), []);
    assert.deepEqual(contradictions(changed(["60", "services", "api", "env", "TOKEN_TTL"])), []);
  });

  it("takes a name of the platform's where the namespace is another", () => {
    assert.deepEqual(contradictions(changed(["shop", "namespace"], changed(["edge", "name"]))), []);
  });

  it("refuses the public address for a system without routes", () => {
    const found = contradictions(changed([{ X: { public: "url" } }, "services", "sender", "env"], mailer));
    assert.deepEqual(
      found.map(({ field }) => field),
      ["services.sender.env.X"],
    );
  });

  it("refuses routes of a system that has neither domain nor stages", () => {
    const found = contradictions(changed([undefined, "stages"]));
    assert.deepEqual(
      found.map(({ field }) => field),
      ["domain"],
    );
  });

  it("names the system, every field, its value and what is allowed, in one sentence", () => {
    const spec = changed([1, "services", "api", "replicas", "max"], changed(["apx", "routes", 0, "to"]));
    assert.throws(() => validateSpec(spec), {
      name: "SlipwayError",
      message:
        'system "shop": services.api.replicas.max is 1 (allowed: an integer from min, 2); ' +
        'routes[0].to is "apx" (allowed: a service with a port: api, web (did you mean "api"?)); ' +
        "correct these 2 fields in the spec.",
    });
  });

  it("throws an error that the engine prints without stack trace", () => {
    assert.throws(
      () => validateSpec(changed([0, "services", "api", "user"])),
      (error) => {
        assert.ok(error instanceof SlipwayError);
        assert.equal(error.__pulumiRunError, true);
        return true;
      },
    );
  });

  it("takes a sound spec, with everything and with next to nothing", () => {
    assert.deepEqual(contradictions(shop), []);
    assert.deepEqual(contradictions(mailer), []);
    validateSpec(shop);
  });
});
