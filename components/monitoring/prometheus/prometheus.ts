import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Addons, EdgeContract } from "../../common/contracts";
import { MONITORING_ALPHA_API, MONITORING_API } from "../../common/prometheus-operator";
import { namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import { createSecretFiles } from "../files";
import { grantEverywhere, grantIn } from "../rights";
import { toolLabels, toolMetadata, toolOptions, toolSelector } from "../site";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import type { ToolObjects } from "../tool";
import { annotatedPods } from "./annotated";
import { clusterJobsFile } from "./cluster-jobs";
import { serviceMonitors, storeMonitors } from "./monitors";
import { platformMonitors } from "./platform";
import { clusterNamespaces, clusterScrapingRules, discoveryRules } from "./rights";
import { INSTANCE, JOBS_KEY, PORTS, PROMETHEUS, prometheusSpec } from "./spec";
import { prometheusEgress, prometheusIngress } from "./traffic";

export interface PrometheusArgs {
  readonly site: MonitoringSite;
  readonly addons: Addons;
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace" | "controllerNamespaces" | "controllers">;
  readonly systems: readonly StagedSpec[];
  /** Namespaces of the systems once they exist, by system. */
  readonly namespaces: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Prometheus, as custom resources of its operator, and what it scrapes. It makes:
 *
 * 1. its service account with rights to find targets in the namespaces that have some, its Service `prometheus` on port
 *    9090, its policy and disruption budget;
 * 2. a monitor for each service of each system that serves metrics and for each store's exporter, for the platform's
 *    own parts, and for pods that ask by annotation;
 * 3. the scrape configuration of kubelets and the API server;
 * 4. one Prometheus, or a pair of which each scrapes everything, with a month of metrics on a volume.
 */
export class Prometheus extends pulumi.ComponentResource {
  constructor(name: string, args: PrometheusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:Prometheus", name, {}, opts);

    const { site, addons, edge, systems } = args;
    const { cluster, stage } = site;
    const platform = platformMonitors({ dns: cluster.dns, edge });
    const podSelector = toolSelector(PROMETHEUS);
    const objects = toolObjects(
      site,
      name,
      {
        tool: PROMETHEUS,
        ports: PORTS,
        podSelector,
        replicas: site.sizes.replicas,
        ingress: prometheusIngress,
        egress: prometheusEgress(cluster.dns, [
          ...systems.map(namespaceOf),
          ...Object.values(platform).flatMap(({ namespaceSelector }) => namespaceSelector.matchNames),
        ]),
        sticky: true,
      },
      this,
    );
    const rights = this.#grant(name, args, objects);

    const make = (kind: string, monitors: Readonly<Record<string, object>>): void => {
      const apiVersion = kind === "ScrapeConfig" ? MONITORING_ALPHA_API : MONITORING_API;
      for (const [monitor, spec] of Object.entries(monitors)) {
        new k8s.apiextensions.CustomResource(
          `${name}-${monitor}`,
          { apiVersion, kind, metadata: toolMetadata(site, PROMETHEUS, monitor), spec },
          toolOptions(site, this, site.operator),
        );
      }
    };
    for (const spec of systems) {
      make("ServiceMonitor", serviceMonitors(spec));
      make("PodMonitor", storeMonitors(spec));
    }
    make("PodMonitor", platform);
    if (systems.length > 0) make("ScrapeConfig", { "annotated-pods": annotatedPods(systems) });

    const jobs = createSecretFiles(
      site,
      `${name}-jobs`,
      PROMETHEUS,
      { [JOBS_KEY]: clusterJobsFile({ verifyKubelets: cluster.cloud !== undefined }) },
      this,
    );
    new k8s.apiextensions.CustomResource(
      `${name}-server`,
      {
        apiVersion: MONITORING_API,
        kind: "Prometheus",
        metadata: {
          ...toolMetadata(site, PROMETHEUS, INSTANCE),
          // Only where the operator runs that sets the condition: else it would never come.
          ...(addons === "install" ? { annotations: { "pulumi.com/waitFor": "condition=Available" } } : {}),
        },
        spec: prometheusSpec({
          sizes: site.sizes,
          stage,
          cluster,
          // By these its selector finds its pods; where the operator has others of its own, these win.
          labels: toolLabels(site, PROMETHEUS),
          podSelector,
          jobs,
        }),
      },
      toolOptions(site, this, [...site.operator, ...objects.before, ...rights]),
    );

    this.registerOutputs({});
  }

  /** Rights in each namespace that has targets, each once, and at the cluster's own parts. */
  #grant(
    name: string,
    { site, edge, systems, namespaces }: PrometheusArgs,
    { account }: ToolObjects,
  ): readonly pulumi.Resource[] {
    const own = { tool: PROMETHEUS, account, rules: discoveryRules };
    const grant = (
      key: string,
      namespace: pulumi.Input<string>,
      after: readonly pulumi.Resource[] = [],
    ): pulumi.Resource => grantIn(site, `${name}-${key}`, { ...own, namespace }, this, after);
    const edges = new Set([edge.podNamespace, ...(edge.controllerNamespaces ?? [])]);
    return [
      grantEverywhere(site, name, { ...own, rules: clusterScrapingRules }, this),
      grant("own", site.namespace),
      ...systems.map((spec) => grant(spec.name, namespaces[spec.name] ?? namespaceOf(spec))),
      ...[...edges].map((namespace) => grant(namespace, namespace, edge.controllers)),
      grant("api-server", clusterNamespaces.apiServer),
      ...(site.cluster.dns.kind === "pods" ? [grant("dns", clusterNamespaces.dns)] : []),
    ];
  }
}
