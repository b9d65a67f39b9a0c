import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeContract } from "../../common/contracts";
import { referenceGrant } from "../../common/gateway-api";
import { dnsEgress, podsPeer, tcp } from "../../common/network-policies";
import { createFiles, folders } from "../files";
import { toPrometheus } from "../peers";
import { toolSet } from "../set";
import { toolMetadata, toolOptions } from "../site";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import { ALLOY_BROWSER, browserConfig, browserPorts } from "./browser";
import type { BrowserSource } from "./browser";
import { ALLOY_DATA, alloyArguments, ALLOY_USER, CONFIG, CONFIG_FILE, CONFIG_VOLUME } from "./process";

/** What {@link BrowserReceiver} is made from. */
export interface BrowserReceiverArgs {
  readonly site: MonitoringSite;
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace" | "controllers">;
  /** The systems whose pages send; one at least. */
  readonly sources: readonly BrowserSource[];
  /** Addresses of each replica of Prometheus that take remote write, and the port that they are at. */
  readonly prometheus: { readonly writeTo: readonly string[]; readonly port: number };
}

/**
 * Alloy as the receiver of what pages measure in browsers. It is a process of its own because anybody may talk to it:
 * it has no rights, reads no logs, and reaches nothing but Prometheus. The sums that it keeps are in memory, and
 * begin again when a pod does, as those of every process do.
 */
export class BrowserReceiver extends pulumi.ComponentResource {
  constructor(name: string, args: BrowserReceiverArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:BrowserReceiver", name, {}, opts);

    const { site, edge, sources, prometheus } = args;
    const { replicas } = site.sizes;
    const { before } = toolObjects(
      site,
      name,
      {
        tool: ALLOY_BROWSER,
        ports: browserPorts,
        replicas,
        ingress: [
          {
            from: [podsPeer(edge.podNamespace, edge.podSelector)],
            ports: tcp([browserPorts.otlp]),
          },
        ],
        egress: [dnsEgress(site.cluster.dns), toPrometheus(prometheus.port)],
      },
      this,
    );
    const files = createFiles(
      site,
      `${name}-files`,
      ALLOY_BROWSER,
      { [CONFIG_FILE]: browserConfig({ sources, writeTo: prometheus.writeTo }) },
      this,
    );
    const { volumes, mounts } = folders([
      { volume: CONFIG_VOLUME, path: CONFIG, from: { configMap: files } },
    ]);
    toolSet(
      site,
      name,
      {
        tool: ALLOY_BROWSER,
        replicas,
        user: ALLOY_USER,
        token: false,
        memberPorts: { http: browserPorts.http },
        before,
        volumes,
        container: {
          name: ALLOY_BROWSER,
          image: "alloy",
          args: [
            ...alloyArguments(browserPorts.http),
            // Of what adds up deltas there is nothing yet that is called stable.
            "--stability.level=experimental",
          ],
          ports: browserPorts,
          size: { cpu: ["20m", "500m"], memory: site.sizes.scale === "full" ? "192Mi" : "128Mi" },
          probes: {
            liveness: { path: "/-/ready", port: "http" },
            readiness: { path: "/-/ready", port: "http" },
          },
          mounts,
          scratch: [
            // What Prometheus has not taken yet.
            { volume: "data", path: ALLOY_DATA, sizeLimit: "256Mi" },
            { volume: "tmp", path: "/tmp", sizeLimit: "16Mi" },
          ],
        },
      },
      this,
    );
    for (const { namespace, system } of sources) {
      new k8s.apiextensions.CustomResource(
        `${name}-grant-${system}`,
        referenceGrant(toolMetadata(site, ALLOY_BROWSER, `${ALLOY_BROWSER}-${system}`), {
          from: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", namespace }],
          to: [{ group: "", kind: "Service", name: ALLOY_BROWSER }],
        }),
        toolOptions(site, this, edge.controllers),
      );
    }

    this.registerOutputs({});
  }
}
