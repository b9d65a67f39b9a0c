import type { AlertCase } from "../../support/promtool";

const own = { system: "slipway", team: "infrastructure" };

/** Requests of the API server, a thousand a minute, of which so many fail, by minutes that this goes on. */
function requests(
  ...phases: readonly (readonly [minutes: number, failed: number])[]
): Readonly<Record<string, string>> {
  const counter = (rate: (failed: number) => number): string => {
    let from = 0;
    return phases
      .map(([minutes, failed]) => {
        const text = `${from}+${rate(failed)}x${minutes - 1}`;
        from += rate(failed) * minutes;
        return text;
      })
      .join(" ");
  };
  const labels = 'job="apiserver",instance="10.0.0.1:443",verb="GET",resource="pods"';
  return {
    [`apiserver_request_total{${labels},code="200"}`]: counter((failed) => 1000 - failed),
    [`apiserver_request_total{${labels},code="500"}`]: counter((failed) => failed),
    // What the client did wrong is no failure.
    [`apiserver_request_total{${labels},code="409"}`]: counter(() => 0),
  };
}

/** An alert that must fire when so many of a thousand requests fail, and not when only so many do. */
function burn(
  alert: string,
  [failed, spared]: readonly [number, number],
  severity: string,
  [value, factor, windows]: readonly [string, string, string],
): readonly AlertCase[] {
  return [
    {
      alert,
      name: `${failed} of 1000 requests fail`,
      series: requests([40, failed]),
      at: "30m",
      fires: [
        {
          labels: { ...own, severity },
          summary: `The API server fails requests ${value} times as often as it may`,
          description: `More than ${factor} times 1 % of its requests ended in a server error, over ${windows}.`,
        },
      ],
    },
    {
      alert,
      name: `${spared} of 1000 requests fail`,
      series: requests([40, spared]),
      at: "30m",
      fires: [],
    },
  ];
}

/** Answers of the DNS, of 2000 a minute: so many within 0.512 s, so many within 1.024 s, the rest within 2.048 s. */
function answers(quick: number, fast: number): Readonly<Record<string, string>> {
  const labels = 'job="coredns",pod="coredns-1",server="dns://:53",zone=".",type="A"';
  return {
    [`coredns_dns_request_duration_seconds_bucket{${labels},le="0.512"}`]: `0+${quick}x30`,
    [`coredns_dns_request_duration_seconds_bucket{${labels},le="1.024"}`]: `0+${fast}x30`,
    [`coredns_dns_request_duration_seconds_bucket{${labels},le="2.048"}`]: "0+2000x30",
    [`coredns_dns_request_duration_seconds_bucket{${labels},le="+Inf"}`]: "0+2000x30",
  };
}

function failures(failed: number): Readonly<Record<string, string>> {
  const labels = 'job="coredns",pod="coredns-1",server="dns://:53",zone=".",plugin="forward"';
  return {
    [`coredns_dns_responses_total{${labels},rcode="SERVFAIL"}`]: `0+${failed}x30`,
    [`coredns_dns_responses_total{${labels},rcode="NXDOMAIN"}`]: "0+400x30",
    [`coredns_dns_responses_total{${labels},rcode="NOERROR"}`]: `0+${600 - failed}x30`,
  };
}

const metrics = 'aggregator_unavailable_apiservice_total{job="apiserver",name="v1beta1.metrics.k8s.io"';

export const controlPlaneCases: readonly AlertCase[] = [
  ...burn("KubeAPIErrorBudgetBurnFast", [150, 130], "critical", ["15", "14.4", "1h and over 5m"]),
  {
    alert: "KubeAPIErrorBudgetBurnFast",
    name: "a fifth of the requests failed for half an hour, and none in the last ten minutes",
    series: requests([30, 200], [20, 0]),
    at: "40m",
    fires: [],
  },
  {
    alert: "KubeAPIErrorBudgetBurnFast",
    name: "a fifth of the requests have failed for five minutes, and none in the hour before",
    series: requests([60, 0], [20, 200]),
    at: "65m",
    fires: [],
  },
  ...burn("KubeAPIErrorBudgetBurn", [65, 55], "high", ["6.5", "6", "6h and over 30m"]),
  ...burn("KubeAPIErrorBudgetBurnSlow", [33, 27], "warning", ["3.3", "3", "1d and over 2h"]),
  ...burn("KubeAPIErrorBudgetBurnCreeping", [11, 9], "info", ["1.1", "1", "3d and over 6h"]),

  ...[
    ["it cannot be scraped", { 'up{job="apiserver",instance="10.0.0.1:443"}': "0x10" }],
    ["there is no target of it", { 'up{job="kubelet",instance="node-a"}': "1x10" }],
  ].map(([name, series]): AlertCase => ({
    alert: "KubeAPIDown",
    name: name as string,
    series: series as AlertCase["series"],
    at: "6m",
    fires: [
      {
        labels: { ...own, severity: "critical" },
        summary: "The API server does not answer",
        description: "Nothing can be changed, scaled or healed in the cluster; what runs goes on.",
      },
    ],
  })),
  {
    alert: "KubeAPIDown",
    name: "one of two API servers answers",
    series: {
      'up{job="apiserver",instance="10.0.0.1:443"}': "0x10",
      'up{job="apiserver",instance="10.0.0.2:443"}': "1x10",
    },
    at: "6m",
    fires: [],
  },

  {
    alert: "KubeAggregatedAPIErrors",
    name: "it was unavailable 5.5 times in ten minutes",
    series: {
      [`${metrics},reason="MissingEndpoints",instance="10.0.0.1:443"}`]: "0+0.3x30",
      [`${metrics},reason="FailedDiscoveryCheck",instance="10.0.0.2:443"}`]: "0+0.25x30",
    },
    at: "20m",
    fires: [
      {
        labels: { ...own, name: "v1beta1.metrics.k8s.io", severity: "warning" },
        summary: "The API v1beta1.metrics.k8s.io comes and goes",
        description: "It was unavailable 5.5 times in 10 minutes: autoscaling or `kubectl top` may not work.",
      },
    ],
  },
  {
    alert: "KubeAggregatedAPIErrors",
    name: "it was unavailable 4.5 times",
    series: { [`${metrics},reason="MissingEndpoints",instance="10.0.0.1:443"}`]: "0+0.45x30" },
    at: "20m",
    fires: [],
  },

  {
    alert: "CoreDNSLatencyHigh",
    // Of 2000 answers the 1980th is the third of 23 between 1.024 s and 2.048 s: 1.024 + 1.024 * 3 / 23.
    name: "1 % of the answers take more than 1.16 s",
    series: answers(0, 1977),
    at: "20m",
    fires: [
      {
        labels: { ...own, severity: "high" },
        summary: "The cluster's DNS is slow",
        description: "1 % of its answers take more than 1.158s.",
      },
    ],
  },
  {
    alert: "CoreDNSLatencyHigh",
    // The 1980th is the 60th of 80 between 0.512 s and 1.024 s: 0.512 + 0.512 * 60 / 80.
    name: "1 % of the answers take more than 0.896 s",
    series: answers(1920, 2000),
    at: "20m",
    fires: [],
  },

  {
    alert: "CoreDNSServerFailures",
    name: "3.3 % of the answers are failures",
    series: failures(33),
    at: "20m",
    fires: [
      {
        labels: { ...own, severity: "high" },
        summary: "The cluster's DNS fails",
        description: "3.3 % of its answers are SERVFAIL.",
      },
    ],
  },
  {
    alert: "CoreDNSServerFailures",
    name: "2.7 % of the answers are failures",
    series: failures(27),
    at: "20m",
    fires: [],
  },
];
