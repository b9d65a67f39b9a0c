import type { AlertCase } from "../../support/promtool";

const own = { system: "slipway", team: "infrastructure" };
const state = 'job="kube-state-metrics",instance="10.0.1.9:8080"';
const node = { node: "node-a" };
const ready = `kube_node_status_condition{${state},node="node-a",condition="Ready",status="true"}`;
const pressure = ready.replace("Ready", "DiskPressure");
const cordoned = `kube_node_spec_unschedulable{${state},node="node-a"}`;
const exporter = 'job="node-exporter",instance="node-a",node="node-a"';
const disk = `{${exporter},device="/dev/nvme0n1p1",fstype="xfs",mountpoint="/"}`;
const place = { ...node, device: "/dev/nvme0n1p1", mountpoint: "/" };

/** A disk of a thousand bytes, of which so many are free. */
function free(bytes: string, readOnly = 0): Readonly<Record<string, string>> {
  return {
    [`node_filesystem_avail_bytes${disk}`]: bytes,
    [`node_filesystem_size_bytes${disk}`]: "1000x600",
    [`node_filesystem_readonly${disk}`]: `${readOnly}x600`,
  };
}

function inMemory(disks: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(disks).map(([series, values]) => [series.replace('"xfs"', '"tmpfs"'), values]),
  );
}

function memory(available: number): Readonly<Record<string, string>> {
  return {
    [`node_memory_MemAvailable_bytes{${exporter}}`]: `${available}x30`,
    [`node_memory_MemTotal_bytes{${exporter}}`]: "1000x30",
  };
}

export const nodeCases: readonly AlertCase[] = [
  {
    alert: "KubeNodeNotReady",
    name: "a node whose disk is full no longer answers",
    series: {
      [ready]: "1x2 0x20",
      [ready.replace("true", "unknown")]: "0x2 1x20",
      [pressure]: "1x30",
      [cordoned]: "0x30",
    },
    at: "10m",
    fires: [
      {
        labels: { ...own, ...node, severity: "high" },
        summary: "The node node-a is not ready",
        description: "Its pods are moved to other nodes; until then they do not answer.",
      },
    ],
  },
  {
    alert: "KubeNodeNotReady",
    name: "a node that was cordoned is taken away",
    series: { [ready]: "1x2 0x20", [cordoned]: "1x30" },
    at: "10m",
    fires: [],
  },
  {
    alert: "KubeNodeNotReady",
    name: "it has been away for four minutes",
    series: { [ready]: "1x5 0x20", [cordoned]: "0x30" },
    at: "10m",
    fires: [],
  },

  {
    alert: "KubeNodeReadinessFlapping",
    name: "six changes in an hour",
    series: {
      [ready]: "1x20 0x5 1x5 0x5 1x5 0x5 1x20",
      [ready.replace("true", "false")]: "0x20 1x5 0x5 1x5 0x5 1x5 0x20",
      [cordoned]: "0x80",
    },
    at: "60m",
    fires: [
      {
        labels: { ...own, ...node, severity: "warning" },
        summary: "The node node-a comes and goes",
        description: "It changed between ready and not ready 6 times in an hour.",
      },
    ],
  },
  {
    alert: "KubeNodeReadinessFlapping",
    name: "five changes in an hour, and some between a full disk and room on it",
    series: {
      [ready]: "1x20 0x5 1x5 0x5 1x5 0x30",
      [pressure]: "1x20 0x5 1x5 0x5 1x5 0x30",
      [cordoned]: "0x80",
    },
    at: "60m",
    fires: [],
  },
  {
    alert: "KubeNodeReadinessFlapping",
    name: "six changes of a node that was cordoned",
    series: { [ready]: "1x20 0x5 1x5 0x5 1x5 0x5 1x20", [cordoned]: "1x80" },
    at: "60m",
    fires: [],
  },

  {
    alert: "KubeNodePressure",
    name: "the disk of a node is almost full",
    series: {
      [`kube_node_status_condition{${state},node="node-a",condition="DiskPressure",status="true"}`]: "1x20",
      [`kube_node_status_condition{${state},node="node-a",condition="MemoryPressure",status="true"}`]: "0x20",
    },
    at: "6m",
    fires: [
      {
        labels: { ...own, ...node, condition: "DiskPressure", severity: "warning" },
        summary: "The node node-a is under DiskPressure",
        description: "It takes no new pods, and ends some of those that it has.",
      },
    ],
  },
  {
    alert: "KubeNodePressure",
    name: "a node is ready, which is a condition too",
    series: {
      [ready]: "1x20",
      [`kube_node_status_condition{${state},node="node-a",condition="DiskPressure",status="false"}`]: "1x20",
    },
    at: "6m",
    fires: [],
  },

  {
    alert: "NodeFilesystemSpaceFillingUp",
    name: "14 % are free, one in a thousand is used each minute, and an hour ago 20 % were free",
    series: free("580-1x600"),
    at: "442m",
    fires: [
      {
        labels: { ...own, ...place, severity: "warning" },
        summary: "/ on node-a will be full within a day",
        description: "13.8 % of it are free, and it fills as fast as in the last 6 hours.",
      },
    ],
  },
  {
    alert: "NodeFilesystemSpaceFillingUp",
    name: "22 % are free, after six hours in which 36 % were used",
    series: free("580-1x360 220x240"),
    at: "410m",
    fires: [],
  },
  {
    alert: "NodeFilesystemSpaceFillingUp",
    name: "18 % have been free all the time",
    series: free("180x600"),
    at: "400m",
    fires: [],
  },

  {
    alert: "NodeFilesystemSpaceFillingUp",
    name: "it was made read-only",
    series: free("580-1x600", 1),
    at: "442m",
    fires: [],
  },
  {
    alert: "NodeFilesystemSpaceFillingUp",
    name: "it is memory",
    series: inMemory(free("580-1x600")),
    at: "442m",
    fires: [],
  },

  {
    alert: "NodeFilesystemAlmostFull",
    name: "4.5 % are free",
    series: free("45x30"),
    at: "11m",
    fires: [
      {
        labels: { ...own, ...place, severity: "critical" },
        summary: "/ on node-a is almost full",
        description: "4.5 % of it are free.",
      },
    ],
  },
  {
    alert: "NodeFilesystemAlmostFull",
    name: "5.5 % are free",
    series: free("55x30"),
    at: "11m",
    fires: [],
  },
  {
    alert: "NodeFilesystemAlmostFull",
    name: "4.5 % of one in memory are free",
    series: inMemory(free("45x30")),
    at: "11m",
    fires: [],
  },
  {
    alert: "NodeFilesystemAlmostFull",
    name: "a full file system cannot be written to anyway",
    series: free("0x30", 1),
    at: "11m",
    fires: [],
  },

  {
    alert: "NodeClockSkewDetected",
    name: "the clock is 55 ms behind",
    series: { [`node_timex_offset_seconds{${exporter}}`]: "-0.055x30" },
    at: "11m",
    fires: [
      {
        labels: { ...own, ...node, severity: "warning" },
        summary: "The clock of node-a is off",
        description: "By 55ms: certificates, tokens and logs may be judged wrongly.",
      },
    ],
  },
  {
    alert: "NodeClockSkewDetected",
    name: "the clock is 45 ms ahead",
    series: { [`node_timex_offset_seconds{${exporter}}`]: "0.045x30" },
    at: "11m",
    fires: [],
  },

  {
    alert: "NodeMemoryHighUtilization",
    name: "95 % are in use",
    series: memory(50),
    at: "16m",
    fires: [
      {
        labels: { ...own, ...node, severity: "warning" },
        summary: "The node node-a has little memory left",
        description: "95 % of it are in use: the kernel may end containers.",
      },
    ],
  },
  {
    alert: "NodeMemoryHighUtilization",
    name: "85 % are in use",
    series: memory(150),
    at: "16m",
    fires: [],
  },
];
