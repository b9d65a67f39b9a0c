import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";

const DISKS = 'fstype!~"tmpfs|overlay|squashfs|ramfs"';
const CARDS = 'device!~"lo|veth.*|eni.*|cali.*|cni.*"';

/** Use, saturation and errors of what pods run on, and of what pods were promised. */
export const use: DashboardSpec = {
  uid: "slipway-use",
  title: "Nodes and pods: use, saturation, errors",
  panels: [
    chart(
      "CPU in use, by node",
      "percentunit",
      { "{{instance}}": '1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m]))' },
      { thresholds: { warning: 0.8, critical: 0.95 } },
    ),
    chart(
      "Processes that want a CPU, for each CPU of a node",
      "short",
      {
        "{{instance}}":
          'max by (instance) (node_load5) / count by (instance) (node_cpu_seconds_total{mode="idle"})',
      },
      { thresholds: { critical: 2 } },
    ),
    chart(
      "Memory in use, by node",
      "percentunit",
      {
        "{{instance}}":
          "1 - max by (instance) (node_memory_MemAvailable_bytes) / max by (instance) (node_memory_MemTotal_bytes)",
      },
      { thresholds: { warning: 0.85, critical: 0.95 } },
    ),
    chart(
      "Memory that was waited for",
      "ops",
      { "{{instance}}": "max by (instance) (rate(node_vmstat_pgmajfault[5m]))" },
      { description: "Pages that had to be read from disk before a process could go on." },
    ),
    chart("Disks at work", "percentunit", {
      "{{instance}} {{device}}": "max by (instance, device) (rate(node_disk_io_time_seconds_total[5m]))",
    }),
    chart(
      "File systems in use",
      "percentunit",
      {
        "{{instance}} {{mountpoint}}": `1 - max by (instance, mountpoint) (node_filesystem_avail_bytes{${DISKS}}) / max by (instance, mountpoint) (node_filesystem_size_bytes{${DISKS}})`,
      },
      { thresholds: { warning: 0.8, critical: 0.9 } },
    ),
    chart("Network", "Bps", {
      "{{instance}} in": `sum by (instance) (rate(node_network_receive_bytes_total{${CARDS}}[5m]))`,
      "{{instance}} out": `sum by (instance) (rate(node_network_transmit_bytes_total{${CARDS}}[5m]))`,
    }),
    chart("Network errors", "ops", {
      "{{instance}}": `sum by (instance) (rate(node_network_receive_errs_total{${CARDS}}[5m]) + rate(node_network_transmit_errs_total{${CARDS}}[5m]))`,
    }),
    chart("CPU of pods, of what they requested", "percentunit", {
      "{{namespace}}":
        'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m])) / sum by (namespace) (kube_pod_container_resource_requests{resource="cpu"})',
    }),
    chart("Memory of pods, of what they requested", "percentunit", {
      "{{namespace}}":
        'sum by (namespace) (container_memory_working_set_bytes{container!=""}) / sum by (namespace) (kube_pod_container_resource_requests{resource="memory"})',
    }),
    chart(
      "Pods held back by their CPU limit",
      "percentunit",
      {
        "{{namespace}} {{pod}}":
          'topk(10, sum by (namespace, pod) (rate(container_cpu_cfs_throttled_periods_total{container!=""}[5m])) / sum by (namespace, pod) (rate(container_cpu_cfs_periods_total{container!=""}[5m])))',
      },
      { thresholds: { warning: 0.25 } },
    ),
    chart("Containers whose last end was for want of memory", "short", {
      "{{namespace}}":
        'sum by (namespace) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"})',
    }),
  ],
};
