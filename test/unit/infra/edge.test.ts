import assert from "node:assert/strict";
import { issuerFor, zonesOf } from "../../../infra/issuer";
import { parseSettings } from "../../../infra/settings";
import type { Settings } from "../../../infra/settings";
import { stages } from "../../../infra/stages";

const REGION = "eu-central-1";
const settings = (edge: object, stage = "staging"): Settings =>
  parseSettings(
    stage,
    {
      "slipway:stage": stage,
      "slipway:network": JSON.stringify({ zones: ["a", "b", "c"].map((zone) => REGION + zone) }),
      "slipway:edge": JSON.stringify(edge),
    },
    REGION,
  );

describe("the edge of a stack", () => {
  it("has an ALB in production, an NLB in staging, and the cluster's own way elsewhere", () => {
    assert.deepEqual(
      Object.entries(stages).map(([name, { loadBalancer }]) => [name, loadBalancer]),
      [
        ["production", "application"],
        ["staging", "network"],
        ["local", "cluster"],
      ],
    );
  });

  it("has no load balancer of AWS in a stage without AWS", () => {
    for (const { cloud, loadBalancer } of Object.values(stages))
      assert.equal(loadBalancer === "cluster", cloud === "existing");
  });

  it("proves its hosts in the zone of each domain, and the others in the one that stands for all", () => {
    const edge = { email: "ops@example.com", hostedZoneId: "Z1", zones: { "example.com": "Z2" } };
    const zones = [{ domain: "example.com", hostedZoneId: "Z2" }, { hostedZoneId: "Z1" }];
    assert.deepEqual(zonesOf(settings(edge)), zones);
    assert.deepEqual(issuerFor(settings(edge)), {
      kind: "acme",
      server: "staging",
      email: "ops@example.com",
      region: REGION,
      zones,
    });
    const production = issuerFor(settings(edge, "production"));
    assert.equal(production.kind === "acme" ? production.server : "", "production");
  });

  it("is enough with zones by domain alone", () => {
    const issuer = issuerFor(settings({ email: "ops@example.com", zones: { "example.com": "Z2" } }));
    assert.deepEqual(issuer.kind === "acme" ? issuer.zones : [], [
      { domain: "example.com", hostedZoneId: "Z2" },
    ]);
  });

  it("signs its own certificates where there is no authority", () => {
    assert.deepEqual(issuerFor(parseSettings("local", { "slipway:stage": "local" }, undefined)), {
      kind: "selfSigned",
    });
  });

  const refused: readonly (readonly [string, object, RegExp])[] = [
    [
      "an authority that can warn nobody",
      { hostedZoneId: "Z1" },
      /slipway:edge of stack staging: email is missing/,
    ],
    ["no zone", { email: "ops@example.com" }, /hostedZoneId is missing; allowed: .*Route 53 zone/],
    [
      "a zone by its domain",
      { email: "ops@example.com", hostedZoneId: "example.com" },
      /slipway:edge\.hostedZoneId of stack staging: "example\.com" is not allowed; allowed: the id of a Route 53/,
    ],
    [
      "a zone of a domain by its domain",
      { email: "ops@example.com", zones: { "example.com": "example.com" } },
      /slipway:edge\.zones\.example\.com of stack staging/,
    ],
    [
      "a zone of no domain",
      { email: "ops@example.com", zones: { Example: "Z1" } },
      /slipway:edge\.zones\.Example of stack staging/,
    ],
  ];
  for (const [what, edge, message] of refused) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => issuerFor(settings(edge)), { name: "SlipwayError", message });
    });
  }
});
