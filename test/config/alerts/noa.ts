import type { AlertCase, Firing } from "../../support/promtool";

const requests = 'http_requests_total{namespace="noa",service="noa-api",pod="noa-api-0",status_code="200"}';
const failures = 'http_requests_total{namespace="noa",service="noa-api",pod="noa-api-0",status_code="503"}';
const bucket = (le: string): string =>
  `http_request_duration_seconds_bucket{namespace="noa",service="noa-api",pod="noa-api-0",le="${le}"}`;
const cpu = 'container_cpu_usage_seconds_total{namespace="noa",pod="noa-api-0",container="noa-api"}';
const memory = 'container_memory_working_set_bytes{namespace="noa",pod="noa-api-0",container="noa-api"}';
const limit = (resource: string, unit: string): string =>
  `kube_pod_container_resource_limits{namespace="noa",pod="noa-api-0",container="noa-api",resource="${resource}",unit="${unit}"}`;

function firing(
  labels: Readonly<Record<string, string>>,
  [summary, description]: readonly [string, string],
): Firing {
  return { labels: { system: "noa", namespace: "noa", ...labels }, summary, description };
}

const WEEK_BEFORE = "Compared with the same hour a week before: ";
const spike = (times: string): Firing =>
  firing({ severity: "high", team: "noa" }, [
    `Noa gets ${times} times the requests of a week ago`,
    `${WEEK_BEFORE}a campaign, a client that repeats itself, or an attack.`,
  ]);
const drop = (share: string): Firing =>
  firing({ severity: "high", team: "noa" }, [
    `Noa gets ${share} of the requests of a week ago`,
    `${WEEK_BEFORE}users, or whatever is in front of it, cannot reach it.`,
  ]);

// The hour that now is compared with ends 10050 minutes ago, half an hour after this moment a week ago.
const HOUR_END = 75;
const LENGTH = HOUR_END + 10_050;
const NOW = `${LENGTH}m` as const;
/** A counter that grew by `then` a minute up to the end of that hour, and grows by `now` a minute for 15 minutes. */
function counter(then: number, now: number): string {
  return `0+${then}x${HOUR_END} _x${LENGTH - HOUR_END - 16} ${then * HOUR_END}+${now}x15`;
}

export const noaCases: readonly AlertCase[] = [
  {
    alert: "HighLatency",
    name: "19 of 20 answers come within 110 ms",
    // 90 % within 100 ms, all within 120: 95 % within 110.
    series: { [bucket("0.1")]: "0+90x20", [bucket("0.12")]: "0+100x20", [bucket("+Inf")]: "0+100x20" },
    at: "15m",
    fires: [
      firing({ severity: "high", team: "performance" }, [
        "One in twenty requests to Noa takes longer than 110ms",
        "The 95th percentile of its API's answers is above the 100 ms that it promises.",
      ]),
    ],
  },
  {
    alert: "HighLatency",
    name: "19 of 20 answers come within 90 ms",
    series: { [bucket("0.08")]: "0+90x20", [bucket("0.1")]: "0+100x20", [bucket("+Inf")]: "0+100x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "HighLatency",
    name: "it has been slow for 3 minutes",
    series: {
      [bucket("0.1")]: "0+100x17 1700+0x3",
      [bucket("0.5")]: "0+100x17 1800+100x2",
      [bucket("+Inf")]: "0+100x17 1800+100x2",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "TrafficSpike",
    name: "3.3 times the requests of a week ago",
    series: { [requests]: counter(600, 1980) },
    at: NOW,
    fires: [spike("3.3")],
  },
  {
    alert: "TrafficSpike",
    name: "2.7 times the requests of a week ago",
    series: { [requests]: counter(600, 1620) },
    at: NOW,
    fires: [],
  },
  {
    alert: "TrafficSpike",
    name: "nobody knows what there was a week ago",
    series: { [requests]: "0+1000000x60" },
    at: "60m",
    fires: [],
  },
  {
    alert: "TrafficDrop",
    name: "30 % of the requests of a week ago",
    series: { [requests]: counter(600, 180) },
    at: NOW,
    fires: [drop("30%")],
  },
  {
    alert: "TrafficDrop",
    name: "36 % of the requests of a week ago",
    series: { [requests]: counter(600, 216) },
    at: NOW,
    fires: [],
  },
  {
    alert: "TrafficDrop",
    name: "no pod is left that could say anything",
    series: { [requests]: `0+600x${HOUR_END} stale` },
    at: NOW,
    fires: [drop("0%")],
  },
  {
    alert: "TrafficDrop",
    name: "nobody asks, and less than one request a second came a week ago",
    series: { [requests]: counter(54, 0) },
    at: NOW,
    fires: [],
  },
  {
    alert: "TrafficDrop",
    name: "nobody knows what there was a week ago",
    series: { [requests]: "0+0x60" },
    at: "60m",
    fires: [],
  },
  {
    alert: "HighErrorRate",
    name: "5.5 % of the requests fail",
    series: { [requests]: "0+945x20", [failures]: "0+55x20" },
    at: "15m",
    fires: [
      firing({ severity: "high", team: "noa" }, [
        "5.5% of the requests to Noa fail",
        "Its API answers with server errors; the target is less than 1 %.",
      ]),
    ],
  },
  {
    alert: "HighErrorRate",
    name: "4.5 % of the requests fail",
    series: { [requests]: "0+955x20", [failures]: "0+45x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "HighErrorRate",
    name: "half of the requests fail, for 3 minutes so far",
    series: { [requests]: "0+1000x17 17500+500x2", [failures]: "0+0x17 500+500x2" },
    at: "20m",
    fires: [],
  },
  {
    alert: "CpuSaturation",
    name: "a pod uses 57.6 of 60 seconds of its core, 96 %",
    series: { [cpu]: "0+57.6x20", [limit("cpu", "core")]: "1x20" },
    at: "15m",
    fires: [
      firing({ severity: "warning", team: "infrastructure", pod: "noa-api-0" }, [
        "noa-api-0 of Noa uses 96% of its cpu",
        "The target is below 80 %: the autoscaler is at its most, or cannot find room.",
      ]),
    ],
  },
  {
    alert: "CpuSaturation",
    name: "a pod uses 56.4 of 60 seconds of its core, 94 %",
    series: { [cpu]: "0+56.4x20", [limit("cpu", "core")]: "1x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "CpuSaturation",
    name: "a core is used of the two that a pod may use",
    series: { [cpu]: "0+60x20", [limit("cpu", "core")]: "2x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "MemorySaturation",
    name: "a pod uses 490 of 500 million bytes, 98 %",
    series: { [memory]: "490000000x20", [limit("memory", "byte")]: "500000000x20" },
    at: "15m",
    fires: [
      firing({ severity: "warning", team: "infrastructure", pod: "noa-api-0" }, [
        "noa-api-0 of Noa uses 98% of its memory",
        "The target is below 85 %; at its limit the pod is killed.",
      ]),
    ],
  },
  {
    alert: "MemorySaturation",
    name: "a pod uses 470 of 500 million bytes, 94 %",
    series: { [memory]: "470000000x20", [limit("memory", "byte")]: "500000000x20" },
    at: "15m",
    fires: [],
  },
];
