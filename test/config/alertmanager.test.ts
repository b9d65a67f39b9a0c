import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Receiver } from "../../components/monitoring/alertmanager/config-types";
import { inhibiting } from "../../components/monitoring/alertmanager/inhibitions";
import { INFO_INHIBITOR, WATCHDOG } from "../../components/monitoring/alertmanager/routes";
import type { Alerting } from "../../components/monitoring/alertmanager/types";
import { alertGroups } from "../../components/monitoring/alerts/groups";
import { ruleGroups, settleAlerts } from "../../components/monitoring/alerts/settle";
import { placesOf } from "../../components/monitoring/alertmanager/places";
import { teams } from "../../components/monitoring/alerts/types";
import type { Severity } from "../../components/spec/types";
import { stages } from "../../infra/stages";
import { temporaryFolder } from "../support/temporary";
import { installOnly } from "../support/tools";
import { staged } from "../unit/monitoring/prometheus/fixtures";
import {
  alertingOfStack,
  amtool,
  configIn,
  retimed,
  startAlertmanager,
  toldOutside,
  writeConfig,
} from "./support/alerting";
import { startOutside } from "./support/outside";
import type { Outside } from "./support/outside";
import { getJson, until } from "./support/programs";
import type { Listening } from "./support/programs";

type Labels = Readonly<Record<string, string>>;

/** Labels of every alert that a stage's rules give of themselves. */
function alertsOf(stage: string): readonly Labels[] {
  const settled = settleAlerts(alertGroups, staged(stage), { runbooks: "https://runbooks.test" });
  return ruleGroups(settled).flatMap(({ rules }) =>
    rules.flatMap((rule) => ("alert" in rule ? [{ alertname: rule.alert, ...rule.labels }] : [])),
  );
}

/** Names of the receivers that the real `amtool` finds for an alert. */
async function receiversOf(file: string, labels: Labels): Promise<readonly string[]> {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return (await amtool("config", "routes", "test", `--config.file=${file}`, ...pairs)).trim().split(",");
}

/** Whom a receiver tells. */
function toldBy({ slack_configs, pagerduty_configs, email_configs, webhook_configs }: Receiver): string[] {
  return [
    ...(pagerduty_configs ?? []).map(() => "PagerDuty"),
    ...(slack_configs ?? []).map(({ channel }) => String(channel)),
    ...(email_configs ?? []).map(({ to }) => String(to)),
    ...(webhook_configs ?? []).map(() => "heartbeat"),
  ];
}

const oncall = ["PagerDuty", "#critical-alerts", "oncall@daira.dev"];

/**
 * Who must be told in production, by what the documents say: Noa's severities say the ways, its routes the places; an
 * owner of a system is told as Noa's team is. Written by hand.
 */
const table: Readonly<Record<string, Readonly<Record<Severity, readonly string[]>>>> = {
  infrastructure: {
    critical: [...oncall, "#ops", "ops@daira.dev"],
    high: ["#ops", "ops@daira.dev"],
    warning: ["#ops", "ops@daira.dev"],
    info: ["#ops"],
  },
  performance: {
    critical: [...oncall, "#engineering", "team@daira.dev"],
    high: ["#engineering", "team@daira.dev"],
    warning: ["#engineering", "team@daira.dev"],
    info: ["#engineering"],
  },
  security: {
    critical: [...oncall, "#security-alerts", "security@daira.dev"],
    high: ["#security-alerts", "security@daira.dev"],
    warning: ["#security-alerts", "security@daira.dev"],
    info: ["#security-alerts"],
  },
  owner: {
    critical: [...oncall, "#engineering", "team@daira.dev"],
    high: ["#engineering", "team@daira.dev"],
    warning: ["#engineering"],
    info: ["#engineering"],
  },
};

describe("Alertmanager's configuration, as the real amtool reads it", function () {
  this.timeout(180_000);
  before(installOnly("amtool"));

  for (const stage of Object.keys(stages)) {
    it(`is sound in ${stage}`, async () => {
      const folder = temporaryFolder();
      const file = writeConfig(folder, configIn(folder, alertingOfStack(stage)), { stage });
      const said = await amtool("check-config", file);
      assert.match(said, /SUCCESS\nFound:\n - global config\n - route\n/);
      assert.match(said, /1 templates\n\s+SUCCESS/);
    });
  }

  it("is sound with mutes and places of owners", async () => {
    const folder = temporaryFolder();
    const alerting: Alerting = {
      ...alertingOfStack("production"),
      places: placesOf("test.dev", { novacron: { channel: "#dwcp" } }),
      mutes: {
        nights: {
          severities: ["warning", "info"],
          teams: ["daira"],
          hours: [{ from: "22:00", to: "24:00" }],
          weekdays: ["monday:friday", "sunday"],
          timezone: "Europe/Berlin",
        },
      },
    };
    const file = writeConfig(folder, configIn(folder, alerting));
    assert.match(await amtool("check-config", file), /1 templates\n\s+SUCCESS/);
    const dwcp = { alertname: "X", severity: "warning", team: "novacron" };
    assert.deepEqual(await receiversOf(file, dwcp), ["novacron-chat"]);
  });

  it("is refused by it when a route leads nowhere: so its word counts", async () => {
    const folder = temporaryFolder();
    const config = configIn(folder, alertingOfStack("production"));
    const file = writeConfig(folder, { ...config, receivers: config.receivers.slice(1) });
    await assert.rejects(amtool("check-config", file), /undefined receiver/);
  });

  it("tells of each alert in production just whom the documents name", async () => {
    const folder = temporaryFolder();
    const config = configIn(folder, alertingOfStack("production"));
    const file = writeConfig(folder, config);
    const told = new Map(config.receivers.map((receiver) => [receiver.name, toldBy(receiver)]));
    const alerts = alertsOf("production");
    assert.ok(alerts.length > 50, `${alerts.length} alerts`);
    const wrong: string[] = [];
    for (const labels of alerts) {
      const { alertname = "", severity = "", team = "", system = "" } = labels;
      const found = (await receiversOf(file, labels)).flatMap((name) => told.get(name) ?? [`?${name}`]);
      const row = teams.some((known) => known === team) ? team : "owner";
      const expected =
        alertname === WATCHDOG
          ? ["heartbeat"]
          : alertname === INFO_INHIBITOR
            ? []
            : table[row]?.[severity as Severity];
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        wrong.push(`${system} ${alertname} (${severity}, ${team}): ${found.join(" ")}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  it("knows each row of the table, whether or not an alert of today has it", async () => {
    const folder = temporaryFolder();
    const config = configIn(folder, alertingOfStack("production"));
    const file = writeConfig(folder, config);
    const told = new Map(config.receivers.map((receiver) => [receiver.name, toldBy(receiver)]));
    for (const [team, bySeverity] of Object.entries(table)) {
      for (const [severity, expected] of Object.entries(bySeverity)) {
        const found = await receiversOf(file, { alertname: "X", severity, team });
        assert.deepEqual(
          found.flatMap((name) => told.get(name) ?? [name]),
          expected,
          `${team} ${severity}`,
        );
      }
    }
    // A severity that nobody knows is no reason to tell nobody.
    const strange = await receiversOf(file, { alertname: "X", severity: "urgent", team: "daira" });
    assert.deepEqual(
      strange.flatMap((name) => told.get(name) ?? [name]),
      table["owner"]?.high,
    );
  });

  for (const stage of ["staging", "local"]) {
    it(`keeps every alert in Alertmanager alone in ${stage}, which has no receivers`, async () => {
      const folder = temporaryFolder();
      const file = writeConfig(folder, configIn(folder, alertingOfStack(stage)));
      const routes = await amtool("config", "routes", "show", `--config.file=${file}`);
      const named = [...routes.matchAll(/receiver: (\S+)/g)].map(([, name]) => name);
      assert.deepEqual(named, ["alertmanager-only", "alertmanager-only"]);
      const alert = { alertname: "X", severity: "critical", team: "infrastructure" };
      assert.deepEqual(await receiversOf(file, alert), ["alertmanager-only"]);
    });
  }

  it("inhibits by alerts that there are", () => {
    const known = new Set(alertsOf("production").map(({ alertname }) => alertname));
    assert.deepEqual(
      inhibiting.filter((name) => !known.has(name)),
      [],
    );
  });
});

interface ApiAlert {
  readonly labels: Labels;
  readonly status: {
    readonly state: string;
    readonly inhibitedBy: readonly string[];
    readonly mutedBy: readonly string[];
  };
}

describe("a real Alertmanager with the routes of production", function () {
  this.timeout(180_000);
  let outside: Outside;
  let alertmanager: Listening;
  before(installOnly("alertmanager"));
  before(async () => {
    outside = await startOutside();
    const folder = temporaryFolder();
    const today = new Date().getUTCDay();
    const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    const alerting: Alerting = {
      ...alertingOfStack("production"),
      mutes: {
        now: { severities: ["warning"], teams: ["daira"] },
        // Three days from now, so that midnight changes nothing.
        later: { severities: ["warning", "high"], weekdays: [days[(today + 3) % 7] ?? ""] },
      },
    };
    const config = toldOutside(configIn(folder, alerting), outside);
    // Times are shortened, which is all that is changed of the routes.
    const times = { group_wait: "1s", group_interval: "1s", repeat_interval: "1s" };
    const file = writeConfig(
      folder,
      { ...config, route: retimed(config.route, times) },
      { stage: "production", heartbeat: `${outside.url}/heartbeat` },
    );
    alertmanager = await startAlertmanager(file);
  });
  after(async () => {
    await alertmanager.stop();
    await outside.close();
  });

  const fire = (...alerts: readonly Labels[]): Promise<unknown> =>
    getJson(`${alertmanager.url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(
        alerts.map((labels) => ({
          labels,
          annotations: {
            summary: `Summary of ${labels["alertname"]}`,
            description: "What it means",
            runbook_url: `https://runbooks.test/${labels["alertname"]}.md`,
          },
          // Fires until somebody says otherwise, for all that the tests take.
          endsAt: new Date(Date.now() + 600_000).toISOString(),
        })),
      ),
    });
  const alert = (alertname: string, severity: Severity, more: Labels = {}): Labels => ({
    alertname,
    severity,
    team: "daira",
    system: "daira",
    ...more,
  });
  const all = (): Promise<readonly ApiAlert[]> => getJson(`${alertmanager.url}/api/v2/alerts`);
  /** Waits until just these alerts of a test, by their `is`, are inhibited, and the others not. */
  const inhibits = async (test: string, expected: Readonly<Record<string, boolean>>): Promise<void> => {
    const found = async (): Promise<Record<string, boolean>> =>
      Object.fromEntries(
        (await all())
          .filter(({ labels }) => labels["test"] === test)
          .map(({ labels, status }) => [labels["is"] ?? "", status.inhibitedBy.length > 0]),
      );
    await until(
      "what is inhibited",
      30,
      async () => (isDeepStrictEqual(await found(), expected) ? true : undefined),
      found,
    );
  };
  const heard = (name: string): readonly string[] => [
    ...new Set(
      outside.messages
        .filter(({ text }) => text.includes(name))
        .map(({ way, to }) => `${way} ${to}`.trim())
        .sort(),
    ),
  ];
  /** Waits until just these have heard of an alert. */
  const hears = async (name: string, ...expected: readonly string[]): Promise<void> => {
    await until(
      `messages of ${name}`,
      30,
      () => (isDeepStrictEqual(heard(name), expected) ? true : undefined),
      () => heard(name),
    );
  };

  it("tells of a critical alert by page, chat and mail, each with its secret, its summary and its runbook", async () => {
    await fire(alert("Fallen", "critical"));
    await hears(
      "Fallen",
      "email oncall@daira.dev",
      "email team@daira.dev",
      "pagerduty",
      "slack #critical-alerts",
      "slack #engineering",
    );
    const shown = {
      slack: "Bearer xoxb-secret",
      pagerduty: "page-secret",
      email: "alerts@daira.dev:mail-secret",
    };
    for (const { way, secret, text } of outside.messages.filter((each) => each.text.includes("Fallen"))) {
      assert.equal(secret, shown[way as keyof typeof shown], way);
      assert.ok(text.includes("https://runbooks.test/Fallen.md"), `${way}: ${text}`);
      assert.match(text, /\[production\] FIRING 1: critical Fallen of daira/, way);
      if (way !== "pagerduty") assert.match(text, /Summary of Fallen/, way);
    }
  });

  it("sends the heartbeat again and again, and nobody else hears of it", async () => {
    await fire(alert(WATCHDOG, "critical", { team: "infrastructure", system: "slipway" }));
    await until("two heartbeats", 30, () =>
      outside.messages.filter(({ way }) => way === "heartbeat").length >= 2 ? true : undefined,
    );
    assert.deepEqual(heard(WATCHDOG), ["heartbeat"]);
  });

  it("keeps quiet about less severe forms of what is critical, in the same namespace alone", async () => {
    const one = (is: string, severity: Severity, namespace: string): Labels =>
      alert("Same", severity, { test: "same", is, namespace });
    await fire(
      one("worst", "critical", "a"),
      one("lesser", "warning", "a"),
      one("elsewhere", "warning", "b"),
    );
    await inhibits("same", { worst: false, lesser: true, elsewhere: false });
  });

  it("keeps quiet about the pods of a node that is away, and of no other", async () => {
    const on = (alertname: string, is: string, more: Labels): Labels =>
      alert(alertname, alertname === "KubeNodeNotReady" ? "high" : "warning", { test: "node", is, ...more });
    await fire(
      on("KubeNodeNotReady", "node", { node: "n1", team: "infrastructure" }),
      on("KubePodNotReady", "its pod", { node: "n1", pod: "p", namespace: "daira" }),
      on("KubePodNotReady", "another's pod", { node: "n2", pod: "q", namespace: "daira" }),
      on("KubePodNotReady", "a pod of no node", { pod: "r", namespace: "daira" }),
      on("KubeNodePressure", "another alert on it", { node: "n1", team: "infrastructure" }),
    );
    await inhibits("node", {
      node: false,
      "its pod": true,
      "another's pod": false,
      "a pod of no node": false,
      "another alert on it": false,
    });
  });

  it("keeps quiet about notes where nothing else fires, by an alert that it tells nobody of", async () => {
    const note = (is: string, namespace: string, alertname = "Note"): Labels =>
      alert(alertname, "info", { test: "info", is, namespace });
    await fire(note("alone", "x"), note("beside something", "y"), note("inhibitor", "x", INFO_INHIBITOR));
    await inhibits("info", {
      alone: true,
      "beside something": false,
      inhibitor: false,
    });
    await hears("Note", "slack #engineering");
    assert.deepEqual(heard(INFO_INHIBITOR), []);
  });

  it("tells of the fastest use of an error budget alone", async () => {
    const burn = (alertname: string, severity: Severity, slo = "availability"): Labels =>
      alert(alertname, severity, { test: "burn", is: `${alertname} ${slo}`, slo });
    await fire(
      burn("ErrorBudgetBurnFast", "critical"),
      burn("ErrorBudgetBurn", "high"),
      burn("ErrorBudgetBurnSlow", "warning"),
      burn("ErrorBudgetBurnCreeping", "info"),
      burn("ErrorBudgetBurn", "high", "latency-p95"),
      burn("ErrorBudgetBurnSlow", "warning", "latency-p95"),
    );
    await inhibits("burn", {
      "ErrorBudgetBurnFast availability": false,
      "ErrorBudgetBurn availability": true,
      "ErrorBudgetBurnSlow availability": true,
      "ErrorBudgetBurnCreeping availability": true,
      "ErrorBudgetBurn latency-p95": false,
      "ErrorBudgetBurnSlow latency-p95": true,
    });
  });

  it("waits with alerts of a team and severity within the hours of a mute, and with no others", async () => {
    await fire(
      alert("Muted", "warning", { test: "mute", is: "muted" }),
      alert("Loud", "high", { test: "mute", is: "of a higher severity" }),
      alert("Foreign", "warning", { test: "mute", is: "of another team", team: "noa", system: "noa" }),
    );
    const muted = async (): Promise<Record<string, readonly string[]>> => {
      const groups = await getJson<{ alerts: ApiAlert[] }[]>(`${alertmanager.url}/api/v2/alerts/groups`);
      const own = groups.flatMap(({ alerts }) => alerts).filter(({ labels }) => labels["test"] === "mute");
      return Object.fromEntries(own.map(({ labels, status }) => [labels["is"] ?? "", status.mutedBy]));
    };
    await until(
      "a muted alert",
      30,
      async () => ((await muted())["muted"]?.length === 1 ? true : undefined),
      muted,
    );
    await hears("Loud", "email team@daira.dev", "slack #engineering");
    await hears("Foreign", "slack #engineering");
    assert.deepEqual(await muted(), { muted: ["now"], "of a higher severity": [], "of another team": [] });
    assert.deepEqual(heard("Muted"), []);
  });
});
