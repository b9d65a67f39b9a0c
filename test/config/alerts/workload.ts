import type { AlertCase } from "../../support/promtool";

const shop = { system: "shop", namespace: "shop", team: "retail" };
const own = { system: "slipway", team: "infrastructure" };

/** Labels of an object of the shop, as kube-state-metrics gives them. */
function of(labels: Readonly<Record<string, string>>): string {
  const target = { job: "kube-state-metrics", instance: "10.0.1.9:8080", namespace: "shop" };
  return `{${Object.entries({ ...target, ...labels })
    .map(([name, value]) => `${name}="${value}"`)
    .join(",")}}`;
}

const pod = { pod: "api-7d9-x2" };
const api = { ...pod, container: "api" };
const info = { [`kube_pod_info${of({ ...pod, node: "node-a" })}`]: "1x60" };
const crash = { reason: "CrashLoopBackOff" };
const deployment = { deployment: "api" };
const statefulSet = { statefulset: "db" };
const daemonSet = { namespace: "kube-system", daemonset: "aws-node" };
const job = { job_name: "api-migrate-1f", condition: "true" };
const hpa = { horizontalpodautoscaler: "api" };
const budget = { poddisruptionbudget: "api" };

/** A Deployment with pods wanted, available and of the newest kind. */
function replicas(wanted: string, available: string, updated: string): Readonly<Record<string, string>> {
  return {
    [`kube_deployment_spec_replicas${of(deployment)}`]: wanted,
    [`kube_deployment_status_replicas_available${of(deployment)}`]: available,
    [`kube_deployment_status_replicas_updated${of(deployment)}`]: updated,
  };
}

function members(wanted: string, ready: string, updated: string): Readonly<Record<string, string>> {
  return {
    [`kube_statefulset_replicas${of(statefulSet)}`]: wanted,
    [`kube_statefulset_status_replicas_ready${of(statefulSet)}`]: ready,
    [`kube_statefulset_status_replicas_updated${of(statefulSet)}`]: updated,
  };
}

function onNodes(wanted: string, available: string, updated: string): Readonly<Record<string, string>> {
  return {
    [`kube_daemonset_status_desired_number_scheduled${of(daemonSet)}`]: wanted,
    [`kube_daemonset_status_number_available${of(daemonSet)}`]: available,
    [`kube_daemonset_status_updated_number_scheduled${of(daemonSet)}`]: updated,
  };
}

function scaled(current: string, least: string, most: string): Readonly<Record<string, string>> {
  return {
    [`kube_horizontalpodautoscaler_status_current_replicas${of(hpa)}`]: current,
    [`kube_horizontalpodautoscaler_spec_min_replicas${of(hpa)}`]: least,
    [`kube_horizontalpodautoscaler_spec_max_replicas${of(hpa)}`]: most,
  };
}

function healthy(desired: string, current: string): Readonly<Record<string, string>> {
  return {
    [`kube_poddisruptionbudget_status_desired_healthy${of(budget)}`]: desired,
    [`kube_poddisruptionbudget_status_current_healthy${of(budget)}`]: current,
  };
}

function quota(used: string): Readonly<Record<string, string>> {
  const labels = { resourcequota: "shop", resource: "requests.cpu" };
  return {
    [`kube_resourcequota${of({ ...labels, type: "used" })}`]: used,
    [`kube_resourcequota${of({ ...labels, type: "hard" })}`]: "10x40",
    [`kube_resourcequota${of({ resourcequota: "shop", resource: "services.loadbalancers", type: "used" })}`]:
      "0x40",
    [`kube_resourcequota${of({ resourcequota: "shop", resource: "services.loadbalancers", type: "hard" })}`]:
      "0x40",
  };
}

function throttled(periods: number): Readonly<Record<string, string>> {
  const labels = of({ job: "kubelet", ...api });
  return {
    [`container_cpu_cfs_throttled_periods_total${labels}`]: `0+${periods}x40`,
    [`container_cpu_cfs_periods_total${labels}`]: "0+600x40",
    // The cgroup of the whole pod has no container's name.
    [`container_cpu_cfs_throttled_periods_total${of({ job: "kubelet", ...pod, container: "" })}`]: "0+600x40",
    [`container_cpu_cfs_periods_total${of({ job: "kubelet", ...pod, container: "" })}`]: "0+600x40",
  };
}

const isReady = `kube_pod_status_ready${of({ ...pod, condition: "true" })}`;
const restarts = `kube_pod_container_status_restarts_total${of(api)}`;
const killed = `kube_pod_container_status_last_terminated_reason${of({ ...api, reason: "OOMKilled" })}`;

export const workloadCases: readonly AlertCase[] = [
  {
    alert: "KubePodCrashLooping",
    name: "a container of the shop waits for its next start, and runs for a moment in between",
    series: {
      ...info,
      [`kube_pod_container_status_waiting_reason${of({ ...api, ...crash })}`]: "1x3 0 1x3 0 1x3 0 1x3 0 1x3",
    },
    at: "17m",
    fires: [
      {
        labels: { ...shop, ...api, node: "node-a", severity: "high" },
        summary: "api-7d9-x2 of shop starts and ends again and again",
        description: "The container api ends soon after each start.",
      },
    ],
  },
  {
    alert: "KubePodCrashLooping",
    name: "a container of the platform does so",
    series: {
      'kube_pod_info{namespace="monitoring",pod="loki-0",node="node-b"}': "1x60",
      'kube_pod_container_status_waiting_reason{namespace="monitoring",pod="loki-0",container="loki",reason="CrashLoopBackOff"}':
        "1x60",
    },
    at: "12m",
    fires: [
      {
        labels: {
          ...own,
          namespace: "monitoring",
          pod: "loki-0",
          container: "loki",
          node: "node-b",
          severity: "high",
        },
        summary: "loki-0 of monitoring starts and ends again and again",
        description: "The container loki ends soon after each start.",
      },
    ],
  },
  {
    alert: "KubePodCrashLooping",
    name: "it has run for ten minutes again",
    series: {
      ...info,
      [`kube_pod_container_status_waiting_reason${of({ ...api, ...crash })}`]: "1x9 _x30",
    },
    at: "20m",
    fires: [],
  },
  {
    alert: "KubePodCrashLooping",
    name: "it waits for its image",
    series: {
      ...info,
      [`kube_pod_container_status_waiting_reason${of({ ...api, ...crash })}`]: "0x60",
      [`kube_pod_container_status_waiting_reason${of({ ...api, reason: "ImagePullBackOff" })}`]: "1x60",
    },
    at: "17m",
    fires: [],
  },
  {
    alert: "KubePodCrashLooping",
    name: "a container in a namespace that is neither a system's nor the platform's does so",
    series: {
      'kube_pod_info{namespace="shop-two",pod="x",node="node-b"}': "1x60",
      'kube_pod_container_status_waiting_reason{namespace="shop-two",pod="x",container="x",reason="CrashLoopBackOff"}':
        "1x60",
    },
    at: "12m",
    fires: [],
  },

  {
    alert: "KubePodNotReady",
    name: "a running pod does not pass its probe",
    series: {
      ...info,
      [isReady]: "0x60",
      [isReady.replace("true", "false")]: "1x60",
      [`kube_pod_status_phase${of({ ...pod, phase: "Running" })}`]: "1x60",
      [`kube_pod_status_phase${of({ ...pod, phase: "Pending" })}`]: "0x60",
    },
    at: "16m",
    fires: [
      {
        labels: { ...shop, ...pod, node: "node-a", severity: "warning" },
        summary: "api-7d9-x2 of shop is not ready",
        description: "It has not taken requests for 15 minutes.",
      },
    ],
  },
  {
    alert: "KubePodNotReady",
    name: "it is ready",
    series: {
      ...info,
      [isReady]: "1x60",
      [isReady.replace("true", "false")]: "0x60",
      [`kube_pod_status_phase${of({ ...pod, phase: "Running" })}`]: "1x60",
    },
    at: "16m",
    fires: [],
  },
  {
    alert: "KubePodNotReady",
    name: "the pod of a job has come to its end",
    series: {
      ...info,
      [isReady]: "0x60",
      [`kube_pod_status_phase${of({ ...pod, phase: "Succeeded" })}`]: "1x60",
      [`kube_pod_status_phase${of({ ...pod, phase: "Running" })}`]: "0x60",
    },
    at: "16m",
    fires: [],
  },

  {
    alert: "KubeContainerWaiting",
    name: "the image cannot be had",
    series: {
      [`kube_pod_container_status_waiting_reason${of({ ...api, reason: "ImagePullBackOff" })}`]: "1x60",
    },
    at: "16m",
    fires: [
      {
        labels: { ...shop, ...api, reason: "ImagePullBackOff", severity: "warning" },
        summary: "api-7d9-x2 of shop cannot start api",
        description: "The container has waited for 15 minutes: ImagePullBackOff.",
      },
    ],
  },
  {
    alert: "KubeContainerWaiting",
    name: "it waits for its next start, of which another alert tells",
    series: { [`kube_pod_container_status_waiting_reason${of({ ...api, ...crash })}`]: "1x60" },
    at: "16m",
    fires: [],
  },

  {
    alert: "KubeContainerWaiting",
    name: "it waits for nothing any more",
    series: {
      [`kube_pod_container_status_waiting_reason${of({ ...api, reason: "ImagePullBackOff" })}`]: "0x60",
    },
    at: "16m",
    fires: [],
  },

  {
    alert: "ContainerOOMKilled",
    name: "the container was started again after the kernel ended it",
    series: { [restarts]: "4x9 5x20", [killed]: "_x9 1x20" },
    at: "12m",
    fires: [
      {
        labels: { ...shop, ...api, severity: "high" },
        summary: "api of api-7d9-x2 used more memory than it may",
        description: "The kernel ended the container in shop at its limit of memory.",
      },
    ],
  },
  {
    alert: "ContainerOOMKilled",
    name: "that was half an hour ago",
    series: { [restarts]: "4x9 5x40", [killed]: "_x9 1x40" },
    at: "40m",
    fires: [],
  },
  {
    alert: "ContainerOOMKilled",
    name: "the container ended for another reason",
    series: { [restarts]: "4x9 5x20", [killed.replace("OOMKilled", "Error")]: "_x9 1x20" },
    at: "12m",
    fires: [],
  },

  {
    alert: "CPUThrottlingHigh",
    name: "it waits in 168 of 600 periods",
    series: throttled(168),
    at: "25m",
    fires: [
      {
        labels: { ...shop, ...api, team: "performance", severity: "info" },
        summary: "api of api-7d9-x2 is held back at its CPU limit",
        description: "It had to wait in 28 % of the periods in which it ran.",
      },
    ],
  },
  {
    alert: "CPUThrottlingHigh",
    name: "it waits in 132 of 600",
    series: throttled(132),
    at: "25m",
    fires: [],
  },

  {
    alert: "KubeDeploymentReplicasMismatch",
    name: "two of three pods answer",
    series: replicas("3x40", "2x40", "3x40"),
    at: "11m",
    fires: [
      {
        labels: { ...shop, ...deployment, severity: "high" },
        summary: "api of shop has fewer pods than it should",
        description: "It should have 3 that answer, and no rollout is going on.",
      },
    ],
  },
  {
    alert: "KubeDeploymentReplicasMismatch",
    name: "two of three answer while they are replaced",
    series: replicas("3x40", "2x40", "0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3 0 1 2 3"),
    at: "16m",
    fires: [],
  },
  {
    alert: "KubeDeploymentReplicasMismatch",
    name: "there is one more than wanted",
    series: replicas("3x40", "4x40", "3x40"),
    at: "11m",
    fires: [],
  },

  {
    alert: "KubeDeploymentRolloutStuck",
    name: "the Deployment says that it gets no further",
    series: {
      [`kube_deployment_status_condition${of({ ...deployment, condition: "Progressing", status: "false" })}`]:
        "1x40",
    },
    at: "6m",
    fires: [
      {
        labels: { ...shop, ...deployment, severity: "high" },
        summary: "The rollout of api in shop has stopped",
        description: "New pods did not become ready in the time that the Deployment gives them.",
      },
    ],
  },
  {
    alert: "KubeDeploymentRolloutStuck",
    name: "the Deployment gets on",
    series: {
      [`kube_deployment_status_condition${of({ ...deployment, condition: "Progressing", status: "false" })}`]:
        "0x40",
      [`kube_deployment_status_condition${of({ ...deployment, condition: "Progressing", status: "true" })}`]:
        "1x40",
      // Too few of its pods answer, of which another alert tells.
      [`kube_deployment_status_condition${of({ ...deployment, condition: "Available", status: "false" })}`]:
        "1x40",
    },
    at: "6m",
    fires: [],
  },

  {
    alert: "KubeStatefulSetReplicasMismatch",
    name: "one of two members is ready",
    series: members("2x40", "1x40", "2x40"),
    at: "11m",
    fires: [
      {
        labels: { ...shop, ...statefulSet, severity: "high" },
        summary: "db of shop has fewer pods than it should",
        description: "It should have 2 that are ready, and no rollout is going on.",
      },
    ],
  },
  {
    alert: "KubeStatefulSetReplicasMismatch",
    name: "all are ready",
    series: members("2x40", "2x40", "2x40"),
    at: "11m",
    fires: [],
  },

  {
    alert: "KubeStatefulSetReplicasMismatch",
    name: "one of two is ready while they are replaced",
    series: members("2x40", "1x40", "0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2 0 1 2"),
    at: "16m",
    fires: [],
  },

  {
    alert: "KubeDaemonSetRolloutStuck",
    name: "it is available on all of them",
    series: onNodes("9x40", "9x40", "9x40"),
    at: "16m",
    fires: [],
  },
  {
    alert: "KubeDaemonSetRolloutStuck",
    name: "it is available on seven of nine nodes",
    series: onNodes("9x40", "7x40", "9x40"),
    at: "16m",
    fires: [
      {
        labels: { ...own, ...daemonSet, severity: "warning" },
        summary: "aws-node of kube-system is missing on nodes",
        description: "Its pod is not available on 2 nodes, and no rollout is going on.",
      },
    ],
  },
  {
    alert: "KubeDaemonSetRolloutStuck",
    name: "it is being replaced node by node",
    series: onNodes("9x40", "8x40", "0+1x40"),
    at: "16m",
    fires: [],
  },

  {
    alert: "KubeJobFailed",
    name: "the migration has failed",
    series: { [`kube_job_failed${of(job)}`]: "1x40" },
    at: "2m",
    fires: [
      {
        labels: { ...shop, job_name: "api-migrate-1f", severity: "warning" },
        summary: "The job api-migrate-1f of shop failed",
        description: "It used up its attempts, and what it was to do is not done.",
      },
    ],
  },
  {
    alert: "KubeJobFailed",
    name: "the migration has not failed",
    series: {
      [`kube_job_failed${of({ ...job, condition: "true" })}`]: "0x40",
      [`kube_job_failed${of({ ...job, condition: "false" })}`]: "1x40",
    },
    at: "2m",
    fires: [],
  },

  {
    alert: "KubeHpaMaxedOut",
    name: "it has had six of six pods for a quarter of an hour",
    series: scaled("6x40", "2x40", "6x40"),
    at: "16m",
    fires: [
      {
        labels: { ...shop, ...hpa, team: "performance", severity: "warning" },
        summary: "api of shop can grow no further",
        description: "It has had its most pods, 6, for 15 minutes.",
      },
    ],
  },
  {
    alert: "KubeHpaMaxedOut",
    name: "it has five of six",
    series: scaled("5x40", "2x40", "6x40"),
    at: "16m",
    fires: [],
  },
  {
    alert: "KubeHpaMaxedOut",
    name: "it was never to grow",
    series: scaled("6x40", "6x40", "6x40"),
    at: "16m",
    fires: [],
  },

  {
    alert: "KubePdbNotEnoughHealthyPods",
    name: "one of two is healthy",
    series: healthy("2x40", "1x40"),
    at: "16m",
    fires: [
      {
        labels: { ...shop, ...budget, severity: "warning" },
        summary: "api of shop lacks healthy pods",
        description: "It lacks 1: nodes with its pods cannot be drained.",
      },
    ],
  },
  {
    alert: "KubePdbNotEnoughHealthyPods",
    name: "there are as many as it needs",
    series: healthy("2x40", "2x40"),
    at: "16m",
    fires: [],
  },

  {
    alert: "KubeQuotaAlmostFull",
    name: "9.5 of 10 cores are given away",
    series: quota("9.5x40"),
    at: "16m",
    fires: [
      {
        labels: { ...shop, resourcequota: "shop", resource: "requests.cpu", severity: "warning" },
        summary: "shop has used almost all of its requests.cpu",
        description: "95 % of what its quota gives are used: further pods may be refused.",
      },
    ],
  },
  {
    alert: "KubeQuotaAlmostFull",
    name: "8.5 of 10 are",
    series: quota("8.5x40"),
    at: "16m",
    fires: [],
  },
];
