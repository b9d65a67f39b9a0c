import type { KubeClient, KubeObject } from "../../rehearsal/kube/client";

const namespace = "recorded";
const node = "recorded-node";
const pod = { containers: [{ name: "main", image: "example.test/main:1" }] };

/**
 * Makes objects in the states that alerts are about and that a healthy rehearsal has none of: a node under pressure,
 * pods that crash, wait, were killed or find no node, a Job that failed, a claim that is pending.
 */
export async function difficulties(client: KubeClient): Promise<void> {
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  // Not one of KWOK's, which would mend what is written into its pods' status.
  await client.apply({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node, labels: { "topology.kubernetes.io/zone": "eu-central-1a" } },
    spec: { unschedulable: true, taints: [{ key: "recorded", effect: "NoSchedule" }] },
  });
  await withStatus(
    client,
    "Pod",
    "crashing",
    { ...pod, nodeName: node, initContainers: [{ name: "first", image: "x" }] },
    {
      phase: "Running",
      startTime: past,
      initContainerStatuses: [container("first", { waiting: { reason: "ImagePullBackOff" } })],
      containerStatuses: [container("main", { waiting: { reason: "CrashLoopBackOff" } })],
      conditions: [{ type: "Ready", status: "False" }],
    },
  );
  await withStatus(
    client,
    "Pod",
    "running",
    { ...pod, nodeName: node },
    {
      phase: "Running",
      startTime: past,
      podIP: "10.0.0.1",
      podIPs: [{ ip: "10.0.0.1" }],
      containerStatuses: [
        { ...container("main", { running: { startedAt: past } }), ready: true, started: true },
      ],
      conditions: [{ type: "Ready", status: "True", lastTransitionTime: past }],
    },
  );
  await withStatus(
    client,
    "Pod",
    "evicted",
    { ...pod, nodeName: node },
    {
      phase: "Failed",
      reason: "Evicted",
      containerStatuses: [container("main", { terminated: { exitCode: 137, reason: "OOMKilled" } })],
    },
  );
  await withStatus(
    client,
    "Pod",
    "unschedulable",
    { ...pod, nodeSelector: { nowhere: "true" } },
    {
      phase: "Pending",
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
    },
  );
  const template = { spec: { ...pod, restartPolicy: "Never", nodeName: node } };
  await client.apply({ ...object("Job", "failed"), spec: { backoffLimit: 0, template } });
  const failing = await client.waitUntil(
    { apiVersion: "v1", kind: "Pod", namespace, labelSelector: "job-name=failed" },
    ([found]) => found?.metadata.name,
  );
  await setStatus(client, object("Pod", failing), {
    phase: "Failed",
    containerStatuses: [container("main", { terminated: { exitCode: 1, reason: "Error" } })],
  });
  await withStatus(
    client,
    "CronJob",
    "nightly",
    { schedule: "0 3 * * *", suspend: true, jobTemplate: { spec: { template } } },
    {
      lastScheduleTime: past,
      lastSuccessfulTime: past,
      active: [{ kind: "Job", name: "nightly-1", namespace }],
    },
  );
  await client.apply({
    ...object("PersistentVolumeClaim", "pending"),
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "nowhere",
      resources: { requests: { storage: "1Gi" } },
    },
  });
  await client.apply({ ...object("ResourceQuota", "quota"), spec: { hard: { pods: "20" } } });
}

const past = "2026-01-01T00:00:00Z";

const groups: Readonly<Record<string, string>> = { Job: "batch/v1", CronJob: "batch/v1" };

function object(kind: string, name: string): KubeObject {
  return { apiVersion: groups[kind] ?? "v1", kind, metadata: { name, namespace } };
}

async function withStatus(
  client: KubeClient,
  kind: string,
  name: string,
  spec: object,
  status: object,
): Promise<void> {
  const made = object(kind, name);
  await client.apply({ ...made, spec });
  await setStatus(client, made, status);
}

async function setStatus(client: KubeClient, made: KubeObject, status: object): Promise<void> {
  const { apiVersion, kind, metadata } = made;
  const path = await client.pathOf({ apiVersion, kind, namespace, name: metadata.name }, "status");
  await client.request({
    method: "PATCH",
    path,
    body: { status },
    contentType: "application/merge-patch+json",
  });
}

function container(name: string, state: unknown): object {
  const lastState = { terminated: { exitCode: 137, reason: "OOMKilled", startedAt: past, finishedAt: past } };
  return {
    name,
    image: "x",
    imageID: "x",
    ready: false,
    restartCount: 3,
    state,
    lastState,
    containerID: "c://1",
  };
}
