import type * as pulumi from "@pulumi/pulumi";
import type { Addons } from "../common/contracts";
import { platformNamespaces } from "../common/namespaces";
import { containerSecurity, podSecurity, preferSpread } from "../common/pods";
import { versions } from "../common/versions";
import type { Resources } from "./proxy";

/** Namespace of Envoy Gateway and, by its default, of the proxies that it makes for any gateway. */
export const ENVOY_NAMESPACE = platformNamespaces.envoyGateway;
export const CERT_MANAGER_NAMESPACE = platformNamespaces.certManager;
export const EXTERNAL_DNS_NAMESPACE = platformNamespaces.externalDns;

/** Annotation of a Gateway that says where the records of its hosts point. */
export const DNS_TARGET = "external-dns.kubernetes.io/target";

/** A chart of a controller that needs Helm's hooks. */
export interface ChartPlan {
  /** Name of the release, and of the resource after the component's. */
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  /** Where the chart is, unless its name says so. */
  readonly repository?: string;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const CONTROLLER_USER = 65532;
const CERT_MANAGER_USER = 1000;

/** Envoy Gateway with the CRDs of its own version and of the Gateway API. */
export function envoyGatewayChart(replicas: number): ChartPlan {
  const { chart, version } = versions.charts.envoyGateway;
  return {
    release: "envoy-gateway",
    namespace: ENVOY_NAMESPACE,
    chart,
    version,
    values: {
      crds: { enabled: true },
      deployment: {
        replicas,
        envoyGateway: {
          resources: resources("100m", "1", "192Mi", "512Mi"),
          securityContext: { ...containerSecurity, seccompProfile: { type: "RuntimeDefault" } },
        },
        pod: {
          securityContext: podSecurity(CONTROLLER_USER),
          topologySpreadConstraints: preferSpread({ "control-plane": "envoy-gateway" }),
        },
      },
      podDisruptionBudget: { maxUnavailable: 1 },
      certgen: { job: { resources: resources("50m", "500m", "128Mi") } },
      // Its webhook would be called for every pod of the namespace, and needs an opening to the API server.
      topologyInjector: { enabled: false },
    },
  };
}

/** cert-manager with its CRDs, which stay when the release goes, and with them every certificate. */
export function certManagerChart(replicas: number): ChartPlan {
  const { chart, version } = versions.charts.certManager;
  const secured = {
    securityContext: podSecurity(CERT_MANAGER_USER),
    containerSecurityContext: containerSecurity,
  };
  const replicated = (component: string): Readonly<Record<string, unknown>> => ({
    replicaCount: replicas,
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    topologySpreadConstraints: preferSpread({
      "app.kubernetes.io/instance": "cert-manager",
      "app.kubernetes.io/component": component,
    }),
    resources: resources("50m", "500m", "64Mi", "256Mi"),
    ...secured,
  });
  return {
    release: "cert-manager",
    namespace: CERT_MANAGER_NAMESPACE,
    chart,
    version,
    values: {
      crds: { enabled: true, keep: true },
      global: { leaderElection: { namespace: CERT_MANAGER_NAMESPACE } },
      ...replicated("controller"),
      // Else it asks the zone's own name servers, which the namespace's policies do not open.
      dns01RecursiveNameserversOnly: true,
      webhook: replicated("webhook"),
      cainjector: replicated("cainjector"),
      startupapicheck: { resources: resources("50m", "500m", "128Mi"), ...secured },
    },
  };
}

/** What external-dns may write, and in whose name. */
export interface DnsArgs {
  /** Unique among all that write to the zones: records of another owner are left alone. */
  readonly owner: pulumi.Input<string>;
  readonly hostedZoneIds: readonly string[];
  readonly region: string;
  /** Hosts whose records are somebody else's. */
  readonly exceptHosts: readonly string[];
}

/** external-dns: a record for each host that a route of the gateway has, gone again with the route. */
export function externalDnsChart({ owner, hostedZoneIds, region, exceptHosts }: DnsArgs): ChartPlan {
  const { chart, repository, version, image } = versions.charts.externalDns;
  return {
    release: "external-dns",
    namespace: EXTERNAL_DNS_NAMESPACE,
    chart,
    repository,
    version,
    values: {
      image: { tag: image },
      provider: { name: "aws" },
      sources: ["gateway-httproute"],
      policy: "sync",
      // At once, so that the records of a stack that is destroyed are gone before this is.
      triggerLoopOnEvent: true,
      registry: "txt",
      txtOwnerId: owner,
      // Its own records: below the host, for beside a zone's apex they would not be in the zone.
      txtPrefix: "_slipway-%{record_type}.",
      annotationPrefix: DNS_TARGET.replace(/[^/]+$/, ""),
      excludeDomains: exceptHosts,
      extraArgs: { "zone-id-filter": hostedZoneIds, "aws-zone-type": "public" },
      env: [{ name: "AWS_DEFAULT_REGION", value: region }],
      podSecurityContext: podSecurity(CONTROLLER_USER),
      securityContext: containerSecurity,
      resources: resources("50m", "250m", "128Mi"),
    },
  };
}

/** The charts of a mode, by what they are for, with so many pods of each controller but external-dns. */
export function charts(addons: Addons, replicas: number, dns?: DnsArgs): readonly ChartPlan[] {
  if (addons !== "install") return [];
  return [
    envoyGatewayChart(replicas),
    certManagerChart(replicas),
    ...(dns === undefined ? [] : [externalDnsChart(dns)]),
  ];
}

/** Something that a run did not prove, and why. */
export interface NotExercised {
  readonly name: string;
  readonly reason: string;
}

/** What a stack does not prove of its edge: with provided add-ons nobody may answer for the objects made here. */
export function notExercised(addons: Addons): readonly NotExercised[] {
  if (addons === "install") return [];
  return [
    {
      name: "Envoy Gateway",
      reason:
        "addons are provided: its chart is not installed, no proxy, Service or load balancer is made here",
    },
    {
      name: "cert-manager",
      reason:
        "addons are provided: its chart is not installed, nothing here waits for a certificate to be signed",
    },
    {
      name: "external-dns",
      reason: "addons are provided: its chart is not installed, no record of a host is written",
    },
    {
      name: "targets of the load balancer",
      reason: "addons are provided: no proxy runs that a controller could register",
    },
    {
      name: "network policies of the add-ons' namespaces",
      reason: "addons are provided: their namespaces are not this stack's",
    },
    {
      name: "TLS and redirects on the wire",
      reason:
        "addons are provided: gateway, routes and TLS policy are admitted as objects, no request is sent",
    },
  ];
}

/** Controllers hold little until a cluster has many objects: what they ask for is less than what they may have. */
function resources(cpuRequest: string, cpuLimit: string, memory: string, most = memory): Resources {
  return { requests: { cpu: cpuRequest, memory }, limits: { cpu: cpuLimit, memory: most } };
}
