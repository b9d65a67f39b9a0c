import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { firewallRules } from "../../../components/edge/firewall-rules";
import { Cdn, cloudflareBlocks } from "../../../components/edge/cdn";
import type { CdnArgs } from "../../../components/edge/cdn";
import { phases } from "../../../components/edge/cdn-rules";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";
import { ACME, front, outputs, recordEdge } from "./fixtures";

const RULESET = "cloudflare:index/ruleset:Ruleset";
const RECORD = "cloudflare:index/dnsRecord:DnsRecord";
const ROUTE53 = "aws:route53/record:Record";
const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const IP_SET = "aws:wafv2/ipSet:IpSet";
const CLIENTS = "kubernetes:gateway.envoyproxy.io/v1alpha1:ClientTrafficPolicy";
const RELEASE = "kubernetes:helm.sh/v3:Release";
const ZONE = "0123456789abcdef0123456789abcdef";
const shop = {
  host: "shop.example.com",
  cache: [{ path: "/assets", edgeSeconds: 3600, browserSeconds: 60 }],
  headers: { "X-Frame-Options": "DENY" },
};
const bare = { host: "bare.example.com", cache: [], headers: {} };

function recordCdn(changes: Partial<CdnArgs> = {}): Promise<Recording<Cdn>> {
  return record(
    () => {
      const provider = new aws.Provider("aws", { region: "eu-central-1" });
      const args = {
        zones: [{ domain: "example.com", zoneId: ZONE, hosts: [shop] }],
        origin: "edge.elb.example.com",
        strict: true,
        dnsZones: [{ hostedZoneId: "Z1" }],
        ...changes,
      };
      return new Cdn("cdn", args, { providers: [provider] });
    },
    { outputs },
  );
}

describe("Cdn", () => {
  it("is exactly these objects for a zone with one host", async () => {
    assert.deepEqual((await recordCdn()).counts(), {
      "pulumi:providers:aws": 1,
      "slipway:edge:Cdn": 1,
      [RULESET]: 4,
      "cloudflare:index/botManagement:BotManagement": 1,
      "cloudflare:index/zoneSetting:ZoneSetting": 1,
      [RECORD]: 1,
      [ROUTE53]: 1,
    });
  });

  it("leads from the host's record by Cloudflare to the load balancer", async () => {
    const made = await recordCdn();
    assert.deepEqual(made.one(ROUTE53).inputs, {
      zoneId: "Z1",
      name: "shop.example.com",
      type: "CNAME",
      ttl: 300,
      records: ["shop.example.com.cdn.cloudflare.net"],
    });
    assert.deepEqual(made.one(RECORD).inputs, {
      zoneId: ZONE,
      name: "shop.example.com",
      type: "CNAME",
      content: "edge.elb.example.com",
      proxied: true,
      ttl: 1,
    });
  });

  it("sends nobody to Cloudflare before all of the zone's rules are there", async () => {
    const made = await recordCdn();
    const { dependsOn } = made.one(ROUTE53);
    const theirs = made.resources.filter(({ type }) => type.startsWith("cloudflare:"));
    assert.equal(theirs.length, 7);
    for (const { urn } of theirs) assert.ok(dependsOn.includes(urn), urn);
  });

  it("has a ruleset of each phase, which is the zone's only one", async () => {
    const made = await recordCdn();
    assert.deepEqual(
      made
        .ofType(RULESET)
        .map(({ name, inputs }): unknown[] => [name, inputs["phase"], inputs["kind"], inputs["zoneId"]])
        .sort(),
      [
        ["cdn-example.com-cache", "http_request_cache_settings", "zone", ZONE],
        ["cdn-example.com-ddos", "ddos_l7", "zone", ZONE],
        ["cdn-example.com-headers", "http_response_headers_transform", "zone", ZONE],
        ["cdn-example.com-origin", "http_config_settings", "zone", ZONE],
      ],
    );
  });

  it("blocks what is surely a bot, asks what may be one, and lets known ones in", async () => {
    assert.deepEqual((await recordCdn()).one("cloudflare:index/botManagement:BotManagement").inputs, {
      zoneId: ZONE,
      enableJs: true,
      sbfmDefinitelyAutomated: "block",
      sbfmLikelyAutomated: "managed_challenge",
      sbfmVerifiedBots: "allow",
    });
  });

  it("speaks TLS 1.2 or better", async () => {
    assert.deepEqual((await recordCdn()).one("cloudflare:index/zoneSetting:ZoneSetting").inputs, {
      zoneId: ZONE,
      settingId: "min_tls_version",
      value: "1.2",
    });
  });

  it("keeps each zone's hosts to itself", async () => {
    const other = "f".repeat(32);
    const made = await recordCdn({
      zones: [
        { domain: "example.com", zoneId: ZONE, hosts: [shop] },
        { domain: "example.org", zoneId: other, hosts: [{ ...bare, host: "bare.example.org" }] },
      ],
      dnsZones: [{ hostedZoneId: "Z1" }, { domain: "example.org", hostedZoneId: "Z2" }],
    });
    const record = made.one(RECORD, "cdn-bare.example.org");
    assert.equal(record.inputs["zoneId"], other);
    assert.equal(made.one(ROUTE53, "cdn-bare.example.org-record").inputs["zoneId"], "Z2");
    for (const { name, inputs } of made.ofType(RULESET)) {
      const [mine, theirs] = name.includes("example.org")
        ? ["example.org", "example.com"]
        : ["example.com", "example.org"];
      assert.equal(inputs["zoneId"], mine === "example.org" ? other : ZONE);
      assert.equal(JSON.stringify(inputs["rules"]).includes(theirs), false, name);
    }
  });

  it("asks Cloudflare itself where it calls from", async () => {
    const { result } = await record(() => cloudflareBlocks(), {
      call: ({ token }) =>
        token === "cloudflare:index/getIpRanges:getIpRanges"
          ? { ipv4Cidrs: ["192.0.2.0/24"], ipv6Cidrs: ["2001:db8::/32"] }
          : {},
    });
    assert.deepEqual(await value(result.ipv4Blocks as never), ["192.0.2.0/24"]);
    assert.deepEqual(await value(result.ipv6Blocks as never), ["2001:db8::/32"]);
  });
});

describe("the rules of a CDN's zone", () => {
  const rulesOf = (key: string, hosts = [shop], strict = true) =>
    phases(hosts, strict).find((plan) => plan.key === key)?.rules ?? [];

  it("keep files under a path by whole segments, of one host, and no error", () => {
    assert.deepEqual(rulesOf("cache"), [
      {
        ref: "cache-shop.example.com/assets",
        description: "Keep /assets of shop.example.com",
        expression:
          '(http.host eq "shop.example.com" and (http.request.uri.path eq "/assets" or starts_with(http.request.uri.path, "/assets/")))',
        action: "set_cache_settings",
        actionParameters: {
          cache: true,
          edgeTtl: {
            mode: "override_origin",
            default: 3600,
            statusCodeTtls: [{ statusCodeRange: { from: 400 }, value: -1 }],
          },
          browserTtl: { mode: "override_origin", default: 60 },
        },
      },
    ]);
  });

  it("set the system's headers on all that the host answers", () => {
    assert.deepEqual(rulesOf("headers"), [
      {
        ref: "headers-shop.example.com",
        description: "Security headers of shop.example.com",
        expression: 'http.host eq "shop.example.com"',
        action: "rewrite",
        actionParameters: { headers: { "X-Frame-Options": { operation: "set", value: "DENY" } } },
      },
    ]);
  });

  for (const [strict, ssl] of [
    [true, "strict"],
    [false, "full"],
  ] as const) {
    it(`encrypt to a load balancer ${strict ? "and check its certificate" : "whose certificate nobody trusts"}`, () => {
      const [rule] = rulesOf("origin", [shop], strict);
      assert.deepEqual([rule?.action, rule?.actionParameters], ["set_config", { ssl }]);
    });
  }

  it("block floods of the whole zone", () => {
    const [rule, ...more] = rulesOf("ddos");
    assert.deepEqual([rule?.expression, rule?.action, more], ["true", "execute", []]);
    assert.deepEqual(rule?.actionParameters, {
      id: "4d21379b4f9f4bb088e0729962c8b3cf",
      overrides: { action: "block", sensitivityLevel: "default" },
    });
  });

  it("leave out a phase that has nothing to do", () => {
    assert.deepEqual(
      phases([bare], true).map(({ key }) => key),
      ["ddos", "origin", "headers"],
    );
  });

  it("keep their refs when a host comes before them", () => {
    const refs = (hosts: (typeof shop)[]) =>
      phases(hosts, true).flatMap(({ rules }) => rules.map(({ ref }) => ref));
    const after = refs([{ ...shop, host: "a.example.com" }, shop]);
    for (const ref of refs([shop])) assert.ok(after.includes(ref));
    assert.equal(new Set(after).size, after.length);
  });
});

describe("Edge behind a CDN", () => {
  const firewall = { logGroupName: "aws-waf-logs-test", kmsKeyArn: "arn:key" };
  const cdn = {
    hosts: ["noa.example.com"],
    ipv4Blocks: ["198.51.100.0/24", "192.0.2.0/24"],
    ipv6Blocks: ["2001:db8::/32"],
    networkBlock: "10.0.0.0/16",
  };
  const application = { issuer: ACME, front: front("application", { firewall }), cdn };
  const network = { issuer: ACME, front: front("network"), cdn };

  it("believes the network and the CDN about the client, whatever the load balancer", async () => {
    for (const changes of [application, network]) {
      const { spec } = (await recordEdge(changes)).one(CLIENTS).inputs;
      assert.deepEqual(spec.clientIPDetection, {
        xForwardedFor: { trustedCIDRs: ["10.0.0.0/16", "192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"] },
      });
    }
  });

  it("leaves the records of the CDN's hosts, and no others, to it", async () => {
    for (const [changes, excludeDomains] of [
      [network, ["noa.example.com"]],
      [{ ...network, cdn: undefined } as never, []],
    ] as const) {
      const made = await recordEdge({ ...changes, addons: "install" });
      assert.deepEqual(
        made.one(RELEASE, "edge-external-dns").inputs["values"].excludeDomains,
        excludeDomains,
      );
    }
  });

  it("tells the firewall where the CDN calls from, by sets of its own", async () => {
    const made = await recordEdge(application);
    assert.deepEqual(
      made
        .ofType(IP_SET)
        .map(({ name, inputs }): unknown[] => [name, inputs["ipAddressVersion"], inputs["addresses"]])
        .sort(),
      [
        ["edge-front-cdn-ipv4", "IPV4", ["192.0.2.0/24", "198.51.100.0/24"]],
        ["edge-front-cdn-ipv6", "IPV6", ["2001:db8::/32"]],
      ],
    );
    assert.equal(made.one(WEB_ACL).inputs["rules"].length, 7);
  });

  it("has no such set without a firewall, or without a CDN", async () => {
    assert.equal((await recordEdge(network)).ofType(IP_SET).length, 0);
    assert.equal((await recordEdge({ ...application, cdn: undefined } as never)).ofType(IP_SET).length, 0);
  });
});

describe("the firewall's rules for hosts behind a CDN", () => {
  const isHost = (regexString: string): object => ({
    regexMatchStatement: {
      fieldToMatch: { singleHeader: { name: "host" } },
      regexString,
      textTransformations: [{ priority: 0, type: "LOWERCASE" }],
    },
  });
  const [NOA, DAIRA] = [
    String.raw`^noa\.example\.com\.?(:[0-9]+)?$`,
    String.raw`^daira\.example\.com\.?(:[0-9]+)?$`,
  ];
  const isIn = (arn: string): object => ({ ipSetReferenceStatement: { arn } });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the package's own types hold outputs everywhere.
  const rules = (hosts: string[]): Record<string, any>[] =>
    firewallRules({ cdn: { hosts, setArns: ["arn:4", "arn:6"] } });

  it("come first, each with a priority of its own", () => {
    assert.deepEqual(
      rules(["noa.example.com"])
        .slice(0, 4)
        .map(({ name, priority }): unknown[] => [priority, name]),
      [
        [0, "cdn-hosts-by-cdn-alone"],
        [1, "rate-per-address"],
        [2, "rate-per-address-by-cdn"],
        [3, "AWSManagedRulesAmazonIpReputationList"],
      ],
    );
  });

  it("block who comes past the CDN, and count clients by what it says of them", () => {
    const [alone, direct, byCdn] = rules(["noa.example.com"]);
    assert.deepEqual(alone!.action, { block: {} });
    assert.deepEqual(alone!.statement.andStatement.statements, [
      isHost(NOA),
      { notStatement: { statement: { orStatement: { statements: [isIn("arn:4"), isIn("arn:6")] } } } },
    ]);
    assert.equal(direct!.statement.rateBasedStatement.aggregateKeyType, "IP");
    assert.deepEqual(direct!.statement.rateBasedStatement.scopeDownStatement, {
      notStatement: { statement: isHost(NOA) },
    });
    assert.deepEqual(byCdn!.statement.rateBasedStatement, {
      limit: 30_000,
      evaluationWindowSec: 300,
      aggregateKeyType: "FORWARDED_IP",
      forwardedIpConfig: { headerName: "CF-Connecting-IP", fallbackBehavior: "MATCH" },
      scopeDownStatement: isHost(NOA),
    });
  });

  it("choose among hosts only where there are two", () => {
    const [alone] = rules(["noa.example.com", "daira.example.com"]);
    assert.deepEqual(alone!.statement.andStatement.statements[0], {
      orStatement: { statements: [isHost(NOA), isHost(DAIRA)] },
    });
  });

  it("know a host by every name that the proxies take for it, and no other", () => {
    const host = new RegExp(NOA);
    for (const name of ["noa.example.com", "noa.example.com:443", "noa.example.com."])
      assert.match(name, host);
    for (const name of ["noaxexample.com", "a.noa.example.com", "noa.example.com.evil.test"])
      assert.doesNotMatch(name, host);
  });
});
