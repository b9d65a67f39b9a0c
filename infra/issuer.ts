import type { IssuerArgs } from "../components/edge/certificates";
import type { DnsZone } from "../components/edge/zones";
import { SlipwayError } from "../components/common/problems";
import type { Settings } from "./settings";

/** The zones that hold the stack's public hosts; `hostedZoneId` is the one of every host that no domain names. */
export function zonesOf({ edge }: Pick<Settings, "edge">): readonly DnsZone[] {
  const { hostedZoneId, zones } = edge;
  return [
    ...Object.entries(zones).map(([domain, id]) => ({ domain, hostedZoneId: id })),
    ...(hostedZoneId === undefined ? [] : [{ hostedZoneId }]),
  ];
}

/** Who signs the certificates of the stack's public hosts. */
export function issuerFor(settings: Settings): IssuerArgs {
  const { stage, stack, edge, network } = settings;
  if (stage.issuer === "selfSigned") return { kind: "selfSigned" };
  const { email } = edge;
  const zones = zonesOf(settings);
  if (email === undefined || zones.length === 0 || network === undefined) {
    const missing = email === undefined ? "email" : "hostedZoneId";
    throw new SlipwayError({
      where: `slipway:edge of stack ${stack}`,
      what: `${missing} is missing`,
      allowed: "an e-mail address for the certificate authority, and the Route 53 zone of the public hosts",
      todo: `set it: pulumi config set --path slipway:edge.${missing} VALUE -s ${stack}`,
    });
  }
  const server = stage.issuer === "letsencrypt" ? "production" : "staging";
  return { kind: "acme", server, email, zones, region: network.region };
}
