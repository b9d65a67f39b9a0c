import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import type { RuleGroup } from "../../components/common/prometheus-operator";
import { ruleGroups } from "../../components/monitoring/alerts/settle";
import type { SettledAlert } from "../../components/monitoring/alerts/types";
import type { Duration } from "../../components/spec/types";
import { temporaryFolder } from "./temporary";

/** Runbooks of the alerts under test. */
export const RUNBOOKS = "https://runbooks.test";

/** One alert as it must fire: nothing may be missing, and nothing may be more. */
export interface Firing {
  /** Every label but the name of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

/** What exporters said for a while, and what comes of it. */
export interface AlertCase {
  readonly alert: string;
  /** What happens, in words; unique among the cases of the alert. */
  readonly name: string;
  /** Samples in promtool's notation (`0+60x10`), by series as the exporter and the scrape name it. */
  readonly series: Readonly<Record<string, string>>;
  /** Time between two samples. @default "1m" */
  readonly interval?: Duration;
  /** Time of the first sample, for alerts that speak of dates. @default the beginning of 1970 */
  readonly start?: string;
  /** When it is looked at, after the first sample. */
  readonly at: Duration;
  /** The alerts of that name that fire then; empty for a case that must stay quiet. */
  readonly fires: readonly Firing[];
}

/** Alerts as a stack has them, and their cases. */
export interface AlertSuite {
  readonly name: string;
  readonly alerts: readonly SettledAlert[];
  /** Recordings that the alerts read. */
  readonly records?: readonly RuleGroup[];
  readonly cases: readonly AlertCase[];
}

/** A set of rules and the cases that they are put to, under a name that is its own. */
export interface Trial {
  readonly name: string;
  readonly rules: readonly RuleGroup[];
  readonly cases: readonly AlertCase[];
}

/** Names of a suite's alerts, each once. */
export function alertNames({ alerts }: Pick<AlertSuite, "alerts">): readonly string[] {
  return [...new Set(alerts.map(({ name }) => name))];
}

/** The trial of one alert of a suite, with its threshold multiplied. */
export function trialOf(
  { name: suite, alerts, records = [], cases }: AlertSuite,
  name: string,
  factor = 1,
): Trial {
  const own = alerts.filter((alert) => alert.name === name).map((alert) => scaled(alert, factor));
  return {
    name: `${suite}.${name}@${factor}`,
    rules: [...records, ...ruleGroups(own)],
    cases: cases.filter(({ alert }) => alert === name),
  };
}

function scaled(alert: SettledAlert, factor: number): SettledAlert {
  const { above, below } = alert;
  return {
    ...alert,
    ...(above === undefined ? {} : { above: above * factor }),
    ...(below === undefined ? {} : { below: below * factor }),
  };
}

/**
 * Puts all trials to the real `promtool test rules`, in one run: what it found wrong by trial, an empty text for one
 * that holds.
 *
 * @throws Error with promtool's words when it cannot read the rules or the cases of a trial.
 */
export async function runTrials(
  promtool: string,
  trials: readonly Trial[],
): Promise<ReadonlyMap<string, string>> {
  const folder = temporaryFolder("slipway-alerts-");
  try {
    const files = await Promise.all(trials.map((trial, index) => write(folder, trial, index)));
    const report = path.join(folder, "report.xml");
    const output = await run(promtool, ["test", "rules", `--junit=${report}`, ...files], folder);
    const suites = parseReport(await readFile(report, "utf8"));
    return new Map(
      trials.map(({ name }, index) => {
        const problems = suites.get(files[index] ?? "");
        if (problems === undefined) throw new Error(`promtool could not try ${name}: ${output}`);
        return [name, problems];
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What the real `promtool check rules` says against rules; an empty text for sound ones. It knows the types of PromQL
 * and the templates of texts, which no test of a single alert may touch.
 */
export async function checkRules(promtool: string, groups: readonly RuleGroup[]): Promise<string> {
  const folder = temporaryFolder("slipway-rules-");
  try {
    await writeFile(path.join(folder, "rules.yaml"), stringify({ groups }));
    const output = await run(promtool, ["check", "rules", "--lint-fatal", "rules.yaml"], folder);
    return output.includes("SUCCESS") ? "" : output;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(folder: string, { rules, cases }: Trial, index: number): Promise<string> {
  const ruleFile = `${index}.rules.yaml`;
  const file = `${index}.yaml`;
  await writeFile(path.join(folder, ruleFile), stringify({ groups: rules }));
  await writeFile(
    path.join(folder, file),
    stringify(
      {
        rule_files: [ruleFile],
        evaluation_interval: "1m",
        // What is recorded must be there before an alert reads it.
        group_eval_order: rules.map(({ name }) => name),
        tests: cases.map(testOf),
      },
      { aliasDuplicateObjects: false },
    ),
  );
  return file;
}

function testOf({ alert, name, series, interval = "1m", start, at, fires }: AlertCase): unknown {
  return {
    name,
    ...(start === undefined ? {} : { start_timestamp: start }),
    interval,
    input_series: Object.entries(series).map(([text, values]) => ({ series: text, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: alert,
        exp_alerts: fires.map(({ labels, summary, description }) => ({
          exp_labels: labels,
          exp_annotations: { summary, description, runbook_url: `${RUNBOOKS}/${alert}.md` },
        })),
      },
    ],
  };
}

/** Everything that the program said. It ends with 1 when a case or a rule fails, and with 3 when it finds two rules alike. */
function run(promtool: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      promtool,
      args,
      { cwd, maxBuffer: 64 * 1024 ** 2, timeout: 300_000 },
      (error, stdout, stderr) => {
        if (error !== null && error.code !== 1 && error.code !== 3) reject(error as Error);
        else resolve(`${stdout}${stderr}`);
      },
    );
  });
}

/** Problems by file of cases. Of a file whose rules or cases cannot be read the report has errors, and it is left out. */
function parseReport(xml: string): Map<string, string> {
  const entities = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" } as const;
  const plain = (text: string): string =>
    text
      .replaceAll(/&#x([0-9A-F]+);|&#(\d+);/gi, (_, hex: string | undefined, decimal: string) =>
        String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
      )
      .replaceAll(/&(lt|gt|amp|quot|apos);/g, (_, name: keyof typeof entities) => entities[name]);
  const suites = xml.split(/<testsuite /).slice(1);
  return new Map(
    suites
      .filter((suite) => / errors="0"/.test(suite))
      .map((suite) => {
        const failures = [...suite.matchAll(/<failure[^>]*>(.*?)<\/failure>/gs)].map(([, text = ""]) =>
          plain(text),
        );
        return [plain(/name="([^"]*)"/.exec(suite)?.[1] ?? ""), failures.join("\n")];
      }),
  );
}
