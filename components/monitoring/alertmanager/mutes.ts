import { SlipwayError } from "../../common/problems";
import type { Severity } from "../../spec/types";
import type { TimeInterval } from "./config-types";
import type { Alerting, Mute } from "./types";

type Mutes = Alerting["mutes"];

/** The hours of each mute. */
export function timeIntervals(mutes: Mutes): readonly TimeInterval[] {
  return Object.entries(mutes).map(([name, { hours, weekdays, timezone }]) => ({
    name,
    time_intervals: [
      {
        ...(hours === undefined
          ? {}
          : { times: hours.map(({ from, to }) => ({ start_time: from, end_time: to })) }),
        ...(weekdays === undefined ? {} : { weekdays }),
        ...(timezone === undefined ? {} : { location: timezone }),
      },
    ],
  }));
}

/** Names of the mutes in which a team is not told of alerts of a severity. A team that no mute names has `undefined`. */
export function mutesOf(mutes: Mutes, team: string | undefined, severity: Severity): readonly string[] {
  return Object.entries(mutes)
    .filter(([, mute]) => mute.severities.some((muted) => muted === severity))
    .filter(([, mute]) => mute.teams === undefined || (team !== undefined && mute.teams.includes(team)))
    .map(([name]) => name);
}

/**
 * Refuses hours that Alertmanager would refuse.
 *
 * @param prefix of the field that an error names.
 * @throws SlipwayError naming the mute, the field, its value and what is allowed.
 */
export function checkMutes(mutes: Mutes, prefix = ""): void {
  for (const [name, mute] of Object.entries(mutes)) {
    const refuse = (field: keyof Mute, value: string, allowed: string): never => {
      throw new SlipwayError({
        where: `${prefix}mutes.${name}.${field}`,
        what: `"${value}" is not allowed`,
        allowed,
      });
    };
    for (const { from, to } of mute.hours ?? []) {
      if (from >= to) {
        refuse("hours", `${from} to ${to}`, "from before to; a night is two: up to 24:00, and from 00:00");
      }
    }
    if (mute.timezone !== undefined && !isTimezone(mute.timezone)) {
      refuse("timezone", mute.timezone, "a name of the time zone database, such as Europe/Berlin");
    }
  }
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
