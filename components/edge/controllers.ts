import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Addons, ClusterContract } from "../common/contracts";
import { CERT_MANAGER_NAMESPACE, charts, ENVOY_NAMESPACE, EXTERNAL_DNS_NAMESPACE } from "./addons";
import type { DnsArgs } from "./addons";
import { closedNamespace } from "./namespaces";
import type { NamespaceSite } from "./namespaces";
import { certManagerPolicies, envoyPolicies, externalDnsPolicies } from "./network-policies";
import type { PolicySet } from "./network-policies";

export interface ControllersArgs {
  readonly addons: Addons;
  readonly cluster: ClusterContract;
  /** Pods of each controller. */
  readonly replicas: number;
  /** Labels of the proxies' pods. */
  readonly podSelector: Readonly<Record<string, string>>;
  /** Zones whose records the edge keeps. @default none */
  readonly dns?: DnsArgs;
}

/** Installs the controllers that the mode asks for. Returns what custom resources of their kinds wait for. */
export function installControllers(
  site: NamespaceSite,
  { addons, cluster, replicas, podSelector, dns }: ControllersArgs,
): readonly pulumi.Resource[] {
  const policies: Readonly<Record<string, PolicySet>> = {
    [ENVOY_NAMESPACE]: envoyPolicies(cluster.dns, podSelector),
    [CERT_MANAGER_NAMESPACE]: certManagerPolicies(cluster.dns),
    [EXTERNAL_DNS_NAMESPACE]: externalDnsPolicies(cluster.dns),
  };
  return charts(addons, replicas, dns).map((plan) => {
    const closed = closedNamespace(site, plan.namespace, policies[plan.namespace] ?? {});
    return new k8s.helm.v3.Release(
      `${site.name}-${plan.release}`,
      {
        // Fixed: service accounts, and with them the rights of cert-manager's pod, are named after it.
        name: plan.release,
        namespace: closed.namespace.metadata.name,
        chart: plan.chart,
        ...(plan.repository === undefined ? {} : { repositoryOpts: { repo: plan.repository } }),
        version: plan.version,
        values: plan.values,
        // A release that failed half-way would block every later one.
        atomic: true,
        cleanupOnFail: true,
        maxHistory: 5,
        timeout: 600,
      },
      {
        parent: site.parent,
        provider: site.cluster.provider,
        // Without its openings the hooks of a chart would wait for an API server that they cannot reach.
        dependsOn: [...closed.policies, ...cluster.ready],
      },
    );
  });
}
