import type { Severity } from "../../spec/types";
import { teams } from "../alerts/types";
import type { Route } from "./config-types";
import { mutesOf } from "./mutes";
import { chatOf, CRITICAL, DEFAULT, hasPeople, HEARTBEAT, NOBODY } from "./receivers";
import type { Alerting } from "./types";

/** Alert that always fires: that it no longer arrives outside tells that alerting itself is down. */
export const WATCHDOG = "Watchdog";

/** Alert that is there to silence others, and tells nobody anything. */
export const INFO_INHIBITOR = "InfoInhibitor";

/** How long a group of alerts waits: for its first message, for one about a further alert in it, for a reminder. */
interface Timing {
  readonly group_wait: string;
  readonly group_interval: string;
  readonly repeat_interval: string;
}

/**
 * The documents ask for a message within two minutes. Scrape and evaluation take up to 45 s of them, so the first
 * message of an alert waits for at most half a minute, and where people must act at once a further one for a minute.
 * What is good to know waits until the alert that would silence it has had the time to fire.
 */
export const timings: Readonly<Record<Severity, Timing>> = {
  critical: { group_wait: "10s", group_interval: "1m", repeat_interval: "1h" },
  high: { group_wait: "30s", group_interval: "1m", repeat_interval: "4h" },
  warning: { group_wait: "30s", group_interval: "5m", repeat_interval: "12h" },
  info: { group_wait: "2m", group_interval: "30m", repeat_interval: "1d" },
};

const severities = Object.keys(timings) as Severity[];

/** One message for all pods and hosts of which the same is true. */
const GROUP_BY = ["alertname", "system", "namespace"];

/**
 * Who is told of which alert. What is critical goes to whoever is on call, and then as everything else to the place of
 * its team, or to the default place for a team that has none. An alert with a severity that nobody knows is taken for
 * one that is high.
 */
export function routeTree({ ways, places, mutes }: Alerting): Route {
  if (!hasPeople(ways)) return { receiver: NOBODY, group_by: GROUP_BY, routes: [watchdog(ways)] };
  const known = new Set([...teams, ...Object.keys(places)]);
  const named = [...known, ...Object.values(mutes).flatMap((mute) => mute.teams ?? [])].filter(
    (name) => name !== CRITICAL && name !== DEFAULT,
  );
  return {
    receiver: DEFAULT,
    group_by: GROUP_BY,
    ...timings.high,
    routes: [
      watchdog(ways),
      { receiver: NOBODY, matchers: [`alertname="${INFO_INHIBITOR}"`] },
      { receiver: CRITICAL, matchers: ['severity="critical"'], ...timings.critical, continue: true },
      ...[...new Set(named)].map((team) => ({
        receiver: known.has(team) ? team : DEFAULT,
        matchers: [`team="${team}"`],
        routes: bySeverity(mutes, team, known.has(team) ? team : DEFAULT),
      })),
      ...bySeverity(mutes, undefined, DEFAULT),
    ],
  };
}

function watchdog({ heartbeat }: Alerting["ways"]): Route {
  return {
    receiver: heartbeat === undefined ? NOBODY : HEARTBEAT,
    matchers: [`alertname="${WATCHDOG}"`],
    // A reminder at every interval: it is compared with the time since the last one, which is never a whole minute.
    ...{ group_wait: "0s", group_interval: "1m", repeat_interval: "30s" },
  };
}

/** A place is told by chat and by mail; of what can wait by chat alone. */
function bySeverity(mutes: Alerting["mutes"], team: string | undefined, place: string): readonly Route[] {
  return severities.map((severity) => {
    const muted = mutesOf(mutes, team, severity);
    return {
      receiver: isMailed(team, severity) ? place : chatOf(place),
      matchers: [`severity="${severity}"`],
      ...timings[severity],
      ...(muted.length === 0 ? {} : { mute_time_intervals: muted }),
    };
  });
}

/** The teams of the platform are mailed of warnings too: theirs are the routes that name an address without exception. */
function isMailed(team: string | undefined, severity: Severity): boolean {
  if (severity === "warning") return teams.some((known) => known === team);
  return severity !== "info";
}
