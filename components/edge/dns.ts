import type { ClusterContract, WorkloadIdentity } from "../common/contracts";
import { EXTERNAL_DNS_NAMESPACE } from "./addons";
import type { DnsArgs } from "./addons";
import type { IssuerArgs } from "./certificates";

/** Rights of external-dns's pod: the records of these zones; the names of all, for it looks them up by a list. */
export function dnsIdentity(args: {
  readonly partition: string;
  readonly hostedZoneIds: readonly string[];
}): WorkloadIdentity {
  const zones = args.hostedZoneIds.map((id) => `arn:${args.partition}:route53:::hostedzone/${id}`);
  return {
    namespace: EXTERNAL_DNS_NAMESPACE,
    serviceAccount: "external-dns",
    statements: [
      { actions: ["route53:ListHostedZones"], resources: ["*"] },
      {
        actions: [
          "route53:ChangeResourceRecordSets",
          "route53:ListResourceRecordSets",
          "route53:ListTagsForResources",
        ],
        resources: zones,
      },
    ],
  };
}

/** What external-dns keeps for a cluster; nothing where no certificate is proved in a zone. */
export function dnsArgs(
  cluster: ClusterContract,
  issuer: IssuerArgs,
  exceptHosts: readonly string[] = [],
): DnsArgs | undefined {
  if (issuer.kind !== "acme") return undefined;
  const hostedZoneIds = [...new Set(issuer.zones.map(({ hostedZoneId }) => hostedZoneId))];
  return { owner: cluster.name, hostedZoneIds, region: issuer.region, exceptHosts };
}
