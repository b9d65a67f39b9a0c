import type { WorkloadIdentity } from "../common/contracts";
import type { Manifest, NamedMetadata } from "../common/gateway-api";
import type { DnsZone } from "./zones";

const API = "cert-manager.io/v1";

/** Who signs the certificates of public hosts. */
export type IssuerArgs =
  /** Each certificate signs itself: for clusters that nobody outside can reach. Browsers warn. */
  | { readonly kind: "selfSigned" }
  /** Let's Encrypt, proved by a record in a host's Route 53 zone, so that it needs not be reachable yet. */
  | {
      readonly kind: "acme";
      /** `staging` has wide limits and signs with a root that browsers do not trust. */
      readonly server: "staging" | "production";
      /** Where warnings of expiry go. */
      readonly email: string;
      /** Each public host must be in one of them. */
      readonly zones: readonly DnsZone[];
      readonly region: string;
    };

export interface ClusterIssuerSpec {
  readonly selfSigned?: Readonly<Record<string, never>>;
  readonly acme?: {
    readonly server: string;
    readonly email: string;
    readonly privateKeySecretRef: { readonly name: string };
    /** The one whose selector says most of a host is used. */
    readonly solvers: readonly DnsSolver[];
  };
}

interface DnsSolver {
  /** @default every host */
  readonly selector?: { readonly dnsZones: readonly [string] };
  readonly dns01: { readonly route53: { readonly region: string; readonly hostedZoneID: string } };
}

export interface CertificateSpec {
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly issuerRef: {
    readonly group: "cert-manager.io";
    readonly kind: "ClusterIssuer";
    readonly name: string;
  };
  readonly privateKey: {
    readonly algorithm: "ECDSA";
    readonly size: 256;
    readonly rotationPolicy: "Always";
  };
  readonly usages: readonly string[];
}

const SERVERS = {
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
  production: "https://acme-v02.api.letsencrypt.org/directory",
} as const;

/**
 * The issuer of a stack. It is a ClusterIssuer because cert-manager lends the rights of its own pod, which are
 * what may write to the zone, to no other kind.
 */
export function clusterIssuer(
  name: string,
  issuer: IssuerArgs,
  labels: Readonly<Record<string, string>>,
): Manifest<"ClusterIssuer", ClusterIssuerSpec> {
  const metadata = { name, labels: { ...labels } };
  return { apiVersion: API, kind: "ClusterIssuer", metadata, spec: issuerSpec(name, issuer) };
}

function issuerSpec(name: string, issuer: IssuerArgs): ClusterIssuerSpec {
  if (issuer.kind === "selfSigned") return { selfSigned: {} };
  const { server, email, region, zones } = issuer;
  return {
    acme: {
      server: SERVERS[server],
      email,
      privateKeySecretRef: { name: `${name}-${server}-account` },
      solvers: zones.map(({ domain, hostedZoneId }) => ({
        ...(domain === undefined ? {} : { selector: { dnsZones: [domain] } }),
        dns01: { route53: { region, hostedZoneID: hostedZoneId } },
      })),
    },
  };
}

/** What a host's certificate is made from. */
export interface CertificateArgs {
  readonly host: string;
  readonly issuer: string;
  readonly secretName: string;
}

/** The certificate of one host, with a new key at each renewal. */
export function certificate(
  metadata: NamedMetadata,
  { host, issuer, secretName }: CertificateArgs,
): Manifest<"Certificate", CertificateSpec> {
  return {
    apiVersion: API,
    kind: "Certificate",
    metadata,
    spec: {
      secretName,
      dnsNames: [host],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: issuer },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    },
  };
}

/** Rights of cert-manager's pod: TXT records of challenges in these zones, nothing else. */
export function certificateIdentity(args: {
  readonly partition: string;
  readonly hostedZoneIds: readonly string[];
}): WorkloadIdentity {
  const zones = args.hostedZoneIds.map((id) => `arn:${args.partition}:route53:::hostedzone/${id}`);
  return {
    namespace: "cert-manager",
    serviceAccount: "cert-manager",
    statements: [
      { actions: ["route53:GetChange"], resources: [`arn:${args.partition}:route53:::change/*`] },
      { actions: ["route53:ListResourceRecordSets"], resources: zones },
      {
        actions: ["route53:ChangeResourceRecordSets"],
        resources: zones,
        conditions: {
          "ForAllValues:StringEquals": { "route53:ChangeResourceRecordSetsRecordTypes": "TXT" },
        },
      },
    ],
  };
}
