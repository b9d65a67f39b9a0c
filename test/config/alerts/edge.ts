import type { AlertCase } from "../../support/promtool";

const shop = { system: "shop", namespace: "shop", team: "retail" };
const own = { system: "slipway", team: "infrastructure" };
const host = { host: "shop.example.com" };
const probe =
  '{job="blackbox",system="shop",namespace="shop",host="shop.example.com",instance="https://shop.example.com/health"}';
const cluster = "httproute/shop/api/rule/0";
const proxy =
  'job="envoy-proxy",namespace="envoy-gateway-system",pod="envoy-edge-1",instance="10.0.4.1:19001"';
const route = `${proxy},envoy_cluster_name="${cluster}"`;
const other = route.replaceAll("edge-1", "edge-2");
const DAY = 86_400;

/** A certificate that ends so many days after the first sample. */
function endsIn(days: number): Readonly<Record<string, string>> {
  return { [`probe_ssl_earliest_cert_expiry${probe}`]: `${days * DAY}x150` };
}

function ready(
  namespace: string,
  [ready, failed]: readonly [number, number],
): Readonly<Record<string, string>> {
  const labels = `job="cert-manager",namespace="cert-manager",exported_namespace="${namespace}",name="main-tls"`;
  return {
    [`certmanager_certificate_ready_status{${labels},condition="True"}`]: `${ready}x30`,
    [`certmanager_certificate_ready_status{${labels},condition="False"}`]: `${failed}x30`,
    [`certmanager_certificate_ready_status{${labels},condition="Unknown"}`]: "0x30",
  };
}

function answers(failed: number): Readonly<Record<string, string>> {
  return {
    [`envoy_cluster_upstream_rq_xx{${route},envoy_response_code_class="2"}`]: `0+${900 - failed}x30`,
    [`envoy_cluster_upstream_rq_xx{${route},envoy_response_code_class="4"}`]: "0+100x30",
    [`envoy_cluster_upstream_rq_xx{${route},envoy_response_code_class="5"}`]: `0+${failed}x30`,
    [`envoy_cluster_upstream_rq_xx{${proxy},envoy_cluster_name="xds_cluster",envoy_response_code_class="5"}`]:
      "0+900x30",
  };
}

function breakers(requests: string, pending: string, connections: string): Readonly<Record<string, string>> {
  return {
    [`envoy_cluster_circuit_breakers_default_rq_open{${route}}`]: requests,
    [`envoy_cluster_circuit_breakers_default_rq_pending_open{${route}}`]: pending,
    [`envoy_cluster_circuit_breakers_default_cx_open{${route}}`]: connections,
    // Another proxy has room.
    [`envoy_cluster_circuit_breakers_default_rq_open{${other}}`]: "0x10",
    [`envoy_cluster_circuit_breakers_default_rq_pending_open{${other}}`]: "0x10",
    [`envoy_cluster_circuit_breakers_default_cx_open{${other}}`]: "0x10",
  };
}

const gateway = 'job="envoy-gateway",namespace="envoy-gateway-system",pod="envoy-gateway-1"';
const listener = "type.googleapis.com/envoy.config.listener.v3.Listener";
const nack = `xds_nack_total{${gateway},nodeID="envoy-edge-1",typeURL="${listener}"}`;
const applied = (status: string): string =>
  `resource_apply_total{${gateway},kind="Deployment",name="envoy-edge",status="${status}"}`;

export const edgeCases: readonly AlertCase[] = [
  {
    alert: "BlackboxProbeFailed",
    name: "the host has not answered for a minute",
    series: { [`probe_success${probe}`]: "1x3 0x10" },
    at: "6m",
    fires: [
      {
        labels: { ...shop, ...host, severity: "critical" },
        summary: "shop.example.com does not answer",
        description: "Requests to its health page, made as a user would make them, have failed for a minute.",
      },
    ],
  },
  {
    alert: "BlackboxProbeFailed",
    name: "one request failed",
    series: { [`probe_success${probe}`]: "1x3 0 1x10" },
    at: "5m",
    fires: [],
  },

  {
    alert: "CertificateExpiresSoon",
    name: "it ends in 19 days",
    series: endsIn(19),
    at: "2h",
    fires: [
      {
        labels: { ...shop, ...host, team: "security", severity: "warning" },
        summary: "The certificate of shop.example.com was not renewed in time",
        description: "It ends in 19 days; it should have been renewed by itself.",
      },
    ],
  },
  { alert: "CertificateExpiresSoon", name: "it ends in 23 days", series: endsIn(23), at: "2h", fires: [] },
  {
    alert: "CertificateExpiresVerySoon",
    name: "it ends in 6 days",
    series: endsIn(6),
    at: "20m",
    fires: [
      {
        labels: { ...shop, ...host, team: "security", severity: "critical" },
        summary: "The certificate of shop.example.com ends within days",
        description: "It ends in 6 days; from then on no browser opens shop.example.com.",
      },
    ],
  },
  { alert: "CertificateExpiresVerySoon", name: "it ends in 8 days", series: endsIn(8), at: "20m", fires: [] },

  {
    alert: "CertManagerCertificateNotReady",
    name: "the certificate of a store of the shop has not been issued for a quarter of an hour",
    series: ready("shop", [0, 1]),
    at: "16m",
    fires: [
      {
        labels: { ...shop, name: "main-tls", team: "infrastructure", severity: "high" },
        summary: "The certificate main-tls of shop is not ready",
        description: "cert-manager could not issue or renew it for 15 minutes.",
      },
    ],
  },
  {
    alert: "CertManagerCertificateNotReady",
    name: "that of the gateway has not",
    series: ready("edge", [0, 1]),
    at: "16m",
    fires: [
      {
        labels: { ...own, namespace: "edge", name: "main-tls", severity: "high" },
        summary: "The certificate main-tls of edge is not ready",
        description: "cert-manager could not issue or renew it for 15 minutes.",
      },
    ],
  },
  {
    alert: "CertManagerCertificateNotReady",
    name: "it is ready",
    series: ready("shop", [1, 0]),
    at: "16m",
    fires: [],
  },

  {
    alert: "EnvoyNoHealthyUpstream",
    name: "no pod behind the route is healthy",
    series: { [`envoy_cluster_membership_healthy{${route}}`]: "2x2 0x10" },
    at: "5m",
    fires: [
      {
        labels: { ...shop, envoy_cluster_name: cluster, severity: "critical" },
        summary: "The route httproute/shop/api/rule/0 leads to no healthy pod",
        description: "Every request to it ends in an error 503.",
      },
    ],
  },
  {
    alert: "EnvoyNoHealthyUpstream",
    name: "one of two proxies knows a healthy pod",
    series: {
      [`envoy_cluster_membership_healthy{${route}}`]: "0x10",
      [`envoy_cluster_membership_healthy{${other}}`]: "1x10",
    },
    at: "5m",
    fires: [],
  },
  {
    alert: "EnvoyNoHealthyUpstream",
    name: "a route of a namespace whose name only begins alike leads nowhere",
    series: {
      [`envoy_cluster_membership_healthy{${proxy},envoy_cluster_name="httproute/shop-two/api/rule/0"}`]:
        "0x10",
    },
    at: "5m",
    fires: [],
  },

  {
    alert: "EnvoyServerErrors",
    name: "5.5 % of the requests fail",
    series: answers(55),
    at: "15m",
    fires: [
      {
        labels: { ...shop, envoy_cluster_name: cluster, severity: "high" },
        summary: "The route httproute/shop/api/rule/0 answers with errors",
        description: "5.5 % of its requests ended in a server error.",
      },
    ],
  },
  { alert: "EnvoyServerErrors", name: "4.5 % of them do", series: answers(45), at: "15m", fires: [] },

  ...[
    ["as many requests are open as may be", breakers("1x10", "0x10", "0x10")],
    ["as many requests wait as may", breakers("0x10", "1x10", "0x10")],
    ["as many connections are open as may be", breakers("0x10", "0x10", "1x10")],
  ].map(([name, series]): AlertCase => ({
    alert: "EnvoyCircuitBreakerOpen",
    name: name as string,
    series: series as AlertCase["series"],
    at: "3m",
    fires: [
      {
        labels: { ...shop, envoy_cluster_name: cluster, team: "performance", severity: "high" },
        summary: "The gateway holds back requests to httproute/shop/api/rule/0",
        description:
          "More connections or requests are open than its limit lets through; the rest get an error 503.",
      },
    ],
  })),
  {
    alert: "EnvoyCircuitBreakerOpen",
    name: "there is room for more of each",
    series: breakers("0x10", "0x10", "0x10"),
    at: "3m",
    fires: [],
  },

  ...[
    ["the first refusal was three minutes ago", "_x20 1x20"],
    ["one more refusal was two minutes ago", "4x21 5x20"],
  ].map(([name = "", values = ""]): AlertCase => ({
    alert: "EnvoyConfigRejected",
    name,
    series: { [nack]: values },
    at: "24m",
    fires: [
      {
        labels: { ...own, typeURL: listener, severity: "critical" },
        summary: "The gateway's proxies refuse a configuration",
        description: `They go on with the last ${listener} that they took: new routes are not there.`,
      },
    ],
  })),
  {
    alert: "EnvoyConfigRejected",
    name: "the last refusal was half an hour ago",
    series: { [nack]: "_x5 1x60" },
    at: "36m",
    fires: [],
  },

  ...[
    ["the proxies' Deployment cannot be applied, again and again", "_x5 0+1x60"],
    ["it could not be applied for the first time seven minutes ago", "_x20 1x60"],
  ].map(([name = "", values = ""]): AlertCase => ({
    alert: "GatewayNotApplied",
    name,
    series: { [applied("failure")]: values, [applied("success")]: "7x60" },
    at: "28m",
    fires: [
      {
        labels: { ...own, kind: "Deployment", severity: "high" },
        summary: "Envoy Gateway cannot apply its Deployment",
        description: "The gateway's proxies are not as they should be, or not there at all.",
      },
    ],
  })),
  {
    alert: "GatewayNotApplied",
    name: "that was an hour ago",
    series: { [applied("failure")]: "_x5 1x90", [applied("success")]: "7x90" },
    at: "65m",
    fires: [],
  },
  {
    alert: "GatewayNotApplied",
    name: "it is applied again and again",
    series: { [applied("success")]: "0+1x60" },
    at: "30m",
    fires: [],
  },
];
