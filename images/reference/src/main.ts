// The reference service: a stand-in for an app that has no image yet. It writes nothing to disk and needs no package.
import { Logger } from "./log.js";
import { ReferenceServer } from "./server.js";
import { readSettings } from "./settings.js";
import type { Settings } from "./settings.js";
import { Tracer } from "./trace.js";

// Kubernetes takes a stopping pod out of its services while it still runs, and gives it 30 seconds by default;
// connections that are open get this long to end.
const DRAIN_MS = 25_000;

function main(): void {
  let settings: Settings;
  try {
    settings = readSettings(process.env);
  } catch (error) {
    const log = new Logger({ service: "reference", version: "0.0.0", level: "error" });
    log.write("error", error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
    return;
  }
  const log = new Logger(settings);
  const tracer = new Tracer(settings, log);
  const server = new ReferenceServer(settings, log, tracer);

  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.write("info", "stopping", { signal });
    const finished = await server.stop(DRAIN_MS);
    await tracer.stop();
    if (finished) log.write("info", "stopped");
    else log.write("warn", "stopped; connections were still open");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));

  server.listen().then(
    (ports) => log.write("info", "listening", ports),
    (error: unknown) => {
      log.write("error", error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
      void tracer.stop();
    },
  );
}

main();
