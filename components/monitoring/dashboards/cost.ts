import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";
import { HOURS, prices } from "./prices";

const GIB = 1024 ** 3;
const CPU = prices.cpuHour * HOURS;
const MEMORY = (prices.memoryGibHour * HOURS) / GIB;
const VOLUME = prices.volumeGib / GIB;

/** Pods that have ended hold nothing any more, though their requests are still told. */
const ALIVE =
  'on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1)';

function requested(resource: "cpu" | "memory"): string {
  return `kube_pod_container_resource_requests{resource="${resource}"} * ${ALIVE}`;
}

const pods = `sum by (namespace) (${requested("cpu")}) * ${CPU} + sum by (namespace) (${requested("memory")}) * ${MEMORY}`;
const volumes = `sum by (namespace) (kube_persistentvolumeclaim_resource_requests_storage_bytes) * ${VOLUME}`;
const ESTIMATE =
  "For a month like this moment, by list prices; load balancers, traffic and managed stores are not in it.";

/** What requests and volumes cost, by list prices. */
export const cost: DashboardSpec = {
  uid: "slipway-cost",
  title: "Cost",
  panels: [
    {
      title: "All of it for a month",
      kind: "stat",
      unit: "currencyUSD",
      description: ESTIMATE,
      queries: { pods: `sum(${pods})`, volumes: `sum(${volumes})` },
    },
    {
      title: "Pods by namespace, for a month",
      kind: "piechart",
      unit: "currencyUSD",
      description: ESTIMATE,
      queries: { "{{namespace}}": pods },
    },
    chart("Pods by namespace, in its course", "currencyUSD", { "{{namespace}}": pods }),
    {
      title: "Volumes by namespace, for a month",
      kind: "bargauge",
      unit: "currencyUSD",
      queries: { "{{namespace}}": volumes },
    },
    chart(
      "CPU requested and not used, for a month",
      "currencyUSD",
      {
        "{{namespace}}": `clamp_min(sum by (namespace) (${requested("cpu")}) - sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[1h])), 0) * ${CPU}`,
      },
      { description: "What a smaller request would save." },
    ),
    chart("Memory requested and not used, for a month", "currencyUSD", {
      "{{namespace}}": `clamp_min(sum by (namespace) (${requested("memory")}) - sum by (namespace) (container_memory_working_set_bytes{container!=""}), 0) * ${MEMORY}`,
    }),
    chart(
      "Nodes: what is not requested by any pod, for a month",
      "currencyUSD",
      {
        CPU: `clamp_min(sum(kube_node_status_allocatable{resource="cpu"}) - sum(${requested("cpu")}), 0) * ${CPU}`,
        memory: `clamp_min(sum(kube_node_status_allocatable{resource="memory"}) - sum(${requested("memory")}), 0) * ${MEMORY}`,
      },
      { width: 24 },
    ),
  ],
};
