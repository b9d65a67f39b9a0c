import * as assert from "node:assert/strict";
import { Edge } from "../../../components/edge/edge";
import type { EdgeArgs } from "../../../components/edge/types";
import { record } from "../../support/recorder";
import { ACME, cluster, edgeArgs, front, hosts } from "./fixtures";

const blocks = { ipv4Blocks: ["192.0.2.0/24"], ipv6Blocks: [], networkBlock: "10.0.0.0/16" };

const cases: readonly (readonly [string, Partial<EdgeArgs>, RegExp])[] = [
  [
    "a host with a wildcard",
    { hosts: [{ system: "a", host: "*.example.com" }] },
    /"\*\.example\.com" of a is no host name/,
  ],
  [
    "a host in capitals",
    { hosts: [{ system: "a", host: "A.example.com" }] },
    /"A\.example\.com" of a is no host name/,
  ],
  [
    "a host without a domain",
    { hosts: [{ system: "a", host: "localhost" }] },
    /"localhost" of a is no host name/,
  ],
  ["an address for a host", { hosts: [{ system: "a", host: "10.0.0.1" }] }, /is no host name/],
  ["a host with a port", { hosts: [{ system: "a", host: "a.example.com:8443" }] }, /is no host name/],
  [
    "a system that cannot name a listener",
    { hosts: [{ system: "My System", host: "a.example.com" }] },
    /"My System" cannot name a listener/,
  ],
  [
    "one host of two systems",
    { hosts: [hosts[0]!, { system: "other", host: "daira.example.com" }] },
    /daira\.example\.com is named twice/,
  ],
  [
    "two hosts of one system",
    { hosts: [hosts[0]!, { system: "daira", host: "b.example.com" }] },
    /daira is named twice/,
  ],
  [
    "more hosts than a gateway has listeners",
    { hosts: Array.from({ length: 64 }, (_, i) => ({ system: `s${i}`, host: `s${i}.example.com` })) },
    /64 hosts are named; allowed: at most 63/,
  ],
  ["no proxy at all", { replicas: 0 }, /replicas: 0 proxies cannot run; allowed: 1 or more/],
  ["half a proxy", { replicas: 1.5 }, /1\.5 proxies cannot run/],
  [
    "an issuer that can warn nobody",
    { issuer: { ...ACME, email: "ops" } },
    /issuer\.email: "ops" is no e-mail address/,
  ],
  [
    "a host that no zone holds, naming the nearest domain",
    { issuer: { ...ACME, zones: [{ domain: "exemple.com", hostedZoneId: "Z1" }] } },
    /no zone holds the host daira\.example\.com \(did you mean "exemple\.com"\?\); allowed: hosts of exemple\.com/,
  ],
  [
    "a load balancer in one zone",
    { front: front("network", { subnetIds: ["subnet-a"] }) },
    /front\.subnetIds: 1 subnets are named; allowed: 2 or more/,
  ],
  [
    "certificates of ACM that nothing can prove",
    { front: front("application") },
    /issuer: no zone can prove the hosts' certificates/,
  ],
  [
    "a firewall that sees only ciphertext",
    { front: front("network", { firewall: { logGroupName: "aws-waf-logs-x", kmsKeyArn: "arn:key" } }) },
    /front\.firewall: a network load balancer hands on what it cannot read/,
  ],
  [
    "a CDN that has nothing to call",
    { cdn: { hosts: ["noa.example.com"], ...blocks } },
    /edge cdn: a CDN has no load balancer to call/,
  ],
  [
    "a CDN of no host",
    { front: front("network"), cdn: { hosts: [], ...blocks } },
    /edge cdn\.hosts: no host is named; allowed: one or more/,
  ],
  [
    "a CDN of a stranger, naming the nearest host",
    { front: front("network"), cdn: { hosts: ["noah.example.com"], ...blocks } },
    /there is no host "noah\.example\.com" \(did you mean "noa\.example\.com"\?\); allowed: daira\.example\.com, noa/,
  ],
  [
    "more hosts than an application load balancer has certificates",
    {
      issuer: ACME,
      front: front("application"),
      hosts: Array.from({ length: 26 }, (_, i) => ({ system: `s${i}`, host: `s${i}.example.com` })),
    },
    /26 hosts are named; allowed: at most 25/,
  ],
];

describe("Edge refuses before any resource exists", () => {
  for (const [what, changes, message] of cases) {
    it(what, async () => {
      let refused: unknown;
      const { resources } = await record(() => {
        const args = edgeArgs(changes, cluster());
        try {
          new Edge("edge", args);
        } catch (error) {
          refused = error;
        }
      });
      assert.ok(refused instanceof Error, "nothing was refused");
      assert.equal(refused.name, "SlipwayError");
      assert.match(refused.message, message);
      assert.deepEqual(
        resources.filter(({ name }) => name.startsWith("edge")),
        [],
      );
    });
  }
});
