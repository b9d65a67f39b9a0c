import type { Level, Settings } from "./settings.js";

const ORDER: readonly Level[] = ["debug", "info", "warn", "error"];

/** Writes one JSON object a line on standard output. */
export class Logger {
  readonly #identity: { readonly service: string; readonly version: string };
  readonly #least: number;

  constructor({ service, version, level }: Pick<Settings, "service" | "version" | "level">) {
    this.#identity = { service, version };
    this.#least = ORDER.indexOf(level);
  }

  write(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (ORDER.indexOf(level) < this.#least) return;
    const line = { time: new Date().toISOString(), level, ...this.#identity, message, ...fields };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
