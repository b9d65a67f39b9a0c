import { allow, FOLLOW } from "../rights";
import type { PolicyRule } from "../rights";

/** What finding targets takes in each namespace that has some: Services, their endpoints, and pods. */
export const discoveryRules: readonly PolicyRule[] = [
  allow("", ["services", "pods"], FOLLOW),
  allow("discovery.k8s.io", ["endpointslices"], FOLLOW),
];

/** What the cluster's own parts ask of whoever scrapes them: kubelets check `nodes/metrics`. No `nodes/proxy`. */
export const clusterScrapingRules: readonly PolicyRule[] = [
  allow("", ["nodes"], FOLLOW),
  allow("", ["nodes/metrics"], ["get"]),
  { nonResourceURLs: ["/metrics"], verbs: ["get"] },
];

/** Namespaces that are nobody's here, in which the cluster's own parts are found. */
export const clusterNamespaces = { apiServer: "default", dns: "kube-system" } as const;
