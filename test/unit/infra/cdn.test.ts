import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { securityHeaders } from "../../../components/spec/headers";
import { cdnTrust, cdnZones, createCdn } from "../../../infra/cdn";
import { parseSettings } from "../../../infra/settings";
import type { Settings } from "../../../infra/settings";
import { systems } from "../../../infra/systems";
import { record, value } from "../../support/recorder";

const REGION = "eu-central-1";
const ZONE = "0123456789abcdef0123456789abcdef";
const OTHER = "f".repeat(32);
const settings = (zones: object, stage = "production", edge: object = {}): Settings =>
  parseSettings(
    stage,
    {
      "slipway:stage": stage,
      "slipway:network": JSON.stringify({ zones: ["a", "b", "c"].map((zone) => REGION + zone) }),
      "slipway:edge": JSON.stringify({ email: "ops@example.com", hostedZoneId: "Z1", ...edge }),
      "slipway:cloudflare": JSON.stringify({ zones }),
    },
    REGION,
  );
const cdn = { cache: [{ path: "/assets", edge: "30d", browser: "1h" }] } as const;
const shop = { host: "shop.example.com", cdn };
const plain = { host: "plain.example.com" };
const blocks = { ipv4Cidrs: ["192.0.2.0/24"], ipv6Cidrs: ["2001:db8::/32"] };

describe("the CDN of a stack", () => {
  it("is off unless config names a zone, in the settings and in the program", () => {
    assert.deepEqual(cdnZones(settings({}), [shop]), []);
    assert.equal(cdnTrust([], settings({})), undefined);
    assert.deepEqual(cdnZones(parseSettings("local", { "slipway:stage": "local" }, undefined), [shop]), []);
  });

  it("has the hosts of systems that want one, with spans in seconds and the system's headers", () => {
    const headers = { "X-Frame-Options": null, "X-Own": "1" };
    assert.deepEqual(cdnZones(settings({ "example.com": ZONE }), [{ ...shop, headers }, plain, { cdn }]), [
      {
        domain: "example.com",
        zoneId: ZONE,
        hosts: [
          {
            host: "shop.example.com",
            cache: [{ path: "/assets", edgeSeconds: 2_592_000, browserSeconds: 3600 }],
            headers: Object.fromEntries(
              [...Object.entries(securityHeaders), ["X-Own", "1"] as const]
                .filter(([name]) => name !== "X-Frame-Options")
                .sort(([a], [b]) => (a < b ? -1 : 1)),
            ),
          },
        ],
      },
    ]);
  });

  it("leaves out hosts of domains that it is not turned on for", () => {
    const [zone, ...more] = cdnZones(settings({ "example.com": ZONE }), [
      shop,
      { ...shop, host: "a.example.org" },
    ]);
    assert.deepEqual([zone?.hosts.map(({ host }) => host), more], [["shop.example.com"], []]);
  });

  it("gives a host to the longest domain", () => {
    const zones = cdnZones(settings({ "example.com": ZONE, "in.example.com": OTHER }), [
      shop,
      { ...shop, host: "a.in.example.com" },
    ]);
    assert.deepEqual(
      zones.map(({ zoneId, hosts }) => [zoneId, hosts.map(({ host }) => host)]),
      [
        [ZONE, ["shop.example.com"]],
        [OTHER, ["a.in.example.com"]],
      ],
    );
  });

  it("is Omnitide's, and no other system's", () => {
    const wanting = Object.values(systems).filter((spec) => spec.cdn !== undefined);
    assert.deepEqual(
      wanting.map(({ name }) => name),
      ["omnitide"],
    );
  });

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      "a zone with no such host, naming the nearest domain",
      () => cdnZones(settings({ "exemple.com": ZONE }), [shop]),
      /slipway:cloudflare\.zones of stack production: no system with a cdn has a host in exemple\.com \(did you mean "example\.com"\?\); allowed: a domain of shop\.example\.com/,
    ],
    [
      "a zone whose only host wants no CDN",
      () => cdnZones(settings({ "example.com": ZONE }), [plain]),
      /no system with a cdn has a host in example\.com; allowed: none: no system of the stack has a cdn/,
    ],
    [
      "a zone in a stage that a CDN cannot reach",
      () =>
        cdnZones(
          parseSettings(
            "local",
            {
              "slipway:stage": "local",
              "slipway:cloudflare": JSON.stringify({ zones: { "example.com": ZONE } }),
            },
            undefined,
          ),
          [shop],
        ),
      /slipway:cloudflare\.zones of stack local: local has no load balancer that a CDN could call; remove the zones/,
    ],
    [
      "a host that is its zone's own domain",
      () => cdnZones(settings({ "shop.example.com": ZONE }), [shop]),
      /shop\.example\.com is the domain of a zone, and cannot go through the CDN; allowed: hosts below it/,
    ],
    [
      "a host that is a Route 53 zone's own domain",
      () =>
        cdnZones(settings({ "example.com": ZONE }, "production", { zones: { "shop.example.com": "Z2" } }), [
          shop,
        ]),
      /shop\.example\.com is the domain of a zone/,
    ],
    [
      "a zone by its domain",
      () => settings({ "example.com": "example.com" }),
      /slipway:cloudflare\.zones\.example\.com of stack production: "example\.com" is not allowed; allowed: the id of a zone at Cloudflare/,
    ],
    [
      "a domain that is none",
      () => settings({ example: ZONE }),
      /slipway:cloudflare\.zones\.example of stack production: "example" is not allowed; allowed: a domain/,
    ],
  ];
  for (const [what, run, expected] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(run, (error: Error) => {
        assert.equal(error.name, "SlipwayError");
        assert.match(error.message, expected);
        return true;
      });
    });
  }

  it("is trusted with its own blocks and the network's", async () => {
    const on = settings({ "example.com": ZONE });
    const { result } = await record(() => cdnTrust(cdnZones(on, [shop]), on), { call: () => blocks });
    assert.ok(result !== undefined);
    assert.deepEqual([result.hosts, result.networkBlock], [["shop.example.com"], "10.0.0.0/16"]);
    assert.deepEqual(await value(result.ipv4Blocks as never), ["192.0.2.0/24"]);
  });

  for (const [loadBalancer, issuer, ssl] of [
    ["application", "letsencrypt", "strict"],
    ["application", "letsencrypt-staging", "strict"],
    ["network", "letsencrypt", "strict"],
    ["network", "letsencrypt-staging", "full"],
  ] as const) {
    it(`encrypts ${ssl} to a load balancer of the kind ${loadBalancer} with certificates of ${issuer}`, async () => {
      const read = settings({ "example.com": ZONE });
      const on = { ...read, stage: { ...read.stage, loadBalancer, issuer } };
      const made = await record(() => {
        const provider = new aws.Provider("aws", { region: REGION });
        createCdn(cdnZones(on, [shop]), on, pulumi.output("edge.elb.example.com"), [provider]);
      });
      const { rules } = made.one("cloudflare:index/ruleset:Ruleset", "cdn-example.com-origin").inputs;
      assert.deepEqual(rules[0].actionParameters, { ssl });
      assert.equal(made.one("aws:route53/record:Record").inputs["zoneId"], "Z1");
      assert.match(made.one("aws:route53/record:Record").provider, /::aws::/);
    });
  }

  it("makes nothing where it is off", async () => {
    const { counts } = await record(() => createCdn([], settings({}), undefined, []));
    assert.deepEqual(counts(), {});
  });
});
