import { teams } from "../alerts/types";
import type { Alerting, Place } from "./types";

/** Names of places that are no team's. */
export const namedPlaces = ["critical", "default"] as const;

type Named = (typeof namedPlaces)[number] | (typeof teams)[number];

/** Channel and mailbox that each place has where nothing else is said. */
const usual: Readonly<Record<Named, { readonly channel: string; readonly mailbox: string }>> = {
  critical: { channel: "#critical-alerts", mailbox: "oncall" },
  security: { channel: "#security-alerts", mailbox: "security" },
  performance: { channel: "#engineering", mailbox: "team" },
  infrastructure: { channel: "#ops", mailbox: "ops" },
  default: { channel: "#engineering", mailbox: "team" },
};

/** What may be said of a place; what is not said is as usual. */
export type PlaceChange = Readonly<Partial<Record<keyof Place, string | undefined>>>;

/**
 * All places: those of the platform, and those of owners of systems that have one of their own. An owner that names
 * only one half of its place has the other half of `default`.
 */
export function placesOf(
  domain: string,
  changes: Readonly<Record<string, PlaceChange>> = {},
): Alerting["places"] {
  const place = (name: Named): Place => ({
    channel: changes[name]?.channel ?? usual[name].channel,
    email: changes[name]?.email ?? `${usual[name].mailbox}@${domain}`,
  });
  const fallback = place("default");
  const owners = Object.entries(changes)
    .filter(([name]) => !Object.hasOwn(usual, name))
    .map(([name, { channel = fallback.channel, email = fallback.email }]) => [name, { channel, email }]);
  return {
    ...(Object.fromEntries(owners) as Record<string, Place>),
    ...Object.fromEntries(teams.map((team) => [team, place(team)])),
    critical: place("critical"),
    default: fallback,
  };
}
