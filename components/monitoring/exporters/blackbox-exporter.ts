import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import type { EdgeContract } from "../../common/contracts";
import { PROXY_PORTS } from "../../common/gateway-api";
import { dnsEgress, internet, podsPeer, tcp } from "../../common/network-policies";
import type { Egress } from "../../common/network-policies";
import { MONITORING_API } from "../../common/prometheus-operator";
import type { StagedSpec } from "../../spec/stage";
import { toolDeployment } from "../deployment";
import { createFiles, folders } from "../files";
import { toolMetadata, toolOptions } from "../site";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import type { PublicHosts } from "../types";
import { blackboxConfig, hostProbe, PORT, TOOL } from "./probes";

const PORTS = { http: PORT } as const;
const USER = 65_534;
const FOLDER = "/etc/blackbox";
const FILE = "blackbox.yaml";

export interface BlackboxExporterArgs {
  readonly site: MonitoringSite;
  readonly systems: readonly StagedSpec[];
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace">;
  readonly publicHosts: PublicHosts;
}

/** blackbox-exporter, and a probe of every public host of the systems, its certificate included. */
export class BlackboxExporter extends pulumi.ComponentResource {
  constructor(name: string, args: BlackboxExporterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:BlackboxExporter", name, {}, opts);

    const { site, systems, edge, publicHosts } = args;
    const { replicas } = site.sizes;
    const objects = toolObjects(
      site,
      name,
      {
        tool: TOOL,
        ports: PORTS,
        replicas,
        ingress: [],
        egress: [dnsEgress(site.cluster.dns), probedHosts(args)],
      },
      this,
    );
    const config = createFiles(
      site,
      `${name}-config`,
      TOOL,
      { [FILE]: stringify(blackboxConfig(publicHosts)) },
      this,
    );
    const { volumes, mounts } = folders([{ volume: "config", path: FOLDER, from: { configMap: config } }]);
    toolDeployment(
      site,
      name,
      {
        tool: TOOL,
        replicas,
        user: USER,
        token: false,
        container: {
          name: TOOL,
          image: "blackbox-exporter",
          args: [`--config.file=${FOLDER}/${FILE}`, "--log.format=json"],
          ports: PORTS,
          size: { cpu: ["20m", "250m"], memory: "32Mi" },
          probes: {
            liveness: { path: "/-/healthy", port: "http" },
            readiness: { path: "/-/healthy", port: "http" },
          },
          mounts,
        },
        volumes,
        before: objects.before,
      },
      this,
    );
    for (const spec of systems) {
      const probe = hostProbe(spec, publicHosts, edge.podNamespace);
      if (probe === undefined) continue;
      new k8s.apiextensions.CustomResource(
        `${name}-probe-${spec.name}`,
        {
          apiVersion: MONITORING_API,
          kind: "Probe",
          metadata: toolMetadata(site, TOOL, spec.name),
          spec: probe,
        },
        toolOptions(site, this, site.operator),
      );
    }
    this.registerOutputs({});
  }
}

/** The way to what is probed: to the hosts' public addresses, or to the proxies that serve them. */
function probedHosts({ edge, publicHosts }: BlackboxExporterArgs): Egress {
  return publicHosts.way === "gateway"
    ? {
        to: [podsPeer(edge.podNamespace, edge.podSelector)],
        ports: tcp([PROXY_PORTS.https]),
      }
    : { to: [internet], ports: tcp([443]) };
}
