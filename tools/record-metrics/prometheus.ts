import type { MetricFamily } from "../../components/monitoring/catalogue";
import { versions } from "../../components/common/versions";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import type { Exporter } from "./exporter";
import { eventually, freePort } from "./session";
import type { Session } from "./session";

/** Receives notifications on the loopback, so that Alertmanager has sent some. */
const receiver = (alertmanager: string): string => `
route: { receiver: webhook, group_by: [alertname], group_wait: 100ms, group_interval: 1s, repeat_interval: 1m }
receivers:
  - name: webhook
    webhook_configs: [{ url: "${alertmanager}/-/healthy" }]
inhibit_rules:
  - { source_matchers: [severity="critical"], target_matchers: [severity="warning"], equal: [alertname] }
`;

const rules = `
groups:
  - name: recorded
    interval: 1s
    rules:
      - { record: "job:up:sum", expr: sum by (job) (up) }
      - { alert: Watchdog, expr: vector(1), labels: { severity: none } }
`;

interface Pair {
  readonly prometheus: string;
  readonly alertmanager: string;
}

const started = new WeakMap<Session, Promise<Pair>>();

function start(session: Session): Promise<Pair> {
  const pair = started.get(session) ?? startPair(session);
  started.set(session, pair);
  return pair;
}

/** Prometheus that scrapes itself and Alertmanager, with a rule of each kind, and an alert that has been sent. */
async function startPair(session: Session): Promise<Pair> {
  const [port, alertPort] = [await freePort(), await freePort()];
  const prometheus = `http://127.0.0.1:${port}`;
  const alertmanager = `http://127.0.0.1:${alertPort}`;
  const tool = async (name: "prometheus" | "alertmanager"): Promise<string> =>
    (await ensureTool(name, silent)).path;
  await session.start(
    await tool("alertmanager"),
    [
      `--config.file=${session.write("alertmanager.yml", receiver(alertmanager))}`,
      `--web.listen-address=127.0.0.1:${alertPort}`,
      `--storage.path=${session.folder}/alertmanager`,
      "--cluster.listen-address=127.0.0.1:0",
      "--cluster.advertise-address=127.0.0.1:1",
    ],
    `${alertmanager}/-/ready`,
  );
  const config = `
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${session.write("rules.yml", rules)}]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${alertPort}"] }] }] }
scrape_configs:
  - { job_name: prometheus, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }
  - { job_name: alertmanager, static_configs: [{ targets: ["127.0.0.1:${alertPort}"] }] }
`;
  await session.start(
    await tool("prometheus"),
    [
      `--config.file=${session.write("prometheus.yml", config)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${session.folder}/prometheus`,
      "--enable-feature=exemplar-storage",
    ],
    `${prometheus}/-/ready`,
  );
  const metric = async (at: string, line: RegExp): Promise<boolean> =>
    line.test(await (await fetch(`${at}/metrics`)).text());
  await eventually("an alert was sent to Alertmanager and from there", () =>
    metric(alertmanager, /^alertmanager_notification_requests_total\{.*webhook.*\} [1-9]/m),
  );
  await eventually("Prometheus scraped itself twice", async () => {
    const query = "prometheus_target_interval_length_seconds_count>1";
    const answer = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`);
    return (await answer.text()).includes("__name__");
  });
  return { prometheus, alertmanager };
}

export const prometheus: Exporter = {
  name: "prometheus",
  version: versions.tools.prometheus.version,
  recorded: "scraping itself and Alertmanager, with a recording rule, and an alert that fires and is sent",
  record: async (session) => session.scrape(`${(await start(session)).prometheus}/metrics`),
};

export const alertmanager: Exporter = {
  name: "alertmanager",
  version: versions.tools.alertmanager.version,
  recorded: "given an alert by Prometheus, which it sends to a webhook; one instance with its gossip on",
  record: async (session) => session.scrape(`${(await start(session)).alertmanager}/metrics`),
};

/** The series that Prometheus itself makes of each scrape and of each alert; it exposes none of them. */
export const scraping: Exporter = {
  name: "scraping",
  version: versions.tools.prometheus.version,
  recorded: "the names that Prometheus stores beside those that its targets expose",
  async record(session) {
    const { prometheus: at, alertmanager: other } = await start(session);
    const exposed = [await session.scrape(`${at}/metrics`), await session.scrape(`${other}/metrics`)];
    await eventually("the alert is stored", async () =>
      (await labelValues(at, "__name__")).includes("ALERTS"),
    );
    const names = (await labelValues(at, "__name__")).filter(
      (name) => !name.includes(":") && !exposed.some((metrics) => isExposed(name, metrics)),
    );
    const found: Record<string, MetricFamily> = {};
    for (const name of names) found[name] = { type: "gauge", help: "", labels: await ownLabels(at, name) };
    return found;
  },
};

const added = ["__name__", "job", "instance"];

/** Of an alert's labels only those that every alert has. */
async function ownLabels(at: string, name: string): Promise<readonly string[]> {
  const { data } = (await (await fetch(`${at}/api/v1/series?match[]=${name}`)).json()) as {
    readonly data: readonly Readonly<Record<string, string>>[];
  };
  const labels = Object.keys(data[0] ?? {}).filter((label) => !added.includes(label));
  return labels.sort();
}

async function labelValues(at: string, label: string): Promise<readonly string[]> {
  const answer = (await (await fetch(`${at}/api/v1/label/${label}/values`)).json()) as {
    readonly data: readonly string[];
  };
  return answer.data;
}

function isExposed(series: string, metrics: Readonly<Record<string, MetricFamily>>): boolean {
  return series in metrics || series.replace(/_(bucket|sum|count)$/, "") in metrics;
}
