import { stringify } from "yaml";

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Fields of a scrape configuration of Prometheus that we set. */
interface Job {
  readonly job_name: string;
  readonly scrape_interval: string;
  readonly scheme: "https";
  readonly metrics_path: string;
  readonly authorization: { readonly credentials_file: string };
  readonly tls_config: Readonly<Record<string, string | boolean>>;
  readonly kubernetes_sd_configs: readonly Readonly<Record<string, unknown>>[];
  readonly relabel_configs: readonly Relabel[];
  readonly metric_relabel_configs: readonly Relabel[];
}

interface Relabel {
  readonly action?: "keep" | "drop" | "replace";
  readonly source_labels?: readonly string[];
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

/** What decides how the cluster's own parts are scraped. */
export interface ClusterJobsArgs {
  /**
   * Whether kubelets have certificates of the cluster's own authority, as on EKS. Elsewhere they often sign their own,
   * and then who answers on a node's port cannot be told.
   */
  readonly verifyKubelets: boolean;
}

/**
 * The kubelets, the cAdvisor in them and the API server: they ask for the token of Prometheus, which no monitor may
 * send. Of the control plane this is all that EKS lets be scraped by address: no scheduler, no controller manager and
 * no etcd.
 */
export function clusterJobs({ verifyKubelets }: ClusterJobsArgs): readonly Job[] {
  const shared = {
    scheme: "https",
    authorization: { credentials_file: `${ACCOUNT}/token` },
  } as const;
  const kubelet = {
    ...shared,
    scrape_interval: "30s",
    tls_config: verifyKubelets ? { ca_file: `${ACCOUNT}/ca.crt` } : { insecure_skip_verify: true },
    kubernetes_sd_configs: [{ role: "node" }],
    relabel_configs: ["node", "instance"].map((target_label) => ({
      source_labels: ["__meta_kubernetes_node_name"],
      target_label,
    })),
  };
  return [
    {
      job_name: "kubelet",
      ...kubelet,
      metrics_path: "/metrics",
      metric_relabel_configs: [
        dropped("(kubelet_runtime_operations|storage_operation)_duration_seconds_bucket"),
      ],
    },
    {
      job_name: "cadvisor",
      ...kubelet,
      metrics_path: "/metrics/cadvisor",
      metric_relabel_configs: [
        dropped(
          "container_(network_(tcp|udp)_usage_total|tasks_state|cpu_load_average_10s|memory_failures_total)",
        ),
        // Of the slices above the pods only that of the whole node says something of its own.
        { action: "drop", source_labels: ["id", "pod"], regex: "/.+;" },
      ],
    },
    {
      job_name: "apiserver",
      ...shared,
      scrape_interval: "30s",
      metrics_path: "/metrics",
      // Its endpoints are addresses, which its certificate need not name.
      tls_config: { ca_file: `${ACCOUNT}/ca.crt`, server_name: "kubernetes" },
      kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { names: ["default"] } }],
      relabel_configs: [
        {
          action: "keep",
          source_labels: ["__meta_kubernetes_service_name", "__meta_kubernetes_endpointslice_port_name"],
          regex: "kubernetes;https",
        },
      ],
      metric_relabel_configs: [
        dropped("etcd_.+"),
        dropped("apiserver_(response_sizes|request_body_size_bytes|watch_events_sizes|admission_.+)_bucket"),
      ],
    },
  ];
}

/** The jobs as Prometheus's configuration has them. */
export function clusterJobsFile(args: ClusterJobsArgs): string {
  return stringify(clusterJobs(args), { aliasDuplicateObjects: false });
}

function dropped(regex: string): Relabel {
  return { action: "drop", source_labels: ["__name__"], regex };
}
