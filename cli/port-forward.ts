import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { MONITORING_NAMESPACE } from "../components/common/monitoring";
import { SlipwayError } from "../components/common/problems";

/** A way to a Service of the monitoring stack, from a port of this machine's loopback. */
export interface PortForward {
  /** Name of the Service. */
  readonly service: string;
  /** Its port. */
  readonly remote: number;
  /** Port of the loopback; 0 takes a free one. */
  readonly local: number;
  /** What tells kubectl the cluster: `["--context", "laptop"]`. */
  readonly cluster: readonly string[];
}

/** How long kubectl gets to end by itself, in milliseconds. */
const PATIENCE = 5000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  // Whoever leaves in the middle must leave no open port behind.
  for (const child of running) child.kill("SIGKILL");
});

/**
 * Runs `kubectl port-forward` until it ends or `signal` is aborted, which is its normal end.
 *
 * @param opened is told the local port once something listens on it.
 * @throws SlipwayError when there is no kubectl, or it ends by itself.
 */
export async function portForward(
  { service, remote, local, cluster }: PortForward,
  signal: AbortSignal,
  opened: (port: number) => void,
): Promise<void> {
  const ports = local === 0 ? `:${remote}` : `${local}:${remote}`;
  const args = [...cluster, "--namespace", MONITORING_NAMESPACE, "port-forward", `service/${service}`, ports];
  // In a group of its own, so that Ctrl-C at a terminal ends it by us alone, and not as if it had failed.
  const child = spawn("kubectl", args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
  running.add(child);
  const stop = (): void => {
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), PATIENCE).unref();
  };
  const said: string[] = [];
  let isOpen = false;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const port = /^Forwarding from \S+:(\d+) -> /.exec(line)?.[1];
    // One line for each address family.
    if (port === undefined || isOpen) return;
    isOpen = true;
    opened(Number(port));
  });
  createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
  signal.addEventListener("abort", stop, { once: true });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
      if (signal.aborted) stop();
    });
    if (!signal.aborted) throw ended(service, local, code, said);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new SlipwayError({
      where: "PATH",
      what: "there is no kubectl, which opens the way into the cluster",
      todo: "install it: https://kubernetes.io/docs/tasks/tools/",
    });
  } finally {
    signal.removeEventListener("abort", stop);
    running.delete(child);
  }
}

function ended(service: string, local: number, code: number | null, said: readonly string[]): SlipwayError {
  const text = said.join("\n");
  const last = said
    .findLast((line) => line.trim() !== "")
    ?.trim()
    .replace(/^error: /i, "");
  const where = `kubectl port-forward service/${service}`;
  if (/unable to listen on|address already in use/i.test(text)) {
    return new SlipwayError({
      where,
      what: `port ${local} of this machine is in use`,
      todo: "end what uses it, or choose another with `--port`; 0 takes a free one",
    });
  }
  if (/\(NotFound\)|not found/.test(text)) {
    return new SlipwayError({
      where,
      what: `the cluster has no Service ${service} in the namespace ${MONITORING_NAMESPACE}`,
      todo: "bring the stack up with `slipway up`, or see whether kubectl is at the right cluster",
    });
  }
  return new SlipwayError({
    where,
    what:
      last === undefined
        ? `it ended with exit code ${String(code)} and said nothing`
        : last.replace(/\.$/, ""),
    todo: `see whether \`kubectl --namespace ${MONITORING_NAMESPACE} get pods\` answers, and try again`,
  });
}
