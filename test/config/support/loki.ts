import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Listening } from "./programs";

/** Starts a real Loki on free ports of the loopback, with all of its files below `folder`. */
export async function startLoki(program: string, folder: string): Promise<Listening> {
  const file = path.join(folder, "loki.yaml");
  const here = { listen_address: "127.0.0.1", listen_port: 0 };
  const server = Object.fromEntries(
    ["http", "grpc"].flatMap((kind) => Object.entries(here).map(([key, value]) => [`${kind}_${key}`, value])),
  );
  const filesystem = {
    chunks_directory: path.join(folder, "chunks"),
    rules_directory: path.join(folder, "rules"),
  };
  const config = {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server,
    common: {
      path_prefix: folder,
      replication_factor: 1,
      instance_addr: "127.0.0.1",
      ring: { kvstore: { store: "inmemory" } },
      storage: { filesystem },
    },
    schema_config: {
      configs: [
        {
          ...{ from: "2024-01-01", store: "tsdb", object_store: "filesystem", schema: "v13" },
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
  };
  writeFileSync(file, JSON.stringify(config));
  const child = spawn(program, [`-config.file=${file}`], { env: {}, stdio: ["ignore", "ignore", "pipe"] });
  const ended = once(child, "exit");
  const said: string[] = [];
  const address = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      said.push(line);
      const found = /msg="server listening on addresses" http=(127\.0\.0\.1:\d+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`Loki ended:\n${said.slice(-20).join("\n")}`)));
  });
  return {
    url: `http://${await address}`,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
