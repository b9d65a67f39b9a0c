import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import { MONITORING_NAMESPACE } from "../common/monitoring";
import { defaultDenySpec } from "../common/network-policies";
import { podSecurityLabels } from "../common/pod-security";
import { Alertmanager } from "./alertmanager/alertmanager";
import { AlertRules } from "./alerts/alerts";
import { browserSources } from "./alloy/browser";
import { LogCollector } from "./alloy/collector";
import { ALLOY } from "./alloy/logs";
import { BrowserReceiver } from "./alloy/receiver";
import { platformDashboards } from "./dashboards";
import { BlackboxExporter } from "./exporters/blackbox-exporter";
import { KubeStateMetrics } from "./exporters/kube-state-metrics";
import { NodeExporter } from "./exporters/node-exporter";
import { dashboardGroups } from "./grafana/dashboard-files";
import { Grafana } from "./grafana/grafana";
import { Jaeger } from "./jaeger/jaeger";
import { traceSources } from "./jaeger/sampling";
import { Loki } from "./loki/loki";
import { Operator } from "./operator/operator";
import { Prometheus } from "./prometheus/prometheus";
import { PORTS, remoteWriteUrls } from "./prometheus/spec";
import { toolLabels, toolMetadata } from "./site";
import type { MonitoringSite } from "./site";
import type { MonitoringArgs } from "./types";
import { validateMonitoring } from "./validation";

/** Whose the public host of Grafana is, as the edge knows owners of hosts. */
export const HOST_OWNER = "monitoring";

/**
 * What watches the platform and its systems. It makes a closed namespace, and in it:
 *
 * - with `addons: "install"`, the operator that makes Prometheus and Alertmanager out of custom resources;
 * - a Prometheus, or a pair, and what it scrapes of the systems, the platform and the cluster;
 * - the alerts and recordings that it evaluates, apart for the platform and for each system;
 * - exporters: of the nodes, of the cluster's objects, and of what the public hosts answer;
 * - an Alertmanager, which tells people of alerts;
 * - a Loki with an Alloy that brings it the logs of every pod and the cluster's events;
 * - a Jaeger, which takes the traces of the systems;
 * - where pages of systems measure, an Alloy that takes what they send;
 * - a Grafana, which shows all of it.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** @throws SlipwayError when an alert, a dashboard or a receiver contradicts itself. */
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    validateMonitoring(args.systems);
    super("slipway:monitoring:Monitoring", name, {}, opts);

    const { cluster, addons, stage, sizes, grafana: access = {} } = args;
    const pages = browserSources(args.systems);
    const options = { parent: this, provider: cluster.provider };
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: MONITORING_NAMESPACE,
          labels: {
            ...toolLabels({ stage }, "monitoring"),
            ...podSecurityLabels(),
            // By this the listener of its host takes routes from here, and the edge's proxies may come here at all.
            ...(access.host === undefined && pages.length === 0
              ? {}
              : { [SYSTEM_NAMESPACE_LABEL]: HOST_OWNER }),
          },
        },
      },
      { ...options, dependsOn: [...cluster.ready] },
    );
    const closed = { stage, namespace: namespace.metadata.name };
    const denied = new k8s.networking.v1.NetworkPolicy(
      `${name}-default-deny`,
      { metadata: toolMetadata(closed, "monitoring", "default-deny"), spec: defaultDenySpec },
      options,
    );
    const bare: MonitoringSite = { ...closed, cluster, sizes, ready: [denied], operator: [] };
    const here = { parent: this };
    const operator =
      addons === "install" ? new Operator(`${name}-operator`, { site: bare }, here).ready : bare.operator;
    const site: MonitoringSite = { ...bare, operator };

    new Prometheus(`${name}-prometheus`, { ...args, site }, here);
    new AlertRules(`${name}-rules`, { ...args, site }, here);
    new NodeExporter(`${name}-node-exporter`, { site }, here);
    new KubeStateMetrics(`${name}-kube-state-metrics`, { site }, here);
    new BlackboxExporter(`${name}-blackbox-exporter`, { ...args, site }, here);

    const { alerting, receiverSecrets: secrets } = args;
    new Alertmanager(`${name}-alertmanager`, { site, alerting, secrets }, { parent: this });
    new Loki(`${name}-loki`, { site, bucket: args.logBucket, clients: [ALLOY, "grafana"] }, here);
    new LogCollector(`${name}-alloy`, { site }, here);
    const traced = traceSources(args.systems);
    new Jaeger(
      `${name}-jaeger`,
      { site, sources: traced, store: args.traceStore, clients: ["grafana"] },
      here,
    );
    if (pages.length > 0) {
      const prometheus = { writeTo: remoteWriteUrls(sizes), port: PORTS.http };
      new BrowserReceiver(`${name}-browser`, { site, edge: args.edge, sources: pages, prometheus }, here);
    }
    const dashboards = dashboardGroups(platformDashboards, args.systems);
    new Grafana(`${name}-grafana`, { ...args, site, dashboards, access }, here);

    this.registerOutputs({ namespace: site.namespace });
  }
}
