import os from "node:os";

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  /** Operating system and architecture. */
  readonly platform: string;
  readonly node: string;
  /** Average number of running processes in the last minute, before the first measurement: 0 on an idle machine. */
  readonly load: number;
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    // Not all of the machine's may be open to this process.
    cores: os.availableParallelism(),
    processor: os.cpus()[0]?.model.trim() ?? "unknown",
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.versions.node,
    load: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
  };
}
