import type { Receiver } from "./config-types";
import { template } from "./templates";
import type { Alerting, Place, Way } from "./types";

/** Whoever is on call. */
export const CRITICAL = "critical";
/** Everybody without a place of their own. */
export const DEFAULT = "default";
/** The service outside that misses the platform when it no longer hears from it. */
export const HEARTBEAT = "heartbeat";
/** Nobody is told; the alert is to be seen in Alertmanager. */
export const NOBODY = "alertmanager-only";

/** Receiver of a place for what is no matter for a mail. */
export function chatOf(place: string): string {
  return `${place}-chat`;
}

/** Whether any way leads to people. */
export function hasPeople({ slack, email, pagerduty }: Alerting["ways"]): boolean {
  return slack !== undefined || email !== undefined || pagerduty !== undefined;
}

/** Folder in which Alertmanager finds the secret of each way, as a file of its name. */
export const SECRETS_PATH = "/etc/alertmanager/receivers";

/** Settings of the whole configuration that receivers stand on. */
export function globals({ slack, email }: Alerting["ways"], secrets = SECRETS_PATH): Record<string, string> {
  return {
    ...(slack === undefined ? {} : { slack_app_token_file: fileOf("slack", secrets) }),
    ...(email === undefined
      ? {}
      : {
          smtp_smarthost: email.host,
          smtp_from: email.from,
          smtp_auth_username: email.user,
          smtp_auth_password_file: fileOf("email", secrets),
        }),
  };
}

/** Every receiver that routes name. */
export function receivers(
  { ways, places }: Pick<Alerting, "ways" | "places">,
  secrets = SECRETS_PATH,
): readonly Receiver[] {
  const nobody: Receiver = { name: NOBODY };
  const heartbeat = ways.heartbeat === undefined ? [] : [heartbeatReceiver(secrets)];
  if (!hasPeople(ways)) return [nobody, ...heartbeat];
  return [
    ...Object.entries(places).flatMap(([name, place]) => {
      const told = { name, ...chat(ways, place), ...mail(ways, place) };
      if (name === CRITICAL) return [{ ...told, ...page(ways, secrets) }];
      // Without a chat it is the mail that tells of everything.
      const lesser = ways.slack === undefined ? mail(ways, place) : chat(ways, place);
      return [told, { name: chatOf(name), ...lesser }];
    }),
    ...heartbeat,
    nobody,
  ];
}

function chat({ slack }: Alerting["ways"], { channel }: Place): Pick<Receiver, "slack_configs"> {
  if (slack === undefined) return {};
  return {
    slack_configs: [
      {
        channel,
        send_resolved: true,
        title: template("title"),
        title_link: template("runbook"),
        text: template("chat"),
        fallback: template("title"),
        color: template("color"),
      },
    ],
  };
}

function mail({ email }: Alerting["ways"], { email: to }: Place): Pick<Receiver, "email_configs"> {
  if (email === undefined) return {};
  return {
    email_configs: [
      {
        to,
        send_resolved: true,
        headers: { Subject: template("title") },
        html: template("html"),
        text: template("text"),
      },
    ],
  };
}

function page({ pagerduty }: Alerting["ways"], secrets: string): Pick<Receiver, "pagerduty_configs"> {
  if (pagerduty === undefined) return {};
  return {
    pagerduty_configs: [
      {
        routing_key_file: fileOf("pagerduty", secrets),
        send_resolved: true,
        severity: "critical",
        client: "Slipway",
        client_url: template("runbook"),
        description: template("title"),
        component: "{{ .CommonLabels.system }}",
        group: "{{ .CommonLabels.team }}",
        class: "{{ .CommonLabels.alertname }}",
        links: [{ href: template("runbook"), text: "Runbook" }],
      },
    ],
  };
}

function heartbeatReceiver(secrets: string): Receiver {
  // What is heard is that it comes, never that it ends.
  return {
    name: HEARTBEAT,
    webhook_configs: [{ url_file: fileOf("heartbeat", secrets), send_resolved: false }],
  };
}

function fileOf(way: Way, secrets: string): string {
  return `${secrets}/${way}`;
}
