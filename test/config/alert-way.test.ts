import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import type { RuleGroup } from "../../components/common/prometheus-operator";
import { WATCHDOG } from "../../components/monitoring/alertmanager/routes";
import { alertGroups } from "../../components/monitoring/alerts/groups";
import { ruleGroups, settleAlerts } from "../../components/monitoring/alerts/settle";
import { objectivesOf } from "../../components/monitoring/slo/objectives";
import { recordings } from "../../components/monitoring/slo/recordings";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { temporaryFolder } from "../support/temporary";
import { installOnly } from "../support/tools";
import { Service } from "../unit/images/service";
import { staged } from "../unit/monitoring/prometheus/fixtures";
import {
  alertingOfStack,
  configIn,
  retimed,
  startAlertmanager,
  toldOutside,
  writeConfig,
} from "./support/alerting";
import { startOutside } from "./support/outside";
import type { Message, Outside } from "./support/outside";
import { getJson, startListening, until } from "./support/programs";
import type { Listening } from "./support/programs";
import { shortened } from "./support/shortened";

const RUNBOOKS = "https://runbooks.test";
/** A minute of the rules is a second here. */
const FACTOR = 60;
const SCRAPE_MS = 500;
const REQUESTS_A_SECOND = 20;

interface Firing {
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Noa's rules in production with the heartbeat: the reference service speaks as its API does. */
function rules(): readonly RuleGroup[] {
  const noa = staged("production").filter(({ name }) => name === "noa");
  const alerts = settleAlerts(alertGroups, noa, { runbooks: RUNBOOKS });
  return shortened(
    [
      ...noa.flatMap((spec) => objectivesOf(spec).map(recordings)),
      ...ruleGroups(alerts.filter(({ system, name }) => system === "noa" || name === WATCHDOG)),
    ],
    FACTOR,
  );
}

/** Requests at a steady rate, a share of which fail while `failing` says so. */
function load(service: Service): { failing: boolean; readonly stop: () => void } {
  const state = { failing: false, stop: (): void => clearInterval(timer) };
  const timer = setInterval(() => {
    void service.get(state.failing ? "/api?status=503&rate=0.5" : "/api").catch(() => undefined);
  }, 1000 / REQUESTS_A_SECOND);
  return state;
}

describe("an alert's whole way, from the reference service under load to whoever is on call", function () {
  this.timeout(240_000);
  let service: Service;
  let outside: Outside;
  let prometheus: Listening;
  let traffic: ReturnType<typeof load>;
  const closing: (() => void | Promise<void>)[] = [];

  before(installOnly("prometheus", "alertmanager"));
  before(async () => {
    service = await new Service().ready();
    closing.push(async () => {
      service.kill("SIGKILL");
      await service.exit();
    });
    outside = await startOutside();
    closing.push(outside.close);
    const folder = temporaryFolder();
    const config = toldOutside(configIn(folder, alertingOfStack("production")), outside);
    const file = writeConfig(
      folder,
      // What a group waits for its first message stays as it is.
      { ...config, route: retimed(config.route, { group_interval: "5s" }) },
      { stage: "production", heartbeat: `${outside.url}/heartbeat` },
    );
    const alertmanager = await startAlertmanager(file);
    closing.push(alertmanager.stop);
    writeFileSync(path.join(folder, "rules.yaml"), stringify({ groups: rules() }));
    const host = (url: string): string => new URL(url).host;
    writeFileSync(
      path.join(folder, "prometheus.yaml"),
      stringify({
        global: {
          scrape_interval: `${SCRAPE_MS}ms`,
          scrape_timeout: `${SCRAPE_MS}ms`,
          evaluation_interval: "500ms",
        },
        rule_files: ["rules.yaml"],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [host(alertmanager.url)] }] }] },
        scrape_configs: [
          {
            job_name: "noa-api",
            static_configs: [
              {
                targets: [host(service.url)],
                labels: { namespace: "noa", service: "noa-api", pod: "noa-api-0" },
              },
            ],
          },
        ],
      }),
    );
    prometheus = await startListening((await ensureTool("prometheus", silent)).path, [
      `--config.file=${path.join(folder, "prometheus.yaml")}`,
      `--storage.tsdb.path=${path.join(folder, "tsdb")}`,
    ]);
    closing.push(prometheus.stop);
    traffic = load(service);
    closing.push(traffic.stop);
  });
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  const query = async (expression: string): Promise<number | undefined> => {
    const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { data } = await getJson<{ data: { result: { value: [number, string] }[] } }>(url);
    const [first] = data.result;
    return first === undefined ? undefined : Number(first.value[1]);
  };
  const firing = async (): Promise<readonly string[]> => {
    const url = `${prometheus.url}/api/v1/alerts`;
    const { data } = await getJson<{ data: { alerts: Firing[] } }>(url);
    return data.alerts
      .filter(({ state }) => state === "firing")
      .map(({ labels }) => labels["alertname"] ?? "")
      .sort();
  };
  /** The message that tells one place of an alert. */
  const told = (way: Message["way"], to: string, title: RegExp): Promise<Message> =>
    until(
      `${way} ${to} ${String(title)}`,
      90,
      () => outside.messages.find((one) => one.way === way && one.to === to && title.test(one.text)),
      () => outside.messages.map((one) => `${one.way} ${one.to}`),
    );
  const seconds = (from: number, to: number): string => `${((to - from) / 1000).toFixed(1)} s`;

  it("tells the right people in time with the runbook, and tells them when it is over", async () => {
    await until("requests that Prometheus counts", 60, async () =>
      ((await query('sum(rate(http_requests_total{namespace="noa"}[3s]))')) ?? 0) > 5 ? true : undefined,
    );
    await told("heartbeat", "", /Watchdog/);
    assert.deepEqual(
      (await firing()).filter((name) => /ErrorRate|ErrorBudget/.test(name)),
      [],
    );

    traffic.failing = true;
    const fault = Date.now();
    await until(
      "a firing HighErrorRate",
      60,
      async () => ((await firing()).includes("HighErrorRate") ? true : undefined),
      firing,
    );
    const fired = Date.now();

    // Critical: whoever is on call, by all three ways. High: the place of the team, by two.
    const burning = /FIRING 1: critical ErrorBudgetBurnFast of noa/;
    const failing = /FIRING 1: high HighErrorRate of noa/;
    const messages = {
      page: await told("pagerduty", "", burning),
      chat: await told("slack", "#critical-alerts", burning),
      mail: await told("email", "oncall@daira.dev", burning),
      teamChat: await told("slack", "#engineering", failing),
      teamMail: await told("email", "team@daira.dev", failing),
    };
    for (const [what, { text }] of Object.entries(messages)) {
      const name = what.startsWith("team") ? "HighErrorRate" : "ErrorBudgetBurnFast";
      assert.ok(text.includes(`${RUNBOOKS}/${name}.md`), `${what}: ${text}`);
    }
    // Nobody on call hears of what is only high; nobody hears of slower burns while the fast one fires.
    const heard = outside.messages
      .filter(({ way }) => way !== "heartbeat")
      .map(({ to, text }) => `${to} ${text}`);
    assert.deepEqual(
      heard.filter((one) => /^(#critical-alerts|oncall@).*HighErrorRate/s.test(one)),
      [],
    );
    assert.deepEqual(
      heard.filter((one) => /ErrorBudgetBurn(Slow|Creeping)? of noa/.test(one)),
      [],
    );

    traffic.failing = false;
    const mended = Date.now();
    const over = {
      page: await told("pagerduty", "", /"event_action":"resolve".*ErrorBudgetBurnFast/s),
      chat: await told("slack", "#critical-alerts", /RESOLVED: critical ErrorBudgetBurnFast of noa/),
      teamChat: await told("slack", "#engineering", /RESOLVED: high HighErrorRate of noa/),
      teamMail: await told("email", "team@daira.dev", /RESOLVED: high HighErrorRate of noa/),
    };
    for (const { at } of Object.values(over)) assert.ok(at > mended);

    console.log(
      [
        `      rules shortened ${FACTOR} times (HighErrorRate: 5 minutes are 5 s), scrapes every ${SCRAPE_MS} ms,`,
        "      group_interval 5 s, receivers on the loopback; group_wait as in production (10 s and 30 s)",
        `      from the first error to the page: ${seconds(fault, messages.page.at)}`,
        `      from the first error to a firing HighErrorRate: ${seconds(fault, fired)}, to the team's chat: ${seconds(fault, messages.teamChat.at)}`,
        `      from the last error to the end in the team's chat: ${seconds(mended, over.teamChat.at)}, to the end of the page: ${seconds(mended, over.page.at)}`,
      ].join("\n"),
    );
  });
});
