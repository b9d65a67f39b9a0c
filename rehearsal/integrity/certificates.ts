import type { Finding } from "./finding";
import { finding, isMissing } from "./finding";
import type { World } from "./world";
import { inGroup } from "./world";

const certManager = "cert-manager.io";

interface IssuerRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
}

/** Certificates and who issues them. Issuers of other groups than cert-manager's are looked up just the same. */
export function* checkCertificates(world: World): Generator<Finding> {
  for (const certificate of world.all(inGroup("Certificate", certManager))) {
    const { issuerRef } = (certificate["spec"] ?? {}) as { issuerRef?: IssuerRef };
    if (issuerRef === undefined) continue;
    const { group = certManager, kind = "Issuer", name } = issuerRef;
    const home = kind.startsWith("Cluster") ? undefined : certificate.metadata.namespace;
    if (world.find(inGroup(kind, group), home, name) === undefined) {
      yield finding(certificate, "spec.issuerRef", isMissing(kind, name, home));
    }
  }
  for (const issuer of world.all(inGroup("Issuer", certManager))) {
    const { ca } = (issuer["spec"] ?? {}) as { ca?: { secretName: string } };
    if (ca === undefined) continue;
    const { namespace = "default" } = issuer.metadata;
    if (world.keys("Secret", namespace, ca.secretName) === undefined) {
      yield finding(issuer, "spec.ca.secretName", isMissing("Secret", ca.secretName, namespace));
    }
  }
}
