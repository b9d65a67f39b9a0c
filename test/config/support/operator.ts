import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { operatorArguments } from "../../../components/monitoring/operator/operator";
import type { KubeClient, KubeObject } from "../../../rehearsal/kube/client";

/** A running operator. */
export interface RunningOperator {
  /** What it has written so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

export interface OperatorOptions {
  readonly program: string;
  /** Kubeconfig of somebody who may impersonate its service account. */
  readonly kubeconfig: string;
  /** File for its output. */
  readonly file: string;
}

/** Starts the operator with the arguments of its pod, and with no more rights than the pod's account has. */
export function startOperator({ program, kubeconfig, file }: OperatorOptions): RunningOperator {
  const output = createWriteStream(file);
  const child: ChildProcess = spawn(
    program,
    [
      ...operatorArguments,
      "--as=system:serviceaccount:monitoring:prometheus-operator",
      "--web.listen-address=127.0.0.1:0",
    ],
    { env: { KUBECONFIG: kubeconfig }, stdio: ["ignore", "pipe", "pipe"] },
  );
  child.stdout?.pipe(output, { end: false });
  child.stderr?.pipe(output, { end: false });
  const ended = once(child, "exit");
  return {
    log: () => readFile(file, "utf8"),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      output.end();
    },
  };
}

/** One job of a scrape configuration. */
export interface ScrapeJob {
  readonly job_name: string;
  readonly scrape_interval?: string;
  readonly metrics_path?: string;
  readonly scheme?: string;
  readonly params?: Readonly<Record<string, readonly string[]>>;
  readonly kubernetes_sd_configs?: readonly {
    readonly role: string;
    readonly namespaces?: { readonly names: readonly string[] };
  }[];
  readonly static_configs?: readonly {
    readonly targets: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly relabel_configs?: readonly Readonly<Record<string, unknown>>[];
}

/** The parts of Prometheus's configuration that tests look at. */
export interface PrometheusConfig {
  readonly global: Readonly<Record<string, unknown>>;
  readonly rule_files?: readonly string[];
  readonly scrape_configs: readonly ScrapeJob[];
  readonly alerting: { readonly alertmanagers: readonly Readonly<Record<string, unknown>>[] };
  readonly storage?: {
    readonly exemplars?: { readonly max_exemplars?: number };
    readonly tsdb?: { readonly retention?: { readonly time?: string; readonly size?: string } };
  };
}

/** Waits until the operator has written a configuration with so many jobs. @returns its text and what it says. */
export async function generatedConfig(
  client: KubeClient,
  jobs: number,
): Promise<{ readonly text: string; readonly config: PrometheusConfig }> {
  const text = await client.waitUntil(
    { apiVersion: "v1", kind: "Secret", namespace: "monitoring" },
    (secrets) => {
      const plain = configText(secrets.find(({ metadata }) => metadata.name === "prometheus-slipway"));
      return plain !== undefined && plain.split(/^ *- job_name:/m).length - 1 === jobs ? plain : undefined;
    },
    { timeout: 90_000, what: `a scrape configuration of ${jobs} jobs` },
  );
  return { text, config: parse(text) as PrometheusConfig };
}

function configText(secret: KubeObject | undefined): string | undefined {
  const data = (secret as { data?: Record<string, string> } | undefined)?.data?.["prometheus.yaml.gz"];
  if (data === undefined) return undefined;
  // The reloader in the pod fills in what it finds in its environment.
  return gunzipSync(Buffer.from(data, "base64"))
    .toString()
    .replaceAll("$(SHARD)", "0")
    .replaceAll("$(POD_NAME)", "prometheus-slipway-0");
}
