import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { unlessEmpty } from "../common/pods";
import type { PolicySpec } from "../common/network-policies";
import { MONITORING_API } from "../common/prometheus-operator";
import type { Endpoint, ServiceMonitorSpec } from "../common/prometheus-operator";
import { MONITORING_NAMESPACE } from "../common/monitoring";
import { fromTools } from "./peers";
import { toolMetadata, toolOptions, toolSelector } from "./site";
import type { MonitoringSite } from "./site";

/** What every tool of the monitoring stack has beside its pods. */
export interface ToolPlan {
  /** Name of the tool: of its Service, service account and policy, and part of its labels. */
  readonly tool: string;
  /** Ports of the Service by name; the pods' ports have the same names. */
  readonly ports: Readonly<Record<string, number>>;
  /**
   * Labels that select its pods, where an operator makes them, so that nothing here may wait for them.
   * @default those of {@link toolSelector}
   */
  readonly podSelector?: Readonly<Record<string, string>>;
  /** Its most pods at once; a tool with several of them gets a disruption budget. */
  readonly replicas: number;
  /** Who else but Prometheus, which scrapes them, may call its pods, and on which ports. */
  readonly ingress: readonly types.input.networking.v1.NetworkPolicyIngressRule[];
  /** Whom its pods may call, DNS included. */
  readonly egress: readonly types.input.networking.v1.NetworkPolicyEgressRule[];
  /** How its own metrics are scraped; its policy is opened for it. @default port `http`, path /metrics */
  readonly monitor?: Endpoint | readonly Endpoint[] | "none";
  /** Whether pods have names of their own behind the Service. @default false */
  readonly headless?: boolean;
  /** Whether the Service keeps each client on one pod, for each pod has seen something else. @default false */
  readonly sticky?: boolean;
  /** Annotations of the service account. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The objects of a tool that its pods, or others, refer to. */
export interface ToolObjects {
  readonly account: k8s.core.v1.ServiceAccount;
  readonly service: k8s.core.v1.Service;
  /** What must stand before the first pod. */
  readonly before: readonly pulumi.Resource[];
}

/**
 * Makes what all tools have alike: a service account, a Service, the policy of their flows, a budget for disruptions
 * that can be met, and the monitor of their own metrics. The pods themselves, their files and rights are the tool's.
 */
export function toolObjects(
  site: MonitoringSite,
  name: string,
  plan: ToolPlan,
  parent: pulumi.Resource,
): ToolObjects {
  const { tool, ports, replicas } = plan;
  const endpoints = endpointsOf(plan);
  const matchLabels = { ...(plan.podSelector ?? toolSelector(tool)) };
  const options = toolOptions(site, parent);
  const metadata = toolMetadata(site, tool, tool);
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    {
      metadata: { ...metadata, ...(plan.annotations === undefined ? {} : { annotations: plan.annotations }) },
      // A pod that calls the API says so itself.
      automountServiceAccountToken: false,
    },
    options,
  );
  const service = new k8s.core.v1.Service(
    `${name}-service`,
    {
      metadata: {
        ...metadata,
        ...(plan.podSelector === undefined ? {} : { annotations: { "pulumi.com/skipAwait": "true" } }),
      },
      spec: {
        ...(plan.headless === true ? { clusterIP: "None" } : {}),
        ...(plan.sticky === true ? { sessionAffinity: "ClientIP" } : {}),
        selector: matchLabels,
        ports: Object.entries(ports).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: port,
          protocol: "TCP",
        })),
      },
    },
    options,
  );
  const policy = new k8s.networking.v1.NetworkPolicy(
    `${name}-policy`,
    { metadata, spec: policyOf(matchLabels, plan, endpoints) },
    options,
  );
  if (replicas > 1) {
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      {
        metadata,
        // Pods that are not ready serve nobody, and would hold up the node that is to replace them.
        spec: { maxUnavailable: 1, selector: { matchLabels }, unhealthyPodEvictionPolicy: "AlwaysAllow" },
      },
      options,
    );
  }
  if (endpoints.length > 0) {
    new k8s.apiextensions.CustomResource(
      `${name}-monitor`,
      { apiVersion: MONITORING_API, kind: "ServiceMonitor", metadata, spec: monitorSpec(tool, endpoints) },
      toolOptions(site, parent, site.operator),
    );
  }
  return { account, service, before: [account, policy, ...site.ready] };
}

function endpointsOf({ monitor = { port: "http" } }: ToolPlan): readonly Endpoint[] {
  if (monitor === "none") return [];
  return "port" in monitor ? [monitor] : monitor;
}

function policyOf(
  matchLabels: Record<string, string>,
  { ports, ingress, egress }: ToolPlan,
  endpoints: readonly Endpoint[],
): PolicySpec {
  const scraped = endpoints.flatMap(({ port }) => ports[port] ?? []);
  return {
    podSelector: { matchLabels },
    policyTypes: ["Ingress", "Egress"],
    ...unlessEmpty("ingress", [
      ...(scraped.length === 0 ? [] : [fromTools(["prometheus"], ...scraped)]),
      ...ingress,
    ]),
    ...unlessEmpty("egress", [...egress]),
  };
}

function monitorSpec(tool: string, endpoints: readonly Endpoint[]): ServiceMonitorSpec {
  return {
    selector: { matchLabels: toolSelector(tool) },
    namespaceSelector: { matchNames: [MONITORING_NAMESPACE] },
    jobLabel: "app.kubernetes.io/name",
    endpoints: endpoints.map((endpoint) => ({ path: "/metrics", interval: "15s", ...endpoint })),
  };
}
