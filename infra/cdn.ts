import type * as pulumi from "@pulumi/pulumi";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import { Cdn, cloudflareBlocks } from "../components/edge/cdn";
import type { CdnZone } from "../components/edge/cdn";
import type { CacheRule } from "../components/edge/cdn-rules";
import type { CdnTrust } from "../components/edge/cdn-trust";
import { headersOf } from "../components/spec/headers";
import { parseDuration } from "../components/spec/quantities";
import type { StagedSpec } from "../components/spec/stage";
import type { CachedPath } from "../components/spec/types";
import { zonesOf } from "./issuer";
import type { Settings } from "./settings";

/**
 * The zones of Cloudflare that the stack turns on, with the public hosts of systems that want a CDN.
 *
 * @throws SlipwayError when a zone holds no such host, or the stage has no load balancer that a CDN could call.
 */
export function cdnZones(
  settings: Pick<Settings, "stack" | "stage" | "stageName" | "edge" | "cloudflare">,
  specs: readonly Pick<StagedSpec, "host" | "headers" | "cdn">[],
): readonly CdnZone[] {
  const { stack, stage, stageName, edge, cloudflare } = settings;
  const where = `slipway:cloudflare.zones of stack ${stack}`;
  const domains = Object.keys(cloudflare.zones);
  if (domains.length > 0 && stage.loadBalancer === "cluster") {
    const what = `${stageName} has no load balancer that a CDN could call`;
    throw new SlipwayError({ where, what, todo: "remove the zones" });
  }
  const wanted = specs.flatMap(({ host, cdn, headers }) =>
    host === undefined || cdn === undefined
      ? []
      : [
          {
            host,
            cache: cdn.cache.map(inSeconds),
            headers: headersOf(headers === undefined ? {} : { headers }),
          },
        ],
  );
  const named = wanted.map(({ host }) => host);
  const parents = named.flatMap((host) => host.split(".").map((_, at, all) => all.slice(at).join(".")));
  const zones = Object.entries(cloudflare.zones).map(([domain, zoneId]) => {
    // The longest domain has a host, as with zones of Route 53.
    const hosts = wanted.filter(({ host }) => longest(host, domains) === domain);
    if (hosts.length > 0) return { domain, zoneId, hosts };
    throw new SlipwayError({
      where,
      what: `no system with a cdn has a host in ${domain}${nearest(domain, parents)}`,
      allowed:
        named.length === 0 ? "none: no system of the stack has a cdn" : `a domain of ${named.join(", ")}`,
      todo: "remove or correct it",
    });
  });
  // A CNAME, which a host behind the CDN has in both places, cannot stand where a zone has its own records.
  const apexes = [...domains, ...Object.keys(edge.zones)];
  const apex = zones.flatMap(({ hosts }) => hosts).find(({ host }) => apexes.includes(host));
  if (apex === undefined) return zones;
  throw new SlipwayError({
    where,
    what: `${apex.host} is the domain of a zone, and cannot go through the CDN`,
    allowed: `hosts below it, such as www.${apex.host}`,
  });
}

function inSeconds({ path, edge, browser }: CachedPath): CacheRule {
  return { path, edgeSeconds: parseDuration(edge) / 1000, browserSeconds: parseDuration(browser) / 1000 };
}

function longest(host: string, domains: readonly string[]): string | undefined {
  return domains
    .filter((domain) => host === domain || host.endsWith(`.${domain}`))
    .sort((a, b) => b.length - a.length)[0];
}

/** What the edge must know of the CDN; undefined where the stack has none. */
export function cdnTrust(
  zones: readonly CdnZone[],
  settings: Pick<Settings, "network">,
): CdnTrust | undefined {
  const { network } = settings;
  if (zones.length === 0 || network === undefined) return undefined;
  const hosts = zones.flatMap((zone) => zone.hosts.map(({ host }) => host));
  return { hosts, networkBlock: network.cidr, ...cloudflareBlocks() };
}

/** Makes the CDN in front of the load balancer; nothing where the stack has none. */
export function createCdn(
  zones: readonly CdnZone[],
  settings: Pick<Settings, "edge" | "stage">,
  origin: pulumi.Output<string> | undefined,
  providers: readonly pulumi.ProviderResource[],
): void {
  if (zones.length === 0 || origin === undefined) return;
  const { stage } = settings;
  // ACM's authorities are trusted by all; the staging one of Let's Encrypt by nobody.
  const strict = stage.loadBalancer === "application" || stage.issuer === "letsencrypt";
  new Cdn("cdn", { zones, origin, strict, dnsZones: zonesOf(settings) }, { providers: [...providers] });
}
