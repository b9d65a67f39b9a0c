import type { types } from "@pulumi/kubernetes";
import type { ClusterDns } from "../common/contracts";
import { PROXY_PORTS, SYSTEM_NAMESPACE_LABEL } from "../common/gateway-api";
import { MONITORING_NAMESPACE } from "../common/monitoring";
import {
  apiServerEgress,
  defaultDenySpec,
  dnsEgress,
  namespacePeer,
  podIdentityEgress,
  tcp,
} from "../common/network-policies";
import type { Egress, PolicySpec } from "../common/network-policies";

/** Policies of one namespace by the end of their name. */
export type PolicySet = Readonly<Record<string, PolicySpec>>;

const CONTROLLER = { "control-plane": "envoy-gateway" };
const OWNED_BY_A_GATEWAY = "gateway.envoyproxy.io/owning-gateway-name";

// Configuration, rate limits and Wasm modules that the controller serves to its proxies.
const CONTROL_PORTS = [18000, 18001, 18002];
const WEBHOOK_PORT = 10250;
// On which the controllers serve metrics, as their charts have it, and the proxies too.
const METRICS_PORTS = { envoy: 19001, certManager: 9402, externalDns: 7979 } as const;

/** The API server, and APIs on the internet. */
const httpsPolicy: PolicySpec = egress({}, apiServerEgress);

/** Openings for the controller and the proxies of Envoy Gateway in their namespace. */
export function envoyPolicies(dns: ClusterDns, proxies: Readonly<Record<string, string>>): PolicySet {
  return {
    "default-deny": defaultDenySpec,
    dns: dnsPolicy(dns),
    metrics: metricsPolicy(METRICS_PORTS.envoy),
    // The controller, and the job that makes its certificates, which carries no label of the controller's.
    "api-server": egress(
      { matchExpressions: [{ key: OWNED_BY_A_GATEWAY, operator: "DoesNotExist" }] },
      apiServerEgress,
    ),
    controller: {
      podSelector: { matchLabels: CONTROLLER },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { ...proxies } } }], ports: tcp(CONTROL_PORTS) }],
    },
    proxies: {
      podSelector: { matchLabels: { ...proxies } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: tcp(Object.values(PROXY_PORTS)) }],
      egress: [
        { to: [{ podSelector: { matchLabels: CONTROLLER } }], ports: tcp(CONTROL_PORTS) },
        // What each service takes is the matter of its own policies.
        {
          to: [
            {
              namespaceSelector: { matchExpressions: [{ key: SYSTEM_NAMESPACE_LABEL, operator: "Exists" }] },
            },
          ],
        },
      ],
    },
  };
}

/** Openings for cert-manager: its webhook, the API server, certificate authorities and the zone's API. */
export function certManagerPolicies(dns: ClusterDns): PolicySet {
  return {
    "default-deny": defaultDenySpec,
    dns: dnsPolicy(dns),
    metrics: metricsPolicy(METRICS_PORTS.certManager),
    https: httpsPolicy,
    "pod-identity": podIdentityPolicy("cert-manager"),
    webhook: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "webhook" } },
      policyTypes: ["Ingress"],
      // From the API server, which no selector can name.
      ingress: [{ ports: tcp([WEBHOOK_PORT]) }],
    },
  };
}

/** Openings for external-dns: the API server, the zones' API, and the credentials for it. */
export function externalDnsPolicies(dns: ClusterDns): PolicySet {
  return {
    "default-deny": defaultDenySpec,
    dns: dnsPolicy(dns),
    metrics: metricsPolicy(METRICS_PORTS.externalDns),
    https: httpsPolicy,
    "pod-identity": podIdentityPolicy("external-dns"),
  };
}

function podIdentityPolicy(name: string): PolicySpec {
  const pods = { matchLabels: { "app.kubernetes.io/name": name } };
  return egress(pods, podIdentityEgress);
}

/** Monitoring reaches what serves metrics. */
function metricsPolicy(port: number): PolicySpec {
  return {
    podSelector: {},
    policyTypes: ["Ingress"],
    ingress: [{ from: [namespacePeer(MONITORING_NAMESPACE)], ports: tcp([port]) }],
  };
}

function dnsPolicy(dns: ClusterDns): PolicySpec {
  return egress({}, dnsEgress(dns));
}

function egress(podSelector: types.input.meta.v1.LabelSelector, opening: Egress): PolicySpec {
  return { podSelector, policyTypes: ["Egress"], egress: [opening] };
}
