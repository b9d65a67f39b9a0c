import type { types } from "@pulumi/kubernetes";
import { PROXY_SERVICE } from "../common/gateway-api";
import type { Manifest, NamedMetadata } from "../common/gateway-api";
import { podSecurity } from "../common/pods";

/** Fields of an EnvoyProxy (`gateway.envoyproxy.io/v1alpha1`) that we set. */
export interface EnvoyProxySpec {
  readonly provider: {
    readonly type: "Kubernetes";
    readonly kubernetes: {
      readonly envoyDeployment: {
        readonly replicas: number;
        readonly pod: {
          readonly securityContext: types.input.core.v1.PodSecurityContext;
          readonly topologySpreadConstraints: readonly TopologySpread[];
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

export interface TopologySpread {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "ScheduleAnyway" | "DoNotSchedule";
  readonly labelSelector: { readonly matchLabels: Readonly<Record<string, string>> };
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
              topologySpreadConstraints: spread(args.podSelector),
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

/** Spreads pods over zones and over nodes where it can; a lost zone must not keep pods from starting elsewhere. */
export function spread(matchLabels: Readonly<Record<string, string>>): readonly TopologySpread[] {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels },
  }));
}

function service({ balanced }: ProxyArgs): ProxyService {
  return balanced
    ? { type: "ClusterIP", name: PROXY_SERVICE }
    : { type: "LoadBalancer", name: PROXY_SERVICE, externalTrafficPolicy: "Cluster" };
}
