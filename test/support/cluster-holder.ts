// A process of its own that starts a cluster in the folder that it is given, prints the process ids, and then either
// keeps the cluster and ends, or waits to be killed.
import { silent } from "../../engine/progress";
import { startCluster } from "../../rehearsal/cluster";
import { clusterParts } from "./cluster";

async function main([folder = "", mode]: readonly string[]): Promise<void> {
  const cluster = await startCluster({ ...(await clusterParts()), folder, crdFiles: [] }, silent);
  process.stdout.write(JSON.stringify(cluster.pids));
  if (mode === "keep") cluster.keep();
}

void main(process.argv.slice(2));
