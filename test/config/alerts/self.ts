import type { AlertCase } from "../../support/promtool";

const own = { team: "infrastructure", system: "slipway" };
const pod = { namespace: "monitoring", pod: "prometheus-0" };
const at = 'namespace="monitoring",pod="prometheus-0",job="prometheus",instance="10.0.1.7:9090"';
const alertmanager =
  'namespace="monitoring",pod="alertmanager-0",job="alertmanager",instance="10.0.1.8:9093"';
const stateMetrics = 'namespace="monitoring",pod="kube-state-metrics-0",job="kube-state-metrics"';

/** Targets of a job, so many up and so many down. */
function targets(job: string, up: number, down: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from({ length: up + down }, (_, index) => [
      `up{namespace="monitoring",job="${job}",instance="10.0.2.${index}:80"}`,
      index < up ? "1x30" : "0x30",
    ]),
  );
}

export const selfCases: readonly AlertCase[] = [
  {
    alert: "Watchdog",
    name: "alerting works",
    series: {},
    at: "1m",
    fires: [
      {
        labels: { ...own, severity: "critical" },
        summary: "Alerting works",
        description:
          "Always fires. That it no longer arrives outside tells that alerts cannot arrive either.",
      },
    ],
  },
  { alert: "Watchdog", name: "evaluation has only begun", series: {}, at: "0m", fires: [] },

  {
    alert: "InfoInhibitor",
    name: "there is nothing but a note in the namespace, and the watchdog",
    series: {
      'ALERTS{alertname="CPUThrottlingHigh",alertstate="firing",severity="info",namespace="shop"}': "1x10",
      'ALERTS{alertname="TargetDown",alertstate="pending",severity="warning",namespace="shop"}': "1x10",
      'ALERTS{alertname="Watchdog",alertstate="firing",severity="critical"}': "1x10",
    },
    at: "5m",
    fires: [
      {
        labels: { ...own, severity: "info", namespace: "shop" },
        summary: "Nothing but notes in shop",
        description: "Keeps alerts of the severity info quiet while nothing more severe fires beside them.",
      },
    ],
  },
  {
    alert: "InfoInhibitor",
    name: "there is a note on no namespace, and the watchdog",
    series: {
      'ALERTS{alertname="KubeAPIErrorBudgetBurnCreeping",alertstate="firing",severity="info"}': "1x10",
      'ALERTS{alertname="Watchdog",alertstate="firing",severity="critical"}': "1x10",
    },
    at: "5m",
    fires: [
      {
        labels: { ...own, severity: "info" },
        summary: "Nothing but notes in ",
        description: "Keeps alerts of the severity info quiet while nothing more severe fires beside them.",
      },
    ],
  },
  {
    alert: "InfoInhibitor",
    name: "there is nothing but itself",
    series: {
      'ALERTS{alertname="InfoInhibitor",alertstate="firing",severity="info",namespace="shop"}': "1x10",
    },
    at: "5m",
    fires: [],
  },
  {
    alert: "InfoInhibitor",
    name: "something more severe fires beside the note",
    series: {
      'ALERTS{alertname="CPUThrottlingHigh",alertstate="firing",severity="info",namespace="shop"}': "1x10",
      'ALERTS{alertname="TargetDown",alertstate="firing",severity="warning",namespace="shop"}': "1x10",
    },
    at: "5m",
    fires: [],
  },

  {
    alert: "PrometheusBadConfig",
    name: "the configuration cannot be read",
    series: { [`prometheus_config_last_reload_successful{${at}}`]: "0x20" },
    at: "10m",
    fires: [
      {
        labels: { ...own, ...pod, severity: "critical" },
        summary: "Prometheus prometheus-0 cannot read its configuration",
        description: "It goes on with the last one that it could read: new targets and rules are not there.",
      },
    ],
  },
  {
    alert: "PrometheusBadConfig",
    name: "it could be read again two minutes ago",
    series: { [`prometheus_config_last_reload_successful{${at}}`]: "0x7 1x10" },
    at: "10m",
    fires: [],
  },

  {
    alert: "PrometheusRuleFailures",
    name: "one evaluation a minute fails",
    series: { [`prometheus_rule_evaluation_failures_total{${at},rule_group="edge"}`]: "0+1x30" },
    at: "25m",
    fires: [
      {
        labels: { ...own, ...pod, rule_group: "edge", severity: "critical" },
        summary: "Prometheus prometheus-0 cannot evaluate rules of edge",
        description: "Alerts of this group may not fire: 5 evaluations failed in 5 minutes.",
      },
    ],
  },
  {
    alert: "PrometheusRuleFailures",
    name: "some failed once, and none since",
    series: { [`prometheus_rule_evaluation_failures_total{${at},rule_group="edge"}`]: "0+1x5 5x30" },
    at: "25m",
    fires: [],
  },

  {
    alert: "PrometheusMissingRuleEvaluations",
    name: "two evaluations a minute are left out",
    series: { [`prometheus_rule_group_iterations_missed_total{${at},rule_group="edge"}`]: "0+2x30" },
    at: "25m",
    fires: [
      {
        labels: { ...own, ...pod, rule_group: "edge", severity: "warning" },
        summary: "Prometheus prometheus-0 is too slow for the rules of edge",
        description: "Alerts of this group come late: 10 evaluations were left out in 5 minutes.",
      },
    ],
  },
  {
    alert: "PrometheusMissingRuleEvaluations",
    name: "none is left out",
    series: { [`prometheus_rule_group_iterations_missed_total{${at},rule_group="edge"}`]: "7x30" },
    at: "25m",
    fires: [],
  },

  {
    alert: "PrometheusNotIngestingSamples",
    name: "the count of samples stands still",
    series: { [`prometheus_tsdb_head_samples_appended_total{${at},type="float"}`]: "9000x30" },
    at: "20m",
    fires: [
      {
        labels: { ...own, ...pod, severity: "critical" },
        summary: "Prometheus prometheus-0 stores nothing",
        description: "No sample was stored for 15 minutes: no alert on a value can fire.",
      },
    ],
  },
  {
    alert: "PrometheusNotIngestingSamples",
    name: "floats come in, histograms do not",
    series: {
      [`prometheus_tsdb_head_samples_appended_total{${at},type="float"}`]: "9000+100x30",
      [`prometheus_tsdb_head_samples_appended_total{${at},type="histogram"}`]: "0x30",
    },
    at: "20m",
    fires: [],
  },

  {
    alert: "PrometheusNotConnectedToAlertmanagers",
    name: "none is found",
    series: { [`prometheus_notifications_alertmanagers_discovered{${at}}`]: "0x20" },
    at: "10m",
    fires: [
      {
        labels: { ...own, ...pod, severity: "critical" },
        summary: "Prometheus prometheus-0 knows no Alertmanager",
        description: "Alerts that it finds reach nobody.",
      },
    ],
  },
  {
    alert: "PrometheusNotConnectedToAlertmanagers",
    name: "one of two is found",
    series: { [`prometheus_notifications_alertmanagers_discovered{${at}}`]: "1x20" },
    at: "10m",
    fires: [],
  },

  ...[
    ["a monitor finds too many targets", "0+1x40", "0x40"],
    ["a target has too many series", "0x40", "0+1x40"],
  ].map(([name = "", pool = "", sample = ""]): AlertCase => ({
    alert: "PrometheusTargetLimitHit",
    name,
    series: {
      [`prometheus_target_scrape_pool_exceeded_target_limit_total{${at}}`]: pool,
      [`prometheus_target_scrapes_exceeded_sample_limit_total{${at}}`]: sample,
    },
    at: "30m",
    fires: [
      {
        labels: { ...own, ...pod, severity: "warning" },
        summary: "Prometheus prometheus-0 leaves out targets or samples",
        description: "A monitor found more targets, or a target had more series, than its limit lets in.",
      },
    ],
  })),
  {
    alert: "PrometheusTargetLimitHit",
    name: "all targets are within their limits",
    series: {
      [`prometheus_target_scrape_pool_exceeded_target_limit_total{${at}}`]: "2x40",
      [`prometheus_target_scrapes_exceeded_sample_limit_total{${at}}`]: "0x40",
    },
    at: "30m",
    fires: [],
  },

  {
    alert: "AlertmanagerBadConfig",
    name: "the configuration cannot be read",
    series: { [`alertmanager_config_last_reload_successful{${alertmanager}}`]: "0x20" },
    at: "10m",
    fires: [
      {
        labels: { ...own, namespace: "monitoring", pod: "alertmanager-0", severity: "critical" },
        summary: "Alertmanager alertmanager-0 cannot read its configuration",
        description:
          "It goes on with the last one that it could read: new routes and receivers are not there.",
      },
    ],
  },
  {
    alert: "AlertmanagerBadConfig",
    name: "it can be read",
    series: { [`alertmanager_config_last_reload_successful{${alertmanager}}`]: "1x20" },
    at: "10m",
    fires: [],
  },

  {
    alert: "AlertmanagerFailedToSendAlerts",
    name: "11 of 1000 messages to Slack fail, and none by mail",
    series: {
      [`alertmanager_notifications_total{${alertmanager},integration="slack"}`]: "0+1000x40",
      [`alertmanager_notifications_failed_total{${alertmanager},integration="slack",reason="other"}`]:
        "0+11x40",
      [`alertmanager_notifications_total{${alertmanager},integration="email"}`]: "0+1000x40",
      [`alertmanager_notifications_failed_total{${alertmanager},integration="email",reason="other"}`]: "0x40",
    },
    at: "30m",
    fires: [
      {
        labels: { ...own, integration: "slack", severity: "critical" },
        summary: "Messages by slack fail",
        description: "1.1 % of the messages by slack could not be delivered.",
      },
    ],
  },
  {
    alert: "AlertmanagerFailedToSendAlerts",
    name: "9 of 1000 fail",
    series: {
      [`alertmanager_notifications_total{${alertmanager},integration="slack"}`]: "0+1000x40",
      [`alertmanager_notifications_failed_total{${alertmanager},integration="slack",reason="other"}`]:
        "0+9x40",
    },
    at: "30m",
    fires: [],
  },

  {
    alert: "AlertmanagerConfigInconsistent",
    name: "the two of a pair have different hashes",
    series: {
      'alertmanager_config_hash{pod="alertmanager-0"}': "47113x30",
      'alertmanager_config_hash{pod="alertmanager-1"}': "815x30",
    },
    at: "25m",
    fires: [
      {
        labels: { ...own, severity: "high" },
        summary: "Alertmanagers have different configurations",
        description: "There are 2 configurations: alerts may go to the wrong people, or twice.",
      },
    ],
  },
  {
    alert: "AlertmanagerConfigInconsistent",
    name: "they have the same",
    series: {
      'alertmanager_config_hash{pod="alertmanager-0"}': "47113x30",
      'alertmanager_config_hash{pod="alertmanager-1"}': "47113x30",
    },
    at: "25m",
    fires: [],
  },

  {
    alert: "AlertmanagerClusterDown",
    name: "one of two is down",
    series: targets("alertmanager", 1, 1),
    at: "15m",
    fires: [
      {
        labels: { ...own, severity: "critical" },
        summary: "Half of the Alertmanagers or more are down",
        description: "50% of them do not answer: alerts may reach nobody.",
      },
    ],
  },
  {
    alert: "AlertmanagerClusterDown",
    name: "both are up, and all targets of another job are down",
    series: { ...targets("alertmanager", 2, 0), ...targets("loki", 0, 5) },
    at: "15m",
    fires: [],
  },
  {
    alert: "AlertmanagerClusterDown",
    name: "one of three is down",
    series: targets("alertmanager", 2, 1),
    at: "15m",
    fires: [],
  },

  {
    alert: "TargetDown",
    name: "one of nine is down, and all of another job are up",
    series: { ...targets("loki", 8, 1), ...targets("grafana", 2, 0) },
    at: "15m",
    fires: [
      {
        labels: { ...own, namespace: "monitoring", job: "loki", severity: "warning" },
        summary: "Targets of loki in monitoring do not answer",
        description: "11.11 % of them are not scraped: alerts on them cannot fire.",
      },
    ],
  },
  {
    alert: "TargetDown",
    name: "one of eleven is down",
    series: targets("loki", 10, 1),
    at: "15m",
    fires: [],
  },
  {
    alert: "TargetDown",
    name: "all have been down for less than ten minutes",
    series: targets("loki", 0, 3),
    at: "9m",
    fires: [],
  },

  ...(["list", "watch"] as const).flatMap((verb): AlertCase[] => {
    const alert = verb === "list" ? "KubeStateMetricsListErrors" : "KubeStateMetricsWatchErrors";
    const name = `kube_state_metrics_${verb}_total`;
    const series = (failed: number): Readonly<Record<string, string>> => ({
      [`${name}{${stateMetrics},resource="*v1.Pod",result="success"}`]: `0+${1000 - failed}x40`,
      [`${name}{${stateMetrics},resource="*v1.Job",result="error"}`]: `0+${failed}x40`,
    });
    return [
      {
        alert,
        name: "11 of 1000 fail",
        series: series(11),
        at: "30m",
        fires: [
          {
            labels: { ...own, severity: "critical" },
            summary: `kube-state-metrics cannot ${verb} objects`,
            description: `1.1 % of its ${verb === "list" ? "lists" : "watches"} fail: alerts on Kubernetes objects may not fire.`,
          },
        ],
      },
      { alert, name: "9 of 1000 fail", series: series(9), at: "30m", fires: [] },
    ];
  }),
];
