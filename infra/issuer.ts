import { SlipwayError } from "../components/common/problems";
import type { Settings } from "./settings";

/** Who signs the certificates of the stack's public hosts. */
export function issuerFor({ stage, stack, edge, network }: Settings) {
  if (stage.issuer === "selfSigned") return { kind: "selfSigned" } as const;
  const { email, hostedZoneId } = edge;
  if (email === undefined || hostedZoneId === undefined || network === undefined) {
    throw new SlipwayError({
      where: `slipway:edge of stack ${stack}`,
      what: `${email === undefined ? "email" : "hostedZoneId"} is missing`,
      allowed: "an e-mail address for the certificate authority, and the Route 53 zone of the public hosts",
      todo: `set it: pulumi config set --path slipway:edge.${email === undefined ? "email" : "hostedZoneId"} VALUE -s ${stack}`,
    });
  }
  const server = stage.issuer === "letsencrypt" ? "production" : "staging";
  return { kind: "acme", server, email, hostedZoneId, region: network.region } as const;
}
