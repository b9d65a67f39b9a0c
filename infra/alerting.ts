import type * as pulumi from "@pulumi/pulumi";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import { checkMutes } from "../components/monitoring/alertmanager/mutes";
import { namedPlaces, placesOf } from "../components/monitoring/alertmanager/places";
import { ways } from "../components/monitoring/alertmanager/types";
import type { Alerting, Way } from "../components/monitoring/alertmanager/types";
import { teams } from "../components/monitoring/alerts/types";
import { howToSet, receiverSecrets } from "./alerting-schema";
import { inStackFile } from "./settings-errors";
import { readSecret } from "./settings";
import type { Settings } from "./settings";
import { systems } from "./systems";

/** Domain of addresses where there is no e-mail, so that none is ever used. */
const NO_DOMAIN = "invalid";

/**
 * Whom a stack tells of alerts.
 *
 * @throws SlipwayError when its stage must tell somebody and nobody is configured, when a place or a mute names no team,
 * or mail has no domain; before any resource exists.
 */
export function alertingOf({
  stack,
  stageName,
  stage,
  alerting,
}: Pick<Settings, "stack" | "stageName" | "stage" | "alerting">): Alerting {
  const { slack, pagerduty, email, heartbeat, domain, places, mutes } = alerting;
  const where = `slipway:alerting of stack ${stack}`;
  if (stage.monitoring.receivers === "required" && slack === undefined && email === undefined) {
    throw new SlipwayError({
      where,
      what: `stage ${stageName} tells nobody of its alerts`,
      allowed: "slack, email or both, with pagerduty and heartbeat beside them",
      todo: howToSet(receiverSecrets.slack, stack) ?? "",
    });
  }
  if (email !== undefined && domain === undefined) {
    throw new SlipwayError({
      where: `slipway:alerting.domain of stack ${stack}`,
      what: "it is missing, and e-mail goes to oncall@, security@, team@ and ops@ of it",
      allowed: "a domain in lower case, such as example.com",
      todo: `set it: pulumi config set --path slipway:alerting.domain example.com -s ${stack}`,
    });
  }
  refuseStrangers(stack, "places", Object.keys(places), [...namedPlaces, ...teamNames()]);
  for (const [name, mute] of Object.entries(mutes)) {
    refuseStrangers(stack, `mutes.${name}.teams`, mute.teams ?? [], teamNames());
  }
  inStackFile(stack, () => checkMutes(mutes, "slipway:alerting."));
  return {
    ways: {
      ...(slack === undefined ? {} : { slack: true }),
      ...(pagerduty === undefined ? {} : { pagerduty: true }),
      ...(email === undefined ? {} : { email: { host: email.host, from: email.from, user: email.user } }),
      ...(heartbeat === undefined ? {} : { heartbeat: true }),
    },
    places: placesOf(domain ?? NO_DOMAIN, places),
    mutes,
  };
}

/** The secrets of the ways that are there, as outputs that stay secret. */
export function receiverSecretsOf({
  ways: there,
}: Pick<Alerting, "ways">): Partial<Record<Way, pulumi.Output<string>>> {
  return Object.fromEntries(
    ways.filter((way) => there[way] !== undefined).map((way) => [way, readSecret(receiverSecrets[way])]),
  );
}

/** Every team that may be told: those of the platform, and the owners of all systems that there are. */
function teamNames(): readonly string[] {
  return [...new Set([...teams, ...Object.values(systems).map(({ owner }) => owner)])];
}

function refuseStrangers(
  stack: string,
  field: string,
  names: readonly string[],
  known: readonly string[],
): void {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new SlipwayError({
    where: `slipway:alerting.${field} of stack ${stack}`,
    what: `there is no team "${stranger}"${nearest(stranger, known)}`,
    allowed: known.join(", "),
    todo: `correct it in Pulumi.${stack}.yaml`,
  });
}
