import { writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "prettier";
import type { RecordedExporter } from "../../components/monitoring/catalogue";
import { endCluster } from "./cluster";
import { exporters } from "./exporters";
import { Session } from "./session";

const folder = path.resolve(__dirname, "..", "..", "components", "monitoring", "catalogue");

/** Records the exporters of these names, or all: `node --import tsx tools/record-metrics/index.ts [NAME...]`. */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !exporters.some((exporter) => exporter.name === name));
  if (unknown !== undefined) {
    const allowed = exporters.map(({ name }) => name).join(", ");
    throw new Error(`no exporter is called ${unknown}; allowed: ${allowed}`);
  }
  for (const { name, version, recorded, record } of exporters) {
    if (names.length > 0 && !names.includes(name)) continue;
    const session = new Session();
    try {
      const metrics = await record(session);
      const content: RecordedExporter = { exporter: name, version, recorded, metrics };
      const text = await format(JSON.stringify(content), { parser: "json", printWidth: 110 });
      writeFileSync(path.join(folder, `${name}.json`), text);
      console.log(`${name} ${version}: ${Object.keys(metrics).length} metrics`);
    } finally {
      await session.end();
    }
  }
}

main(process.argv.slice(2))
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(endCluster);
