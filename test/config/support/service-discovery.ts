import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import type { PrometheusConfig, ScrapeJob } from "./operator";

const run = promisify(execFile);

/** One target as Prometheus finds it; `labels` are empty when its relabelling drops it. */
export interface FoundTarget {
  readonly discoveredLabels: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DiscoveryOptions {
  readonly promtool: string;
  readonly folder: string;
  readonly config: PrometheusConfig;
  /** Kubeconfig of somebody who may impersonate Prometheus's service account. */
  readonly kubeconfig: string;
}

/** How long promtool gathers targets, in seconds: it says nothing before, however soon it has all of them. */
const PATIENCE = [3, 10, 30];

/**
 * Runs Prometheus's own service discovery and relabelling for one job, with the rights of its pods, longer and longer
 * until it has found what it must.
 */
export async function discover(
  job: string,
  options: DiscoveryOptions,
  isEnough: (found: readonly FoundTarget[]) => boolean,
): Promise<readonly FoundTarget[]> {
  const { promtool, folder, config, kubeconfig } = options;
  const own = path.join(folder, "prometheus.kubeconfig");
  await writeFile(own, asAccount(kubeconfig, "system:serviceaccount:monitoring:prometheus"), { mode: 0o600 });
  const wanted = config.scrape_configs.find(({ job_name: name }) => name === job);
  if (wanted === undefined) throw new Error(`there is no job ${job}`);
  const file = path.join(folder, "discovery.yaml");
  await writeFile(file, stringify({ scrape_configs: [reaching(wanted, own)] }));
  let found: readonly FoundTarget[] = [];
  for (const seconds of PATIENCE) {
    const { stdout } = await run(
      promtool,
      ["check", "service-discovery", `--timeout=${seconds}s`, file, job],
      {
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    found = (JSON.parse(stdout) as FoundTarget[] | null) ?? [];
    if (isEnough(found)) break;
  }
  return found;
}

/** The targets that a job would scrape, each once: Prometheus takes those of equal labels for one. */
export function scrapedTargets(found: readonly FoundTarget[]): readonly Readonly<Record<string, string>>[] {
  const kept = found.map(({ labels }) => labels).filter((labels) => Object.keys(labels).length > 0);
  return [...new Map(kept.map((labels) => [JSON.stringify(labels), labels])).values()];
}

/** A job that looks for its targets by a kubeconfig, as its pod would by its account. */
function reaching(job: ScrapeJob, kubeconfig: string): object {
  const { authorization: _, tls_config: __, ...rest } = job as ScrapeJob & Record<string, unknown>;
  return {
    ...rest,
    kubernetes_sd_configs: (job.kubernetes_sd_configs ?? []).map((each) => ({
      ...each,
      kubeconfig_file: kubeconfig,
    })),
  };
}

function asAccount(kubeconfig: string, account: string): string {
  const parsed = parse(kubeconfig) as { users: { user: Record<string, unknown> }[] };
  return stringify({
    ...parsed,
    users: parsed.users.map((each) => ({ ...each, user: { ...each.user, as: account } })),
  });
}
