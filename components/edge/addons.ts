import type { Addons } from "../common/contracts";
import { containerSecurity, podSecurity } from "../common/pods";
import { versions } from "../common/versions";
import { spread } from "./proxy";
import type { Resources } from "./proxy";

/** Namespace of Envoy Gateway and, by its default, of the proxies that it makes for any gateway. */
export const ENVOY_NAMESPACE = "envoy-gateway-system";
export const CERT_MANAGER_NAMESPACE = "cert-manager";

/** A chart of a controller that needs Helm's hooks. */
export interface ChartPlan {
  /** Name of the release, and of the resource after the component's. */
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const CONTROLLER_USER = 65532;
const CERT_MANAGER_USER = 1000;
const CONTROLLER_REPLICAS = 2;

/** Envoy Gateway with the CRDs of its own version and of the Gateway API. */
export function envoyGatewayChart(): ChartPlan {
  const { chart, version } = versions.charts.envoyGateway;
  return {
    release: "envoy-gateway",
    namespace: ENVOY_NAMESPACE,
    chart,
    version,
    values: {
      crds: { enabled: true },
      deployment: {
        replicas: CONTROLLER_REPLICAS,
        envoyGateway: {
          resources: resources("100m", "1", "512Mi"),
          securityContext: { ...containerSecurity, seccompProfile: { type: "RuntimeDefault" } },
        },
        pod: {
          securityContext: podSecurity(CONTROLLER_USER),
          topologySpreadConstraints: spread({ "control-plane": "envoy-gateway" }),
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
export function certManagerChart(): ChartPlan {
  const { chart, version } = versions.charts.certManager;
  const secured = {
    securityContext: podSecurity(CERT_MANAGER_USER),
    containerSecurityContext: containerSecurity,
  };
  const replicated = (component: string): Readonly<Record<string, unknown>> => ({
    replicaCount: CONTROLLER_REPLICAS,
    podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
    topologySpreadConstraints: spread({
      "app.kubernetes.io/instance": "cert-manager",
      "app.kubernetes.io/component": component,
    }),
    resources: resources("50m", "500m", "256Mi"),
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

/** The charts of a mode, by what they are for. */
export function charts(addons: Addons): readonly ChartPlan[] {
  return addons === "install" ? [envoyGatewayChart(), certManagerChart()] : [];
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

function resources(cpuRequest: string, cpuLimit: string, memory: string): Resources {
  return { requests: { cpu: cpuRequest, memory }, limits: { cpu: cpuLimit, memory } };
}
