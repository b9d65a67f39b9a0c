import type { AlertGroup } from "../types";

const IN = 'namespace=~"$namespace"';

/** The node of each pod, so that an alert on the node can keep those on its pods quiet. */
const ON_NODE = `+ on (namespace, pod) group_left (node) max by (namespace, pod, node) (kube_pod_info{${IN}})`;

/** Alerts on what runs: pods, and what makes and scales them. */
export const workloadAlerts: AlertGroup = {
  KubePodCrashLooping: {
    scope: "workload",
    query: `(max by (namespace, pod, container) (
      max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff",${IN}}[5m])) == 1)
      ${ON_NODE}`,
    for: "10m",
    severity: "high",
    summary: "{{ $labels.pod }} of {{ $labels.namespace }} starts and ends again and again",
    description: "The container {{ $labels.container }} ends soon after each start.",
  },
  KubePodNotReady: {
    scope: "workload",
    query: `(max by (namespace, pod) (kube_pod_status_ready{condition="true",${IN}}) == 0
      and on (namespace, pod) kube_pod_status_phase{phase=~"Pending|Running|Unknown",${IN}} == 1)
      ${ON_NODE}`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.pod }} of {{ $labels.namespace }} is not ready",
    description: "It has not taken requests for 15 minutes.",
  },
  KubeContainerWaiting: {
    scope: "workload",
    query: `max by (namespace, pod, container, reason) (
      kube_pod_container_status_waiting_reason{reason!="CrashLoopBackOff",${IN}}) == 1`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.pod }} of {{ $labels.namespace }} cannot start {{ $labels.container }}",
    description: "The container has waited for 15 minutes: {{ $labels.reason }}.",
  },
  ContainerOOMKilled: {
    scope: "workload",
    query: `max by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total{${IN}}[10m])) > 0
      and on (namespace, pod, container)
      kube_pod_container_status_last_terminated_reason{reason="OOMKilled",${IN}} == 1`,
    for: "1m",
    severity: "high",
    summary: "{{ $labels.container }} of {{ $labels.pod }} used more memory than it may",
    description: "The kernel ended the container in {{ $labels.namespace }} at its limit of memory.",
  },
  CPUThrottlingHigh: {
    scope: "workload",
    query: `100 * sum by (namespace, pod, container) (
      increase(container_cpu_cfs_throttled_periods_total{container!="",${IN}}[5m]))
      / sum by (namespace, pod, container) (increase(container_cpu_cfs_periods_total{container!="",${IN}}[5m]))`,
    above: 25,
    range: [5, 100],
    for: "15m",
    severity: "info",
    team: "performance",
    summary: "{{ $labels.container }} of {{ $labels.pod }} is held back at its CPU limit",
    description: "It had to wait in {{ $value | humanize }} % of the periods in which it ran.",
  },
  KubeDeploymentReplicasMismatch: {
    scope: "workload",
    query: `max by (namespace, deployment) (kube_deployment_spec_replicas{${IN}})
      > max by (namespace, deployment) (kube_deployment_status_replicas_available{${IN}})
      and on (namespace, deployment) changes(kube_deployment_status_replicas_updated{${IN}}[10m]) == 0`,
    for: "10m",
    severity: "high",
    summary: "{{ $labels.deployment }} of {{ $labels.namespace }} has fewer pods than it should",
    description: "It should have {{ $value }} that answer, and no rollout is going on.",
  },
  KubeDeploymentRolloutStuck: {
    scope: "workload",
    query: `max by (namespace, deployment) (
      kube_deployment_status_condition{condition="Progressing",status="false",${IN}}) == 1`,
    for: "5m",
    severity: "high",
    summary: "The rollout of {{ $labels.deployment }} in {{ $labels.namespace }} has stopped",
    description: "New pods did not become ready in the time that the Deployment gives them.",
  },
  KubeStatefulSetReplicasMismatch: {
    scope: "workload",
    query: `max by (namespace, statefulset) (kube_statefulset_replicas{${IN}})
      > max by (namespace, statefulset) (kube_statefulset_status_replicas_ready{${IN}})
      and on (namespace, statefulset) changes(kube_statefulset_status_replicas_updated{${IN}}[10m]) == 0`,
    for: "10m",
    severity: "high",
    summary: "{{ $labels.statefulset }} of {{ $labels.namespace }} has fewer pods than it should",
    description: "It should have {{ $value }} that are ready, and no rollout is going on.",
  },
  KubeDaemonSetRolloutStuck: {
    scope: "platform",
    query: `max by (namespace, daemonset) (
        kube_daemonset_status_desired_number_scheduled - kube_daemonset_status_number_available) > 0
      and on (namespace, daemonset) changes(kube_daemonset_status_updated_number_scheduled[5m]) == 0`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.daemonset }} of {{ $labels.namespace }} is missing on nodes",
    description: "Its pod is not available on {{ $value }} nodes, and no rollout is going on.",
  },
  KubeJobFailed: {
    scope: "workload",
    query: `max by (namespace, job_name) (kube_job_failed{condition="true",${IN}}) == 1`,
    for: "1m",
    severity: "warning",
    summary: "The job {{ $labels.job_name }} of {{ $labels.namespace }} failed",
    description: "It used up its attempts, and what it was to do is not done.",
  },
  KubeHpaMaxedOut: {
    scope: "workload",
    query: `max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas{${IN}})
      >= max by (namespace, horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas{${IN}})
      and on (namespace, horizontalpodautoscaler)
      kube_horizontalpodautoscaler_spec_max_replicas{${IN}} > kube_horizontalpodautoscaler_spec_min_replicas{${IN}}`,
    for: "15m",
    severity: "warning",
    team: "performance",
    summary: "{{ $labels.horizontalpodautoscaler }} of {{ $labels.namespace }} can grow no further",
    description: "It has had its most pods, {{ $value }}, for 15 minutes.",
  },
  KubePdbNotEnoughHealthyPods: {
    scope: "workload",
    query: `max by (namespace, poddisruptionbudget) (kube_poddisruptionbudget_status_desired_healthy{${IN}}
      - kube_poddisruptionbudget_status_current_healthy{${IN}}) > 0`,
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.poddisruptionbudget }} of {{ $labels.namespace }} lacks healthy pods",
    description: "It lacks {{ $value }}: nodes with its pods cannot be drained.",
  },
  KubeQuotaAlmostFull: {
    scope: "workload",
    query: `100 * max by (namespace, resourcequota, resource) (kube_resourcequota{type="used",${IN}})
      / max by (namespace, resourcequota, resource) (kube_resourcequota{type="hard",${IN}} > 0)`,
    above: 90,
    range: [50, 99],
    for: "15m",
    severity: "warning",
    summary: "{{ $labels.namespace }} has used almost all of its {{ $labels.resource }}",
    description: "{{ $value | humanize }} % of what its quota gives are used: further pods may be refused.",
  },
};
