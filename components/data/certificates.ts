import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { issuer, privateCertificate } from "../common/cert-manager";
import type { NamedMetadata } from "../common/gateway-api";

/** Hours of ten years, and of a quarter of one. */
const DECADE = "87600h";
const QUARTER = "2190h";
const TEN_DAYS = "240h";
const YEAR = "8760h";

export interface CertificatesArgs {
  /** The store's name, under which its users reach it. */
  readonly store: string;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What a store's certificates come from, and where they are. */
export interface Certificates {
  /** Secret with `tls.crt`, `tls.key` and `ca.crt`, which cert-manager writes and renews. */
  readonly secretName: string;
  readonly certificate: pulumi.Resource;
}

/** Names under which a store inside the cluster may be reached; its certificate covers each of them. */
export function dnsNames(store: string, namespace: pulumi.Input<string>): readonly pulumi.Input<string>[] {
  const inNamespace = pulumi.interpolate`${store}.${namespace}`;
  return [
    store,
    inNamespace,
    pulumi.interpolate`${inNamespace}.svc`,
    pulumi.interpolate`${inNamespace}.svc.cluster.local`,
  ];
}

/**
 * Creates an authority of the store's own and the certificate that it serves. The key of the authority stays when its
 * certificate is renewed, so that what trusted the old one trusts the new one; the server's key is a new one each time.
 */
export function createCertificates(
  name: string,
  { store, namespace, labels }: CertificatesArgs,
  opts: pulumi.CustomResourceOptions,
): Certificates {
  const metadata = (object: string): NamedMetadata => ({ name: object, namespace, labels });
  const make = (purpose: string, manifest: object, dependsOn: pulumi.Resource[]): pulumi.Resource =>
    new k8s.apiextensions.CustomResource(
      `${name}-${purpose}`,
      manifest as k8s.apiextensions.CustomResourceArgs,
      pulumi.mergeOptions(opts, { dependsOn }),
    );
  const selfSigned = `${store}-self-signed`;
  const authority = `${store}-ca`;
  const server = `${store}-tls`;
  const key = { algorithm: "ECDSA", size: 256 } as const;

  const root = make("self-signed", issuer(metadata(selfSigned), { selfSigned: {} }), []);
  const signing = make(
    "authority",
    privateCertificate(metadata(authority), {
      secretName: authority,
      issuer: selfSigned,
      isCA: true,
      commonName: authority,
      duration: DECADE,
      renewBefore: YEAR,
      privateKey: { ...key, rotationPolicy: "Never" },
      usages: ["cert sign", "crl sign"],
    }),
    [root],
  );
  const signer = make("issuer", issuer(metadata(authority), { ca: { secretName: authority } }), [signing]);
  const certificate = make(
    "certificate",
    privateCertificate(metadata(server), {
      secretName: server,
      issuer: authority,
      dnsNames: dnsNames(store, namespace),
      duration: QUARTER,
      renewBefore: TEN_DAYS,
      privateKey: { ...key, rotationPolicy: "Always" },
      usages: ["digital signature", "server auth"],
    }),
    [signer],
  );
  return { secretName: server, certificate };
}
