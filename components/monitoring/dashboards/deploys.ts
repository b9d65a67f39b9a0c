import { chart } from "../../spec/panels";
import type { DashboardSpec } from "../../spec/types";

const DAY = 86_400;

/** What was rolled out, and how it fares. */
export const deploys: DashboardSpec = {
  uid: "slipway-deploys",
  title: "Deploys",
  panels: [
    chart(
      "Deploys within a day",
      "short",
      { "{{namespace}}": `count by (namespace) (kube_replicaset_created > (time() - ${DAY}))` },
      {
        description:
          "New revisions; one that was brought back is marked by the events, and not counted here.",
      },
    ),
    {
      title: "Newest revision",
      kind: "table",
      unit: "dateTimeAsIso",
      queries: {
        since:
          'max by (namespace, owner_name) (kube_replicaset_created * on (namespace, replicaset) group_left (owner_name) kube_replicaset_owner{owner_kind="Deployment"}) * 1000',
      },
    },
    chart("Pods of a former revision", "short", {
      "{{namespace}} {{deployment}}":
        "sum by (namespace, deployment) (kube_deployment_status_replicas - kube_deployment_status_replicas_updated) > 0",
    }),
    chart("Pods that are missing", "short", {
      "{{namespace}} {{deployment}}":
        "sum by (namespace, deployment) (kube_deployment_status_replicas_unavailable) > 0",
    }),
    chart("Restarts within an hour", "short", {
      "{{namespace}} {{pod}}":
        "sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total[1h])) > 0",
    }),
    chart("Containers that wait", "short", {
      "{{namespace}} {{reason}}": "sum by (namespace, reason) (kube_pod_container_status_waiting_reason) > 0",
    }),
    chart("Migrations and jobs that failed", "short", {
      "{{namespace}} {{job_name}}": "sum by (namespace, job_name) (kube_job_status_failed) > 0",
    }),
    {
      title: "What runs",
      kind: "table",
      unit: "none",
      queries: { pods: "count by (namespace, container, image_spec) (kube_pod_container_info)" },
    },
  ],
};
