import assert from "node:assert/strict";
import { parse } from "yaml";
import { alertmanagerConfig, renderConfig } from "../../../../components/monitoring/alertmanager/config";
import type { Receiver, Route } from "../../../../components/monitoring/alertmanager/config-types";
import { placesOf } from "../../../../components/monitoring/alertmanager/places";
import { timings } from "../../../../components/monitoring/alertmanager/routes";
import type { Alerting } from "../../../../components/monitoring/alertmanager/types";
import { parseDuration } from "../../../../components/spec/quantities";
import type { Duration } from "../../../../components/spec/types";

const email = { host: "smtp.test.dev:587", from: "alerts@test.dev", user: "alerts" };
const every: Alerting["ways"] = { slack: true, pagerduty: true, email, heartbeat: true };
const with_ = (changes: Partial<Alerting> = {}): Alerting => ({
  ways: every,
  places: placesOf("test.dev", { noa: { channel: "#noa" } }),
  mutes: {},
  ...changes,
});
const receiver = (alerting: Alerting, name: string): Receiver => {
  const found = alertmanagerConfig(alerting).receivers.filter((one) => one.name === name);
  assert.equal(found.length, 1, name);
  return found[0] as Receiver;
};
/** Ways of a receiver, with the channel or address of each. */
const told = (alerting: Alerting, name: string): string[] => {
  const { slack_configs, pagerduty_configs, email_configs, webhook_configs } = receiver(alerting, name);
  return [
    ...(pagerduty_configs ?? []).map(({ routing_key_file }) => `page ${String(routing_key_file)}`),
    ...(slack_configs ?? []).map(({ channel }) => `slack ${String(channel)}`),
    ...(email_configs ?? []).map(({ to }) => `mail ${String(to)}`),
    ...(webhook_configs ?? []).map(({ url_file }) => `webhook ${String(url_file)}`),
  ];
};
const routesOf = (route: Route): readonly Route[] => [route, ...(route.routes ?? []).flatMap(routesOf)];

describe("Alertmanager's configuration", () => {
  it("tells each place by the ways that its severity asks for", () => {
    const all = with_();
    assert.deepEqual(
      Object.fromEntries(alertmanagerConfig(all).receivers.map(({ name }) => [name, told(all, name)])),
      {
        critical: [
          "page /etc/alertmanager/receivers/pagerduty",
          "slack #critical-alerts",
          "mail oncall@test.dev",
        ],
        security: ["slack #security-alerts", "mail security@test.dev"],
        "security-chat": ["slack #security-alerts"],
        performance: ["slack #engineering", "mail team@test.dev"],
        "performance-chat": ["slack #engineering"],
        infrastructure: ["slack #ops", "mail ops@test.dev"],
        "infrastructure-chat": ["slack #ops"],
        noa: ["slack #noa", "mail team@test.dev"],
        "noa-chat": ["slack #noa"],
        default: ["slack #engineering", "mail team@test.dev"],
        "default-chat": ["slack #engineering"],
        heartbeat: ["webhook /etc/alertmanager/receivers/heartbeat"],
        "alertmanager-only": [],
      },
    );
  });

  it("tells of everything by mail where there is no chat", () => {
    const mail = with_({ ways: { email } });
    assert.deepEqual(told(mail, "critical"), ["mail oncall@test.dev"]);
    assert.deepEqual(told(mail, "security-chat"), ["mail security@test.dev"]);
  });

  it("keeps alerts in Alertmanager alone where nobody is to be told", () => {
    const { receivers, route, global } = alertmanagerConfig(with_({ ways: {} }));
    assert.deepEqual(receivers, [{ name: "alertmanager-only" }]);
    assert.deepEqual([...new Set(routesOf(route).map((one) => one.receiver))], ["alertmanager-only"]);
    assert.deepEqual(global, {});
    const heard = alertmanagerConfig(with_({ ways: { heartbeat: true } }));
    assert.deepEqual(
      heard.route.routes?.map((one) => [one.receiver, one.matchers]),
      [["heartbeat", ['alertname="Watchdog"']]],
    );
  });

  it("reads every secret from a file, and has no field that holds one", () => {
    const text = renderConfig(alertmanagerConfig(with_()));
    const files = [...text.matchAll(/^\s*-?\s*(\w+_file): (.+)$/gm)].map(([, field, file]) => [field, file]);
    assert.deepEqual([...new Set(files.map((pair) => pair.join(" ")))].sort(), [
      "routing_key_file /etc/alertmanager/receivers/pagerduty",
      "slack_app_token_file /etc/alertmanager/receivers/slack",
      "smtp_auth_password_file /etc/alertmanager/receivers/email",
      "url_file /etc/alertmanager/receivers/heartbeat",
    ]);
    assert.doesNotMatch(
      text,
      /\b(api_url|app_token|routing_key|service_key|auth_password|url|password|credentials):/,
    );
    assert.deepEqual(parse(text), JSON.parse(JSON.stringify(alertmanagerConfig(with_()))));
  });

  it("tells of an alert, and where it is urgent of any further one, in time for two minutes in all", () => {
    // Longest from a fault to an alert that has no `for`: an interval of scrapes and one of evaluations.
    const before = 15 + 30;
    const seconds = (text: string): number => parseDuration(text as Duration) / 1000;
    for (const [severity, { group_wait, group_interval }] of Object.entries(timings)) {
      // Of what is only good to know Noa's document says: best effort.
      if (severity !== "info") assert.ok(before + seconds(group_wait) < 120, severity);
      if (severity === "critical" || severity === "high") assert.ok(before + seconds(group_interval) < 120);
    }
  });

  it("repeats the heartbeat at every interval, and a reminder the later the less it matters", () => {
    const watchdog = alertmanagerConfig(with_()).route.routes?.[0];
    assert.deepEqual(
      [watchdog?.receiver, watchdog?.group_interval, watchdog?.repeat_interval],
      ["heartbeat", "1m", "30s"],
    );
    const repeats = Object.values(timings).map(({ repeat_interval: all }) => parseDuration(all as Duration));
    assert.deepEqual(
      repeats,
      [...repeats].sort((a, b) => a - b),
    );
    assert.equal(new Set(repeats).size, 4);
  });

  it("has the hours of each mute, and names it on the routes of its teams and severities alone", () => {
    const mutes: Alerting["mutes"] = {
      nights: {
        severities: ["info", "warning"],
        teams: ["daira", "noa"],
        hours: [
          { from: "22:00", to: "24:00" },
          { from: "00:00", to: "06:00" },
        ],
        timezone: "Europe/Berlin",
      },
      weekends: { severities: ["info"], weekdays: ["saturday:sunday"] },
    };
    const { time_intervals, route } = alertmanagerConfig(with_({ mutes }));
    assert.deepEqual(time_intervals, [
      {
        name: "nights",
        time_intervals: [
          {
            times: [
              { start_time: "22:00", end_time: "24:00" },
              { start_time: "00:00", end_time: "06:00" },
            ],
            location: "Europe/Berlin",
          },
        ],
      },
      { name: "weekends", time_intervals: [{ weekdays: ["saturday:sunday"] }] },
    ]);
    const muted = (route.routes ?? []).flatMap((team) =>
      routesOf(team).flatMap(({ matchers, mute_time_intervals: names }) =>
        names === undefined ? [] : [`${team.matchers?.join()} ${matchers?.join()}: ${names.join()}`],
      ),
    );
    assert.deepEqual(muted, [
      ...["infrastructure", "performance", "security"].map(
        (team) => `team="${team}" severity="info": weekends`,
      ),
      ...["noa", "daira"].flatMap((team) => [
        `team="${team}" severity="warning": nights`,
        `team="${team}" severity="info": nights,weekends`,
      ]),
      'severity="info" severity="info": weekends',
    ]);
  });

  it("has no hours and mutes nothing where no mute is configured", () => {
    const config = alertmanagerConfig(with_());
    assert.equal("time_intervals" in config, false);
    assert.deepEqual(
      routesOf(config.route).filter((route) => "mute_time_intervals" in route),
      [],
    );
  });
});
