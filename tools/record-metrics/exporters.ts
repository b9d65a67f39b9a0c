import type { Exporter } from "./exporter";
import { blackboxExporter, nodeExporter } from "./hosts";
import { jaeger } from "./jaeger";
import { apiServer, coreDns, kubeStateMetrics, prometheusOperator } from "./kubernetes";
import { loki } from "./loki";
import { alertmanager, prometheus, scraping } from "./prometheus";
import { reference } from "./reference";
import { argoRollouts } from "./rollouts";
import { postgresExporter, redisExporter } from "./stores";

/** Everything that can be run here, in the order in which it is recorded. */
export const exporters: readonly Exporter[] = [
  reference,
  prometheus,
  alertmanager,
  scraping,
  loki,
  nodeExporter,
  blackboxExporter,
  postgresExporter,
  redisExporter,
  kubeStateMetrics,
  apiServer,
  prometheusOperator,
  coreDns,
  argoRollouts,
  jaeger,
];
