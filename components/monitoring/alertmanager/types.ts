import type { Severity } from "../../spec/types";

/** Ways in which somebody outside is told. Each has one secret. */
export const ways = ["slack", "pagerduty", "email", "heartbeat"] as const;
export type Way = (typeof ways)[number];

/** The mail server that takes the platform's mail. */
export interface MailServer {
  /** `host:port`. Port 465 speaks TLS from the beginning; any other must offer STARTTLS. */
  readonly host: string;
  /** Address that the mail comes from. */
  readonly from: string;
  readonly user: string;
}

/** Where a team, or whoever is on call, is told. */
export interface Place {
  /** Slack channel, e.g. `#ops`. */
  readonly channel: string;
  /** E-mail address. */
  readonly email: string;
}

/** Hours in which nobody is told of an alert that can wait. It stays in Alertmanager, and is told of afterwards. */
export interface Mute {
  /** Severities that wait; what is critical never does. */
  readonly severities: readonly Exclude<Severity, "critical">[];
  /** Teams whose alerts wait. @default all */
  readonly teams?: readonly string[] | undefined;
  /** Hours of the day: from before to; a night is two of them, up to 24:00 and from 00:00. @default all day */
  readonly hours?: readonly { readonly from: string; readonly to: string }[] | undefined;
  /** Days or spans of days, e.g. `saturday:sunday`. @default every day */
  readonly weekdays?: readonly string[] | undefined;
  /** Time zone of all this, e.g. `Europe/Berlin`. @default UTC */
  readonly timezone?: string | undefined;
}

/** Whom Alertmanager tells of alerts, and how. Secrets are no part of it. */
export interface Alerting {
  /** The ways that are there. Without any, alerts are kept in Alertmanager alone. */
  readonly ways: {
    readonly slack?: true;
    readonly pagerduty?: true;
    readonly email?: MailServer;
    readonly heartbeat?: true;
  };
  /** Places by the name of their team; `critical` is whoever is on call, `default` everybody without a place. */
  readonly places: Readonly<Record<string, Place>> & Readonly<Record<"critical" | "default", Place>>;
  readonly mutes: Readonly<Record<string, Mute>>;
}
