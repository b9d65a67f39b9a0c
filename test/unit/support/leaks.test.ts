import assert from "node:assert/strict";
import fc from "fast-check";
import { leaks } from "../../support/leaks";

describe("the search for leaked secrets", () => {
  const value = 'p&ssw/rd "of" a test';

  for (const [how, content] of [
    ["as it is", `a ${value}.`],
    ["in JSON", JSON.stringify({ deep: [value] })],
    ["in a URL", `https://user:${encodeURIComponent(value)}@host`],
    ["in binary data", Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(value), Buffer.from([192])])],
    ["by base64", Buffer.from(value).toString("base64")],
    ["by base64 for URLs", Buffer.from(`?>${value}`).toString("base64url")],
  ] as const) {
    it(`finds one that stands there ${how}`, () => {
      assert.deepEqual(leaks({ jwt: value }, [["the log", content]]), ["the log: jwt"]);
    });
  }

  it("finds one in base64 whatever stands before and after it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 12 }), fc.string(), (before, secret, after) => {
        const text = Buffer.from(`${before}${secret}${after}`).toString("base64");
        return leaks({ secret }, [["text", text]]).length === 1;
      }),
    );
  });

  it("names each secret once for each place, and quotes none", () => {
    const secrets = { one: "the-first-secret", two: "the-second-secret", three: "the-third-secret" };
    const texts = [
      ["b", "the-second-secret the-second-secret the-first-secret"],
      ["a", "the-second-secret"],
      ["a", "the-second-secret"],
      ["c", "nothing"],
    ] as const;
    assert.deepEqual(leaks(secrets, texts), ["a: two", "b: one", "b: two"]);
  });

  it("finds nothing in what only resembles a secret", () => {
    assert.deepEqual(leaks({ jwt: value }, [["the log", value.slice(1) + value.toUpperCase()]]), []);
  });

  it("refuses a value that is in other texts by chance, and does not quote it", () => {
    assert.throws(() => leaks({ port: "5432" }, []), { message: "port has less than 12 characters" });
  });
});
