/** What Slipway says in Alertmanager's configuration (https://prometheus.io/docs/alerting/latest/configuration/). */
export interface AlertmanagerConfig {
  readonly global: Readonly<Record<string, string | boolean>>;
  readonly templates: readonly string[];
  readonly route: Route;
  readonly inhibit_rules: readonly InhibitRule[];
  readonly receivers: readonly Receiver[];
  readonly time_intervals?: readonly TimeInterval[];
}

export interface Route {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
  /** Whether the routes after this one are asked too. @default false */
  readonly continue?: boolean;
  readonly mute_time_intervals?: readonly string[];
  readonly routes?: readonly Route[];
}

/** While an alert that `source_matchers` select fires, nobody is told of those that `target_matchers` select. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  /** Labels that must be the same in both; one that neither has is the same. */
  readonly equal: readonly string[];
}

type Settings = Readonly<Record<string, unknown>>;

export interface Receiver {
  readonly name: string;
  readonly slack_configs?: readonly Settings[];
  readonly pagerduty_configs?: readonly Settings[];
  readonly email_configs?: readonly Settings[];
  readonly webhook_configs?: readonly Settings[];
}

export interface TimeInterval {
  readonly name: string;
  readonly time_intervals: readonly {
    readonly times?: readonly { readonly start_time: string; readonly end_time: string }[];
    readonly weekdays?: readonly string[];
    readonly location?: string;
  }[];
}
