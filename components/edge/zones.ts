import { nearest } from "../common/nearest";
import { SlipwayError } from "../common/problems";

/** A public Route 53 zone, and the hosts whose records it holds. */
export interface DnsZone {
  /** The hosts of this domain and below it. Absent: every host that no other zone holds. */
  readonly domain?: string;
  readonly hostedZoneId: string;
}

/**
 * The zone that holds the records of a host: the one of the longest domain that the host is in.
 *
 * @throws SlipwayError when there is none, naming the domains that there are.
 */
export function zoneOf(host: string, zones: readonly DnsZone[]): DnsZone {
  const [best] = zones
    .filter(({ domain }) => domain === undefined || host === domain || host.endsWith(`.${domain}`))
    .sort((a, b) => (b.domain ?? "").length - (a.domain ?? "").length);
  if (best !== undefined) return best;
  const domains = zones.flatMap(({ domain }) => domain ?? []);
  const labels = host.split(".");
  const parents = labels.map((_, index) => labels.slice(index).join("."));
  const hint = parents.map((parent) => nearest(parent, domains)).find((text) => text !== "") ?? "";
  throw new SlipwayError({
    where: "edge zones",
    what: `no zone holds the host ${host}${hint}`,
    allowed: domains.length === 0 ? "hosts of a zone, and none is named" : `hosts of ${domains.join(", ")}`,
    todo: "name the zone of its domain under slipway:edge.zones",
  });
}
