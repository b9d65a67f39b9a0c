import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
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
      readonly envoyService: {
        readonly type: "LoadBalancer";
        readonly externalTrafficPolicy: "Cluster" | "Local";
        readonly loadBalancerClass?: string;
        readonly annotations?: Readonly<Record<string, pulumi.Input<string>>>;
      };
    };
  };
}

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

/** Who may reach the load balancer of the edge. */
export type Scheme = "internet-facing" | "internal";

/** The network load balancer in front of the proxies. */
export interface LoadBalancer {
  /** Security group of the role `edge`. */
  readonly securityGroupId: pulumi.Input<string>;
  readonly scheme: Scheme;
  /** Class of the Service, which says who makes the load balancer. @default the cluster's own default */
  readonly className?: string;
}

/** What the proxies are made from. */
export interface ProxyArgs {
  readonly replicas: number;
  /** Labels that select the proxies' pods. */
  readonly podSelector: Readonly<Record<string, string>>;
  /** Absent: whatever the cluster makes of a Service of type LoadBalancer. */
  readonly loadBalancer?: LoadBalancer;
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
          envoyService: service(args.loadBalancer),
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

type Service = EnvoyProxySpec["provider"]["kubernetes"]["envoyService"];

function service(loadBalancer: LoadBalancer | undefined): Service {
  if (loadBalancer === undefined) return { type: "LoadBalancer", externalTrafficPolicy: "Cluster" };
  const { className, scheme, securityGroupId } = loadBalancer;
  const annotation = (name: string): string => `service.beta.kubernetes.io/aws-load-balancer-${name}`;
  return {
    type: "LoadBalancer",
    // Targets are pods, so the load balancer knows by itself which node has none.
    externalTrafficPolicy: "Cluster",
    ...(className === undefined ? {} : { loadBalancerClass: className }),
    annotations: {
      [annotation("nlb-target-type")]: "ip",
      [annotation("scheme")]: scheme,
      [annotation("security-groups")]: securityGroupId,
      // The network opens the nodes to this group on the proxies' ports, so the controller has no group to touch.
      [annotation("manage-backend-security-group-rules")]: "false",
    },
  };
}
