import type * as pulumi from "@pulumi/pulumi";
import type { NamedMetadata } from "./gateway-api";

const API = "cert-manager.io/v1";

/** An issuer of one namespace: of certificates that sign themselves, or by the authority whose key a Secret holds. */
export interface Issuer {
  readonly apiVersion: typeof API;
  readonly kind: "Issuer";
  readonly metadata: NamedMetadata;
  readonly spec: { readonly selfSigned: object } | { readonly ca: { readonly secretName: string } };
}

/** Fields of a Certificate that we set. cert-manager writes `tls.crt`, `tls.key` and `ca.crt` into its Secret. */
export interface PrivateCertificateSpec {
  readonly secretName: string;
  readonly commonName?: string;
  readonly dnsNames?: readonly pulumi.Input<string>[];
  readonly isCA?: boolean;
  /** Spans of hours, as Go writes them, e.g. `2160h`. */
  readonly duration: string;
  readonly renewBefore: string;
  readonly issuerRef: { readonly group: "cert-manager.io"; readonly kind: "Issuer"; readonly name: string };
  readonly privateKey: {
    readonly algorithm: "ECDSA";
    readonly size: 256;
    readonly rotationPolicy: "Always" | "Never";
  };
  readonly usages: readonly string[];
}

export interface PrivateCertificate {
  readonly apiVersion: typeof API;
  readonly kind: "Certificate";
  readonly metadata: NamedMetadata;
  readonly spec: PrivateCertificateSpec;
}

/** Makes no resource. */
export function issuer(metadata: NamedMetadata, spec: Issuer["spec"]): Issuer {
  return { apiVersion: API, kind: "Issuer", metadata, spec };
}

/** Makes no resource. */
export function privateCertificate(
  metadata: NamedMetadata,
  spec: Omit<PrivateCertificateSpec, "issuerRef"> & { readonly issuer: string },
): PrivateCertificate {
  const { issuer: name, ...rest } = spec;
  const issuerRef = { group: "cert-manager.io", kind: "Issuer", name } as const;
  return { apiVersion: API, kind: "Certificate", metadata, spec: { ...rest, issuerRef } };
}
