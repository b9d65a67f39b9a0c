import type { AlertGroup } from "../types";

/** File systems of disks; the others are memory, or belong to containers. */
const DISK = 'fstype!~"tmpfs|ramfs|overlay|squashfs|erofs|iso9660"';
const READ_ONLY = `unless on (node, device, mountpoint) node_filesystem_readonly{${DISK}} == 1`;
const FREE = `100 * max by (node, device, mountpoint) (node_filesystem_avail_bytes{${DISK}})
  / max by (node, device, mountpoint) (node_filesystem_size_bytes{${DISK}})`;

/** Alerts on nodes. */
export const nodeAlerts: AlertGroup = {
  KubeNodeNotReady: {
    scope: "platform",
    query: `max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0
      and on (node) kube_node_spec_unschedulable == 0`,
    for: "5m",
    severity: "high",
    summary: "The node {{ $labels.node }} is not ready",
    description: "Its pods are moved to other nodes; until then they do not answer.",
  },
  KubeNodeReadinessFlapping: {
    scope: "platform",
    query: `sum by (node) (changes(kube_node_status_condition{condition="Ready",status="true"}[1h]))
      and on (node) kube_node_spec_unschedulable == 0`,
    above: 5,
    range: [2, 30],
    for: "5m",
    severity: "warning",
    summary: "The node {{ $labels.node }} comes and goes",
    description: "It changed between ready and not ready {{ $value }} times in an hour.",
  },
  KubeNodePressure: {
    scope: "platform",
    query: `max by (node, condition) (
      kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure",status="true"}) == 1`,
    for: "5m",
    severity: "warning",
    summary: "The node {{ $labels.node }} is under {{ $labels.condition }}",
    description: "It takes no new pods, and ends some of those that it has.",
  },
  NodeFilesystemSpaceFillingUp: {
    scope: "platform",
    query: `${FREE}
      and on (node, device, mountpoint) predict_linear(node_filesystem_avail_bytes{${DISK}}[6h], 86400) < 0
      ${READ_ONLY}`,
    below: 20,
    range: [5, 60],
    for: "1h",
    severity: "warning",
    summary: "{{ $labels.mountpoint }} on {{ $labels.node }} will be full within a day",
    description: "{{ $value | humanize }} % of it are free, and it fills as fast as in the last 6 hours.",
  },
  NodeFilesystemAlmostFull: {
    scope: "platform",
    query: `${FREE} ${READ_ONLY}`,
    below: 5,
    range: [1, 30],
    for: "10m",
    severity: "critical",
    summary: "{{ $labels.mountpoint }} on {{ $labels.node }} is almost full",
    description: "{{ $value | humanize }} % of it are free.",
  },
  NodeClockSkewDetected: {
    scope: "platform",
    query: "max by (node) (abs(node_timex_offset_seconds))",
    above: 0.05,
    range: [0.01, 10],
    for: "10m",
    severity: "warning",
    summary: "The clock of {{ $labels.node }} is off",
    description: "By {{ $value | humanizeDuration }}: certificates, tokens and logs may be judged wrongly.",
  },
  NodeMemoryHighUtilization: {
    scope: "platform",
    query: `100 - 100 * max by (node) (node_memory_MemAvailable_bytes)
      / max by (node) (node_memory_MemTotal_bytes)`,
    above: 90,
    range: [50, 99],
    for: "15m",
    severity: "warning",
    summary: "The node {{ $labels.node }} has little memory left",
    description: "{{ $value | humanize }} % of it are in use: the kernel may end containers.",
  },
};
