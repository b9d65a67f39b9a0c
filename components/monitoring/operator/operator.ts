import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { MONITORING_NAMESPACE } from "../../common/monitoring";
import { apiServerEgress, dnsEgress } from "../../common/network-policies";
import { pinnedImage, versions } from "../../common/versions";
import { toolDeployment } from "../deployment";
import { grantEverywhere, grantIn } from "../rights";
import { toolOptions } from "../site";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import { operatorClusterRules, operatorRules } from "./rights";

const TOOL = "prometheus-operator";
const PORTS = { http: 8080 } as const;
/** `nobody` of the image. */
const USER = 65_534;

/** What the operator is started with; what the pods that it makes need beyond this their custom resource says. */
export const operatorArguments: readonly string[] = [
  // Its watches, and so its rights, end at this namespace.
  `--namespaces=${MONITORING_NAMESPACE}`,
  `--prometheus-config-reloader=${pinnedImage("prometheus-config-reloader")}`,
  "--disable-unmanaged-prometheus-configuration=true",
  // Else nobody would start one again that hangs, and the configuration would stay as it was.
  "--enable-config-reloader-probes=true",
  // Kubelets are found by Prometheus itself.
  "--kubelet-endpoints=false",
  "--auto-gomemlimit-ratio=0.9",
  "--log-format=json",
];

/**
 * The Prometheus operator, which makes a Prometheus and its configuration out of custom resources: their definitions,
 * the operator's rights, and its one pod. While that is away everything runs on as it is configured.
 */
export class Operator extends pulumi.ComponentResource {
  /** What custom resources of its kinds wait for. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    { site }: { readonly site: MonitoringSite },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:monitoring:Operator", name, {}, opts);

    const { chart, repository, version } = versions.charts.prometheusOperatorCrds;
    const definitions = new k8s.helm.v3.Release(
      `${name}-crds`,
      {
        name: "prometheus-operator-crds",
        namespace: site.namespace,
        chart,
        repositoryOpts: { repo: repository },
        version,
        atomic: true,
        cleanupOnFail: true,
        maxHistory: 5,
        timeout: 300,
      },
      toolOptions(site, this),
    );
    // Its own monitor is the first object of a kind that only these definitions bring.
    const inside: MonitoringSite = { ...site, operator: [definitions] };
    const { account, before } = toolObjects(
      inside,
      name,
      {
        tool: TOOL,
        ports: PORTS,
        replicas: 1,
        ingress: [],
        egress: [dnsEgress(site.cluster.dns), apiServerEgress],
      },
      this,
    );
    const rights = [
      grantIn(site, name, { tool: TOOL, account, rules: operatorRules, namespace: site.namespace }, this),
      grantEverywhere(site, name, { tool: TOOL, account, rules: operatorClusterRules }, this),
    ];
    const deployment = toolDeployment(
      site,
      name,
      {
        tool: TOOL,
        replicas: 1,
        user: USER,
        token: true,
        container: {
          name: TOOL,
          image: "prometheus-operator",
          args: operatorArguments,
          ports: PORTS,
          size: { cpu: ["50m", "500m"], memory: site.sizes.scale === "full" ? "192Mi" : "128Mi" },
          probes: {
            liveness: { path: "/healthz", port: "http" },
            readiness: { path: "/healthz", port: "http" },
          },
        },
        before: [...before, ...rights, definitions],
      },
      this,
    );

    this.ready = [definitions, deployment];
    this.registerOutputs({});
  }
}
