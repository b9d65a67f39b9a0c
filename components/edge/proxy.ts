import type { types } from "@pulumi/kubernetes";
import { PROXY_SERVICE } from "../common/gateway-api";
import type { Manifest, NamedMetadata } from "../common/gateway-api";
import { podSecurity, preferSpread } from "../common/pods";

/** Fields of an EnvoyProxy (`gateway.envoyproxy.io/v1alpha1`) that we set. */
export interface EnvoyProxySpec {
  readonly provider: {
    readonly type: "Kubernetes";
    readonly kubernetes: {
      readonly envoyDeployment: {
        readonly replicas: number;
        readonly pod: {
          readonly securityContext: types.input.core.v1.PodSecurityContext;
          readonly topologySpreadConstraints: types.input.core.v1.TopologySpreadConstraint[];
        };
        readonly container: {
          readonly resources: Resources;
          readonly securityContext: types.input.core.v1.SecurityContext;
        };
      };
      readonly envoyPDB: { readonly maxUnavailable: number };
      readonly envoyService: ProxyService;
    };
  };
}

/** The Service in front of the proxies: one that nobody makes a load balancer for, or the cluster's own way. */
export type ProxyService =
  | { readonly type: "ClusterIP"; readonly name: string }
  | { readonly type: "LoadBalancer"; readonly name: string; readonly externalTrafficPolicy: "Cluster" };

export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** What the proxies are made from. */
export interface ProxyArgs {
  readonly replicas: number;
  /** Labels that select the proxies' pods. */
  readonly podSelector: Readonly<Record<string, string>>;
  /** Whether a load balancer of ours sends to their Service. Else the cluster gives the Service an address. */
  readonly balanced: boolean;
}

// The user that the image and Envoy Gateway's own defaults run as.
const USER = 65532;

/** How the gateway's proxies run: unprivileged, spread over zones and nodes, replaced one by one. */
export function envoyProxy(metadata: NamedMetadata, args: ProxyArgs): Manifest<"EnvoyProxy", EnvoyProxySpec> {
  return {
    apiVersion: "gateway.envoyproxy.io/v1alpha1",
    kind: "EnvoyProxy",
    metadata,
    spec: {
      provider: {
        type: "Kubernetes",
        kubernetes: {
          envoyDeployment: {
            replicas: args.replicas,
            pod: {
              securityContext: podSecurity(USER),
              topologySpreadConstraints: preferSpread(args.podSelector),
            },
            container: {
              resources: {
                requests: { cpu: "100m", memory: "512Mi" },
                limits: { cpu: "1", memory: "512Mi" },
              },
              // Envoy writes its own shared memory and sockets, so its root file system stays writable.
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                privileged: false,
                runAsNonRoot: true,
                runAsUser: USER,
                runAsGroup: USER,
                seccompProfile: { type: "RuntimeDefault" },
              },
            },
          },
          envoyPDB: { maxUnavailable: 1 },
          envoyService: service(args),
        },
      },
    },
  };
}

function service({ balanced }: ProxyArgs): ProxyService {
  return balanced
    ? { type: "ClusterIP", name: PROXY_SERVICE }
    : { type: "LoadBalancer", name: PROXY_SERVICE, externalTrafficPolicy: "Cluster" };
}
