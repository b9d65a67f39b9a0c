import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import { MONITORING_NAMESPACE } from "../common/monitoring";
import { defaultDenySpec } from "../common/network-policies";
import { podSecurityLabels } from "../common/pod-security";
import { Alertmanager } from "./alertmanager/alertmanager";
import { platformDashboards } from "./dashboards";
import { BlackboxExporter } from "./exporters/blackbox-exporter";
import { KubeStateMetrics } from "./exporters/kube-state-metrics";
import { NodeExporter } from "./exporters/node-exporter";
import { dashboardGroups } from "./grafana/dashboard-files";
import { Grafana } from "./grafana/grafana";
import { Operator } from "./operator/operator";
import { Prometheus } from "./prometheus/prometheus";
import { toolLabels, toolMetadata } from "./site";
import type { MonitoringSite } from "./site";
import type { MonitoringArgs } from "./types";

/** Whose the public host of Grafana is, as the edge knows owners of hosts. */
export const HOST_OWNER = "monitoring";

/**
 * What watches the platform and its systems. It makes a closed namespace, and in it:
 *
 * - with `addons: "install"`, the operator that makes Prometheus and Alertmanager out of custom resources;
 * - a Prometheus, or a pair, and what it scrapes of the systems, the platform and the cluster;
 * - exporters: of the nodes, of the cluster's objects, and of what the public hosts answer;
 * - an Alertmanager, which tells people of alerts;
 * - a Grafana, which shows all of it.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** @throws SlipwayError when an alert, a dashboard or a receiver contradicts itself. */
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:Monitoring", name, {}, opts);

    const { cluster, addons, stage, sizes, grafana: access = {} } = args;
    const options = { parent: this, provider: cluster.provider };
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: MONITORING_NAMESPACE,
          labels: {
            ...toolLabels({ stage }, "monitoring"),
            ...podSecurityLabels(),
            // By this the listener of its host takes routes from here.
            ...(access.host === undefined ? {} : { [SYSTEM_NAMESPACE_LABEL]: HOST_OWNER }),
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
    new NodeExporter(`${name}-node-exporter`, { site }, here);
    new KubeStateMetrics(`${name}-kube-state-metrics`, { site }, here);
    new BlackboxExporter(`${name}-blackbox-exporter`, { ...args, site }, here);

    const { alerting, receiverSecrets: secrets } = args;
    new Alertmanager(`${name}-alertmanager`, { site, alerting, secrets }, { parent: this });
    const dashboards = dashboardGroups(platformDashboards, args.systems);
    new Grafana(`${name}-grafana`, { ...args, site, dashboards, access }, here);

    this.registerOutputs({ namespace: site.namespace });
  }
}
