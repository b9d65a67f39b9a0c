import type { ClusterDns, EdgeContract } from "../../common/contracts";
import { platformNamespaces } from "../../common/namespaces";
import type { LabelSelector, PodMonitorSpec } from "../../common/prometheus-operator";
import { PLATFORM } from "../../common/labels";
import { INTERVAL, labelled } from "./monitors";
import type { Monitors } from "./monitors";

const { envoyGateway, certManager, externalDns } = platformNamespaces;
/** Where the cluster's own DNS runs, if it is pods. */
const CLUSTER_NAMESPACE = "kube-system";

/** What of the platform there is to scrape. */
export interface PlatformParts {
  readonly dns: ClusterDns;
  readonly edge: Pick<EdgeContract, "podSelector" | "podNamespace" | "controllerNamespaces">;
}

/** Pods of the platform's own parts that serve metrics; ports and labels are those of their projects' charts. */
export function platformMonitors({ dns, edge }: PlatformParts): Monitors<PodMonitorSpec> {
  const installed = (namespace: string, monitors: Monitors<PodMonitorSpec>): Monitors<PodMonitorSpec> =>
    edge.controllerNamespaces?.includes(namespace) === true ? monitors : {};
  return {
    "envoy-proxy": monitor(
      "envoy-proxy",
      edge.podNamespace,
      { matchLabels: edge.podSelector },
      { port: "metrics", path: "/stats/prometheus" },
    ),
    ...installed(envoyGateway, {
      "envoy-gateway": monitor(
        "envoy-gateway",
        envoyGateway,
        { matchLabels: { "control-plane": "envoy-gateway" } },
        { port: "metrics" },
      ),
    }),
    ...installed(certManager, {
      "cert-manager": monitor(
        "cert-manager",
        certManager,
        {
          matchExpressions: [
            {
              key: "app.kubernetes.io/name",
              operator: "In",
              values: ["cert-manager", "cainjector", "webhook"],
            },
          ],
        },
        { port: "http-metrics" },
      ),
    }),
    ...installed(externalDns, {
      "external-dns": monitor(
        "external-dns",
        externalDns,
        { matchLabels: { "app.kubernetes.io/name": "external-dns" } },
        { port: "http" },
      ),
    }),
    ...(dns.kind === "pods"
      ? {
          coredns: monitor(
            "coredns",
            CLUSTER_NAMESPACE,
            { matchLabels: { "k8s-app": "kube-dns" } },
            { port: "metrics" },
          ),
        }
      : {}),
  };
}

function monitor(
  job: string,
  namespace: string,
  selector: LabelSelector,
  { port, path = "/metrics" }: { readonly port: string; readonly path?: string },
): PodMonitorSpec {
  return {
    namespaceSelector: { matchNames: [namespace] },
    selector,
    podMetricsEndpoints: [
      { port, path, interval: INTERVAL, relabelings: [labelled("job", job), labelled("system", PLATFORM)] },
    ],
  };
}
