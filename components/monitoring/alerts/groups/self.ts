import type { AlertGroup } from "../types";

/** Alerts on what watches everything else. */
export const selfAlerts: AlertGroup = {
  Watchdog: {
    scope: "platform",
    query: "vector(1)",
    for: "1m",
    // Whatever can silence an alert must not silence this one.
    severity: "critical",
    summary: "Alerting works",
    description: "Always fires. That it no longer arrives outside tells that alerts cannot arrive either.",
  },
  InfoInhibitor: {
    scope: "platform",
    query: `group by (namespace) (ALERTS{alertstate="firing",severity="info",alertname!="InfoInhibitor"})
      unless on (namespace)
      group by (namespace) (ALERTS{alertstate="firing",severity=~"critical|high|warning",alertname!="Watchdog"})`,
    for: "1m",
    severity: "info",
    summary: "Nothing but notes in {{ $labels.namespace }}",
    description: "Keeps alerts of the severity info quiet while nothing more severe fires beside them.",
  },
  PrometheusBadConfig: {
    scope: "platform",
    query: "max by (namespace, pod) (max_over_time(prometheus_config_last_reload_successful[5m])) == 0",
    for: "5m",
    severity: "critical",
    summary: "Prometheus {{ $labels.pod }} cannot read its configuration",
    description: "It goes on with the last one that it could read: new targets and rules are not there.",
  },
  PrometheusRuleFailures: {
    scope: "platform",
    query:
      "sum by (namespace, pod, rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
    for: "15m",
    severity: "critical",
    summary: "Prometheus {{ $labels.pod }} cannot evaluate rules of {{ $labels.rule_group }}",
    description:
      "Alerts of this group may not fire: {{ $value | humanize }} evaluations failed in 5 minutes.",
  },
  PrometheusMissingRuleEvaluations: {
    scope: "platform",
    query:
      "sum by (namespace, pod, rule_group) (increase(prometheus_rule_group_iterations_missed_total[5m])) > 0",
    for: "15m",
    severity: "warning",
    summary: "Prometheus {{ $labels.pod }} is too slow for the rules of {{ $labels.rule_group }}",
    description:
      "Alerts of this group come late: {{ $value | humanize }} evaluations were left out in 5 minutes.",
  },
  PrometheusNotIngestingSamples: {
    scope: "platform",
    query: "sum by (namespace, pod) (rate(prometheus_tsdb_head_samples_appended_total[5m])) == 0",
    for: "10m",
    severity: "critical",
    summary: "Prometheus {{ $labels.pod }} stores nothing",
    description: "No sample was stored for 15 minutes: no alert on a value can fire.",
  },
  PrometheusNotConnectedToAlertmanagers: {
    scope: "platform",
    query:
      "max by (namespace, pod) (max_over_time(prometheus_notifications_alertmanagers_discovered[5m])) == 0",
    for: "5m",
    severity: "critical",
    summary: "Prometheus {{ $labels.pod }} knows no Alertmanager",
    description: "Alerts that it finds reach nobody.",
  },
  PrometheusTargetLimitHit: {
    scope: "platform",
    query: `sum by (namespace, pod) (
      increase(prometheus_target_scrape_pool_exceeded_target_limit_total[10m])
      + increase(prometheus_target_scrapes_exceeded_sample_limit_total[10m])) > 0`,
    for: "15m",
    severity: "warning",
    summary: "Prometheus {{ $labels.pod }} leaves out targets or samples",
    description: "A monitor found more targets, or a target had more series, than its limit lets in.",
  },
  AlertmanagerBadConfig: {
    scope: "platform",
    query: "max by (namespace, pod) (max_over_time(alertmanager_config_last_reload_successful[5m])) == 0",
    for: "5m",
    severity: "critical",
    summary: "Alertmanager {{ $labels.pod }} cannot read its configuration",
    description: "It goes on with the last one that it could read: new routes and receivers are not there.",
  },
  AlertmanagerFailedToSendAlerts: {
    scope: "platform",
    query: `100 * sum by (integration) (rate(alertmanager_notifications_failed_total[15m]))
      / sum by (integration) (rate(alertmanager_notifications_total[15m]))`,
    above: 1,
    range: [0.1, 50],
    for: "5m",
    severity: "critical",
    summary: "Messages by {{ $labels.integration }} fail",
    description:
      "{{ $value | humanize }} % of the messages by {{ $labels.integration }} could not be delivered.",
  },
  AlertmanagerConfigInconsistent: {
    scope: "platform",
    query: `count(count_values("hash", alertmanager_config_hash)) > 1`,
    for: "20m",
    severity: "high",
    summary: "Alertmanagers have different configurations",
    description: "There are {{ $value }} configurations: alerts may go to the wrong people, or twice.",
  },
  AlertmanagerClusterDown: {
    scope: "platform",
    query: `count(avg_over_time(up{job="alertmanager"}[5m]) < 0.5) / count(up{job="alertmanager"}) >= 0.5`,
    for: "5m",
    severity: "critical",
    summary: "Half of the Alertmanagers or more are down",
    description: "{{ $value | humanizePercentage }} of them do not answer: alerts may reach nobody.",
  },
  TargetDown: {
    scope: "platform",
    query: "100 * count by (namespace, job) (up == 0) / count by (namespace, job) (up)",
    above: 10,
    range: [1, 90],
    for: "10m",
    severity: "warning",
    summary: "Targets of {{ $labels.job }} in {{ $labels.namespace }} do not answer",
    description: "{{ $value | humanize }} % of them are not scraped: alerts on them cannot fire.",
  },
  KubeStateMetricsListErrors: {
    scope: "platform",
    query: `100 * sum(rate(kube_state_metrics_list_total{result="error"}[5m]))
      / sum(rate(kube_state_metrics_list_total[5m]))`,
    above: 1,
    range: [0.1, 50],
    for: "15m",
    severity: "critical",
    summary: "kube-state-metrics cannot list objects",
    description: "{{ $value | humanize }} % of its lists fail: alerts on Kubernetes objects may not fire.",
  },
  KubeStateMetricsWatchErrors: {
    scope: "platform",
    query: `100 * sum(rate(kube_state_metrics_watch_total{result="error"}[5m]))
      / sum(rate(kube_state_metrics_watch_total[5m]))`,
    above: 1,
    range: [0.1, 50],
    for: "15m",
    severity: "critical",
    summary: "kube-state-metrics cannot watch objects",
    description: "{{ $value | humanize }} % of its watches fail: alerts on Kubernetes objects may not fire.",
  },
};
