import type { SecurityGroupRole } from "../common/contracts";
import { PROXY_PORTS } from "../common/gateway-api";

/** What each group is for, as its description says. */
export const roles: Readonly<Record<SecurityGroupRole, string>> = {
  edge: "Load balancers that face the internet",
  app: "Nodes and pods that serve requests",
  metrics: "Prometheus and the targets that it scrapes",
  cache: "Redis and Valkey",
  database: "PostgreSQL",
};

/** One kind of traffic that is let through. It opens the sender's way out and the receiver's way in. */
export interface Flow {
  readonly from: SecurityGroupRole | "internet";
  readonly to: SecurityGroupRole | "internet";
  /** TCP port at the receiver. */
  readonly port: number;
  /** Why; AWS takes letters, digits, spaces and `._-:/()#,@[]+=&;{}!$*`, at most 255 characters. */
  readonly description: string;
}

export const flows: readonly Flow[] = [
  { from: "internet", to: "edge", port: 80, description: "HTTP from anywhere, to be redirected to HTTPS" },
  { from: "internet", to: "edge", port: 443, description: "HTTPS from anywhere" },
  { from: "edge", to: "app", port: 8080, description: "Requests from the load balancers to the apps" },
  // The gateway's proxies run on the nodes of the role `app`; these ports also take the load balancers' health checks.
  { from: "edge", to: "app", port: PROXY_PORTS.http, description: "HTTP to the proxies, which redirect it" },
  { from: "edge", to: "app", port: PROXY_PORTS.https, description: "HTTPS to the proxies, which end TLS" },
  { from: "app", to: "metrics", port: 9090, description: "Queries and scrapes of metrics" },
  { from: "app", to: "cache", port: 6379, description: "Apps to their caches" },
  { from: "app", to: "database", port: 5432, description: "Apps to their databases" },
  { from: "app", to: "internet", port: 443, description: "HTTPS from apps to AWS and to services outside" },
];

/** A rule of one group. */
export interface Rule {
  readonly direction: "ingress" | "egress";
  /** Unique among all rules: `app-ingress-8080-from-edge`. */
  readonly key: string;
  readonly group: SecurityGroupRole;
  /** The other side. */
  readonly peer: SecurityGroupRole | "internet";
  readonly port: number;
  readonly description: string;
}

/** Both ends of every flow, except the end that is the internet. */
export function rulesOf(list: readonly Flow[]): readonly Rule[] {
  return list.flatMap(({ from, to, port, description }) => [
    ...(to === "internet" ? [] : [rule("ingress", to, from, port, description)]),
    ...(from === "internet" ? [] : [rule("egress", from, to, port, description)]),
  ]);
}

function rule(
  direction: Rule["direction"],
  group: SecurityGroupRole,
  peer: Rule["peer"],
  port: number,
  description: string,
): Rule {
  const key = `${group}-${direction}-${port}-${direction === "ingress" ? "from" : "to"}-${peer}`;
  return { direction, key, group, peer, port, description };
}
