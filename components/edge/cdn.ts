import * as aws from "@pulumi/aws";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { phases } from "./cdn-rules";
import type { CdnHost } from "./cdn-rules";
import type { CdnTrust } from "./cdn-trust";
import { zoneOf } from "./zones";
import type { DnsZone } from "./zones";

/** A zone of Cloudflare, and the hosts in it that are reached through it. */
export interface CdnZone {
  readonly domain: string;
  readonly zoneId: string;
  readonly hosts: readonly CdnHost[];
}

/** What a {@link Cdn} is made from. */
export interface CdnArgs {
  readonly zones: readonly CdnZone[];
  /** Where the CDN finds the hosts: the load balancer's name. */
  readonly origin: pulumi.Input<string>;
  /** Whether what answers there has certificates of an authority that the world trusts. */
  readonly strict: boolean;
  /** Zones of Route 53 that hold the hosts' own records. */
  readonly dnsZones: readonly DnsZone[];
}

/** End of the name by which Cloudflare serves a host whose zone it is not the authority of. */
const PARTIAL = "cdn.cloudflare.net";
const RECORD_SECONDS = 300;

/**
 * Cloudflare in front of some hosts. Their zones have the partial (CNAME) setup, so that Route 53 stays the authority:
 * a host's record there names Cloudflare, and Cloudflare's record of it names the load balancer. It makes:
 *
 * 1. for each zone, its ruleset of each phase, the settings of bots, and TLS 1.2 as the least;
 * 2. for each host, both records; the one of Route 53 last, for with it requests begin to come.
 */
export class Cdn extends pulumi.ComponentResource {
  /** Uses Cloudflare's default provider, with the token of `cloudflare:apiToken`, and the AWS one that is given. */
  constructor(name: string, args: CdnArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:edge:Cdn", name, {}, opts);
    const { zones, origin, strict, dnsZones } = args;
    const child = { parent: this };
    for (const { domain, zoneId, hosts } of zones) {
      const zone = `${name}-${domain}`;
      const guards = [
        ...phases(hosts, strict).map(
          ({ key, phase, title, rules }) =>
            new cloudflare.Ruleset(
              `${zone}-${key}`,
              { zoneId, kind: "zone", phase, name: title, description: "Slipway's", rules: [...rules] },
              child,
            ),
        ),
        new cloudflare.BotManagement(
          `${zone}-bots`,
          {
            zoneId,
            enableJs: true,
            sbfmDefinitelyAutomated: "block",
            sbfmLikelyAutomated: "managed_challenge",
            sbfmVerifiedBots: "allow",
          },
          child,
        ),
        new cloudflare.ZoneSetting(
          `${zone}-tls`,
          { zoneId, settingId: "min_tls_version", value: "1.2" },
          child,
        ),
      ];
      for (const { host } of hosts) {
        const proxied = new cloudflare.DnsRecord(
          `${name}-${host}`,
          // Automatic, which is all that a proxied record can have.
          { zoneId, name: host, type: "CNAME", content: origin, proxied: true, ttl: 1 },
          child,
        );
        new aws.route53.Record(
          `${name}-${host}-record`,
          {
            zoneId: zoneOf(host, dnsZones).hostedZoneId,
            name: host,
            type: "CNAME",
            ttl: RECORD_SECONDS,
            records: [`${host}.${PARTIAL}`],
          },
          { ...child, dependsOn: [...guards, proxied] },
        );
      }
    }
    this.registerOutputs();
  }
}

/** Where Cloudflare calls from, as it says itself on every update. */
export function cloudflareBlocks(): Pick<CdnTrust, "ipv4Blocks" | "ipv6Blocks"> {
  const ranges = cloudflare.getIpRangesOutput();
  return { ipv4Blocks: ranges.ipv4Cidrs, ipv6Blocks: ranges.ipv6Cidrs };
}
