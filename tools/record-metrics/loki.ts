import { versions } from "../../components/common/versions";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import type { Exporter } from "./exporter";
import { eventually, freePort } from "./session";

export const loki: Exporter = {
  name: "loki",
  version: versions.tools.loki.version,
  recorded:
    "all of it in one process on the file system, with lines pushed to it, lines refused, and a query",
  async record(session) {
    const [port, grpc] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const config = session.write(
      "loki.yml",
      `
auth_enabled: false
server: { http_listen_address: 127.0.0.1, http_listen_port: ${port}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${grpc} }
common:
  instance_addr: 127.0.0.1
  path_prefix: ${session.folder}/loki
  replication_factor: 1
  ring: { kvstore: { store: inmemory } }
  storage: { filesystem: { chunks_directory: ${session.folder}/chunks, rules_directory: ${session.folder}/rules } }
schema_config:
  configs: [{ from: 2024-01-01, store: tsdb, object_store: filesystem, schema: v13, index: { prefix: index_, period: 24h } }]
limits_config: { retention_period: 744h, allow_structured_metadata: true }
compactor: { retention_enabled: true, delete_request_store: filesystem, working_directory: ${session.folder}/compactor }
analytics: { reporting_enabled: false }
`,
    );
    const { path } = await ensureTool("loki", silent);
    await session.start(path, [`-config.file=${config}`], `${url}/ready`);
    const push = (time: number): Promise<Response> =>
      fetch(`${url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          streams: [
            { stream: { app: "recorded" }, values: [[`${time}000000`, "a line", { trace_id: "1" }]] },
          ],
        }),
      });
    await push(Date.now());
    // Older than what Loki takes by default: a week.
    await push(Date.now() - 30 * 24 * 3_600_000);
    const query = `${url}/loki/api/v1/query_range?query=${encodeURIComponent('{app="recorded"} |= "line"')}`;
    await eventually("the line is found", async () => (await (await fetch(query)).text()).includes("a line"));
    await (await fetch(`${url}/flush`, { method: "POST" })).text();
    await eventually("a chunk is stored", async () =>
      /^loki_ingester_chunks_flushed_total\{?.*[1-9]/m.test(await (await fetch(`${url}/metrics`)).text()),
    );
    return session.scrape(`${url}/metrics`);
  },
};
