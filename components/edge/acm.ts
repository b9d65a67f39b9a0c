import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { EdgeHost } from "./hosts";
import { zoneOf } from "./zones";
import type { DnsZone } from "./zones";

/**
 * A certificate of ACM for each host, proved by a record in the host's zone. One each, so that a further system
 * changes none of the others'.
 *
 * @returns ARNs of validated certificates by system, in the order of the hosts.
 */
export function createAcmCertificates(
  name: string,
  hosts: readonly EdgeHost[],
  zones: readonly DnsZone[],
  opts: pulumi.CustomResourceOptions,
): readonly { readonly system: string; readonly arn: pulumi.Output<string> }[] {
  return hosts.map(({ system, host }) => {
    const certificate = new aws.acm.Certificate(
      `${name}-certificate-${system}`,
      { domainName: host, validationMethod: "DNS", keyAlgorithm: "EC_prime256v1" },
      opts,
    );
    const proof = certificate.domainValidationOptions.apply(([option]) => {
      if (option === undefined) throw new Error(`ACM asks for no proof that ${host} is ours`);
      return option;
    });
    const record = new aws.route53.Record(
      `${name}-certificate-${system}-proof`,
      {
        zoneId: zoneOf(host, zones).hostedZoneId,
        name: proof.resourceRecordName,
        type: proof.resourceRecordType,
        records: [proof.resourceRecordValue],
        ttl: 300,
      },
      opts,
    );
    const validated = new aws.acm.CertificateValidation(
      `${name}-certificate-${system}-validation`,
      { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
      opts,
    );
    return { system, arn: validated.certificateArn };
  });
}
