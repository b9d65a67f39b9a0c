import { nearest } from "../common/nearest";
import { SlipwayError } from "../common/problems";
import type { EdgeArgs } from "./types";
import { zoneOf } from "./zones";

const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
// "https-" and the name are a listener's name, which is at most 63 in a label.
const SYSTEM = /^[a-z]([a-z0-9-]{0,55}[a-z0-9])?$/;
/** Listeners of a Gateway, one of which redirects (https://gateway-api.sigs.k8s.io/reference/spec/#gatewayspec). */
const MOST_HOSTS = 63;
/** Certificates of an ALB besides its default (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html). */
const MOST_CERTIFICATES = 25;

/**
 * Refuses what the API server would refuse late, before any resource exists.
 *
 * @throws SlipwayError naming the argument, its value and what is allowed.
 */
export function validate(args: EdgeArgs): void {
  const { hosts, replicas, issuer, front } = args;
  const most = front?.kind === "application" ? MOST_CERTIFICATES : MOST_HOSTS;
  if (hosts.length > most) refuse("hosts", `${hosts.length} hosts are named`, `at most ${most}`);
  for (const { system, host } of hosts) {
    if (!SYSTEM.test(system))
      refuse("hosts", `"${system}" cannot name a listener`, "a DNS label of at most 57 characters");
    if (!HOST.test(host))
      refuse("hosts", `"${host}" of ${system} is no host name`, "a lower-case DNS name without a wildcard");
  }
  unique(hosts.map(({ host }) => host));
  unique(hosts.map(({ system }) => system));
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 1)) {
    refuse("replicas", `${replicas} proxies cannot run`, "1 or more");
  }
  if (issuer.kind === "acme" && !/^[^@\s]+@[^@\s]+$/.test(issuer.email)) {
    refuse("issuer.email", `"${issuer.email}" is no e-mail address`, "an address that somebody reads");
  }
  checkFront(args);
  checkCdn(args);
}

function checkCdn({ hosts, front, cdn }: EdgeArgs): void {
  if (cdn === undefined) return;
  const names = hosts.map(({ host }) => host);
  if (front === undefined)
    refuse("cdn", "a CDN has no load balancer to call", "none, or an edge with a front");
  if (cdn.hosts.length === 0) refuse("cdn.hosts", "no host is named", "one or more");
  const stranger = cdn.hosts.find((host) => !names.includes(host));
  if (stranger !== undefined) {
    refuse(
      "cdn.hosts",
      `there is no host "${stranger}"${nearest(stranger, names)}`,
      names.join(", ") || "none: the edge has no hosts",
    );
  }
}

function checkFront({ hosts, issuer, front }: EdgeArgs): void {
  if (issuer.kind === "acme") for (const { host } of hosts) zoneOf(host, issuer.zones);
  if (front === undefined) return;
  // A load balancer stands in two zones at least (both kinds; AWS refuses fewer for an ALB).
  if (front.subnetIds.length < 2) {
    refuse(
      "front.subnetIds",
      `${front.subnetIds.length} subnets are named`,
      "2 or more, in zones of their own",
    );
  }
  if (front.kind === "application" && issuer.kind !== "acme" && hosts.length > 0) {
    refuse("issuer", "no zone can prove the hosts' certificates to ACM", "acme, with a zone for each host");
  }
  if (front.kind === "network" && front.firewall !== undefined) {
    refuse(
      "front.firewall",
      "a network load balancer hands on what it cannot read",
      "none, or kind application",
    );
  }
}

function unique(values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined)
    refuse("hosts", `${twice} is named twice`, "one host for each system, and each host once");
}

function refuse(where: string, what: string, allowed: string): never {
  throw new SlipwayError({ where: `edge ${where}`, what, allowed });
}
