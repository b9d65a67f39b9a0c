import type { AlertCase, Firing } from "../../support/promtool";

// Noa promises 99.9 % in 30 days: a budget of 0.1 %. So 1.5 % of bad requests burn it 15 times too fast.

const good = 'http_requests_total{namespace="noa",service="noa-api",pod="noa-api-0",status_code="200"}';
const bad = 'http_requests_total{namespace="noa",service="noa-api",pod="noa-api-0",status_code="503"}';
const bucket = (le: string): string =>
  `http_request_duration_seconds_bucket{namespace="noa",service="noa-api",pod="noa-api-0",le="${le}"}`;
const count = 'http_request_duration_seconds_count{namespace="noa",service="noa-api",pod="noa-api-0"}';

interface Burn {
  readonly severity: string;
  readonly times: string;
  readonly description: string;
  readonly slo?: string;
}

function burning({ severity, times, description, slo = "availability" }: Burn): Firing {
  return {
    labels: { severity, team: "noa", system: "noa", namespace: "noa", slo },
    summary: `noa uses up its error budget for ${slo} ${times} times too fast`,
    description,
  };
}

const FAST =
  "Bad requests over 1h and over 5m are above 14.4 times what the objective allows: 2 % in an hour of the budget of 30 days.";
const MIDDLE =
  "Bad requests over 6h and over 30m are above 6 times what the objective allows: 5 % in 6 hours of the budget of 30 days.";
const SLOW =
  "Bad requests over 1d and over 2h are above 3 times what the objective allows: 10 % in a day of the budget of 30 days.";
const CREEPING =
  "Bad requests over 3d and over 6h are above 1 times what the objective allows: 10 % in 3 days of the budget of 30 days.";

export const sloCases: readonly AlertCase[] = [
  {
    alert: "ErrorBudgetBurnFast",
    name: "15 of 1000 requests fail",
    series: { [good]: "0+985x70", [bad]: "0+15x70" },
    at: "70m",
    fires: [burning({ severity: "critical", times: "15", description: FAST })],
  },
  {
    alert: "ErrorBudgetBurnFast",
    name: "14 of 1000 requests fail",
    series: { [good]: "0+986x70", [bad]: "0+14x70" },
    at: "70m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurnFast",
    name: "the errors ended 10 minutes ago",
    series: { [good]: "0+900x60 54000+1000x10", [bad]: "0+100x60 6000+0x10" },
    at: "70m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurnFast",
    name: "the errors began a minute ago, and an hour knows little of them",
    series: { [good]: "0+1000x67 67000+900x3", [bad]: "0+0x67 0+100x3" },
    at: "70m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurnFast",
    name: "nobody asks any more",
    series: { [good]: "0+900x60 54000+0x20", [bad]: "0+100x60 6000+0x20" },
    at: "80m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurnFast",
    name: "three of four answers take longer than 100 ms",
    series: { [bucket("0.1")]: "0+250x70", [bucket("0.2")]: "0+1000x70", [count]: "0+1000x70" },
    at: "70m",
    fires: [burning({ severity: "critical", times: "15", description: FAST, slo: "latency-p95" })],
  },
  {
    alert: "ErrorBudgetBurn",
    name: "65 of 10000 requests fail",
    series: { [good]: "0+9935x60", [bad]: "0+65x60" },
    at: "60m",
    fires: [burning({ severity: "high", times: "6.5", description: MIDDLE })],
  },
  {
    alert: "ErrorBudgetBurn",
    name: "55 of 10000 requests fail",
    series: { [good]: "0+9945x60", [bad]: "0+55x60" },
    at: "60m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurn",
    name: "the errors ended 40 minutes ago",
    series: { [good]: "0+900x60 54000+1000x40", [bad]: "0+100x60 6000+0x40" },
    at: "100m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurnSlow",
    name: "33 of 10000 requests fail",
    series: { [good]: "0+9967x60", [bad]: "0+33x60" },
    at: "60m",
    fires: [burning({ severity: "warning", times: "3.3", description: SLOW })],
  },
  {
    alert: "ErrorBudgetBurnSlow",
    name: "27 of 10000 requests fail",
    series: { [good]: "0+9973x60", [bad]: "0+27x60" },
    at: "60m",
    fires: [],
  },
  {
    alert: "ErrorBudgetBurnCreeping",
    name: "11 of 10000 requests fail",
    series: { [good]: "0+9989x60", [bad]: "0+11x60" },
    at: "60m",
    fires: [burning({ severity: "info", times: "1.1", description: CREEPING })],
  },
  {
    alert: "ErrorBudgetBurnCreeping",
    name: "9 of 10000 requests fail",
    series: { [good]: "0+9991x60", [bad]: "0+9x60" },
    at: "60m",
    fires: [],
  },
  {
    alert: "SLOMetricAbsent",
    name: "the service is not scraped, but its histogram is",
    series: { [bucket("0.1")]: "0+0x40", [bucket("0.2")]: "0+0x40", [count]: "0+0x40" },
    at: "35m",
    fires: [
      {
        labels: { severity: "warning", team: "noa", system: "noa", namespace: "noa", slo: "availability" },
        summary: "Nothing measures the objective availability of noa",
        description:
          "The metrics by which the objective is judged are not there, so that none of its alerts can fire: the service is not scraped, or exposes other names than its spec says.",
      },
    ],
  },
  {
    alert: "SLOMetricAbsent",
    name: "there are metrics, though nobody asks",
    series: { [good]: "5+0x40", [bucket("0.1")]: "0+0x40", [bucket("0.2")]: "0+0x40", [count]: "0+0x40" },
    at: "35m",
    fires: [],
  },
];
