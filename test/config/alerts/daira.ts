import type { AlertCase, Firing } from "../../support/promtool";

const requests = (status: string): string =>
  `http_requests_total{namespace="daira",service="backend",pod="backend-0",status="${status}"}`;
const bucket = (le: string): string =>
  `http_request_duration_seconds_bucket{namespace="daira",service="backend",pod="backend-0",le="${le}"}`;
const connections = (state: string): string =>
  `pg_stat_activity_count{namespace="daira",datname="daira",state="${state}"}`;
const restarts =
  'kube_pod_container_status_restarts_total{namespace="daira",pod="backend-0",container="backend"}';
const used = 'redis_memory_used_bytes{namespace="daira",pod="redis-0"}';
const most = 'redis_memory_max_bytes{namespace="daira",pod="redis-0"}';
const errors = 'javascript_errors_total{namespace="daira",system="daira",instance="alloy-browser-0"}';
const pages = 'page_load_time_count{namespace="daira",system="daira",instance="alloy-browser-0",route="/"}';

function firing(severity: string, [summary, description]: readonly [string, string], more = {}): Firing {
  return {
    labels: { severity, team: "daira", system: "daira", namespace: "daira", ...more },
    summary,
    description,
  };
}

export const dairaCases: readonly AlertCase[] = [
  {
    alert: "HighErrorRate",
    name: "5.5 % of the requests fail",
    series: { [requests("200")]: "0+945x20", [requests("500")]: "0+55x20" },
    at: "15m",
    fires: [
      firing("critical", [
        "5.5% of the requests to DAIRA fail",
        "Its backend answers with server errors: users see failed actions.",
      ]),
    ],
  },
  {
    alert: "HighErrorRate",
    name: "4.5 % fail, and clients get as much wrong",
    series: { [requests("200")]: "0+500x20", [requests("404")]: "0+455x20", [requests("500")]: "0+45x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "HighErrorRate",
    name: "all fail, for 3 minutes so far",
    series: { [requests("200")]: "0+1000x17 17000+0x2", [requests("500")]: "0+0x17 1000+1000x2" },
    at: "20m",
    fires: [],
  },
  {
    alert: "DatabaseConnectionPoolExhausted",
    name: "90 connections, 60 of them idle",
    series: { [connections("active")]: "30x10", [connections("idle")]: "60x10" },
    at: "5m",
    fires: [
      firing("critical", [
        "DAIRA has 90 connections to its database",
        "PostgreSQL refuses connections beyond its most, and requests that need one then fail.",
      ]),
    ],
  },
  {
    alert: "DatabaseConnectionPoolExhausted",
    name: "89 connections",
    series: { [connections("active")]: "29x10", [connections("idle")]: "60x10" },
    at: "5m",
    fires: [],
  },
  {
    alert: "PodRestartingTooOften",
    name: "7 restarts in 12 hours",
    series: { [restarts]: "3x60 4x60 5x60 6x60 7x60 8x60 9x60 10x300" },
    at: "12h",
    fires: [
      firing(
        "critical",
        ["backend-0 of DAIRA restarts", "backend restarted 0.58 times an hour, over 12 hours."],
        { pod: "backend-0", container: "backend" },
      ),
    ],
  },
  {
    alert: "PodRestartingTooOften",
    name: "5 restarts in 12 hours",
    series: { [restarts]: "3x60 4x60 5x60 6x60 7x60 8x420" },
    at: "12h",
    fires: [],
  },
  {
    alert: "HighLatency",
    name: "19 of 20 answers come within 1.1 seconds",
    series: { [bucket("1")]: "0+90x20", [bucket("1.2")]: "0+100x20", [bucket("+Inf")]: "0+100x20" },
    at: "15m",
    fires: [
      firing(
        "warning",
        [
          "One in twenty requests to DAIRA takes longer than 1.1s",
          "The 95th percentile of its backend's answers is above the objective.",
        ],
        { team: "performance" },
      ),
    ],
  },
  {
    alert: "HighLatency",
    name: "19 of 20 answers come within 0.9 seconds",
    series: { [bucket("0.8")]: "0+90x20", [bucket("1")]: "0+100x20", [bucket("+Inf")]: "0+100x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "FrontendErrorRate",
    name: "11 errors on 1000 pages",
    series: { [errors]: "0+11x20", [pages]: "0+1000x20" },
    at: "15m",
    fires: [
      firing("warning", [
        "1.1% of the pages of DAIRA have errors",
        "Scripts of its front end fail in the browsers of its users.",
      ]),
    ],
  },
  {
    alert: "FrontendErrorRate",
    name: "9 errors on 1000 pages",
    series: { [errors]: "0+9x20", [pages]: "0+1000x20" },
    at: "15m",
    fires: [],
  },
  {
    alert: "RedisMemoryHigh",
    name: "85 % of the memory is used",
    series: { [used]: "850x20", [most]: "1000x20" },
    at: "10m",
    fires: [
      firing(
        "warning",
        [
          "Redis of DAIRA has used 85% of its memory",
          "When all of it is used, keys with an expiry are evicted, and then writes fail.",
        ],
        { pod: "redis-0" },
      ),
    ],
  },
  {
    alert: "RedisMemoryHigh",
    name: "75 % of the memory is used",
    series: { [used]: "750x20", [most]: "1000x20" },
    at: "10m",
    fires: [],
  },
  {
    alert: "RedisMemoryHigh",
    name: "nobody said how much it may use",
    series: { [used]: "850x20", [most]: "0x20" },
    at: "10m",
    fires: [],
  },
];
