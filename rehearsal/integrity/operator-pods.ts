import type { Labels } from "../../components/common/label-selector";
import type { KubeObject } from "../kube/client";
import type { ContainerPort, PodSpec } from "./pod-spec";

/** A pod as the Prometheus operator would make it, as far as the checks read pods. */
export interface OperatorPod {
  readonly labels: Labels;
  readonly spec: PodSpec;
}

interface Kind {
  readonly container: string;
  readonly ports: (web: string) => readonly ContainerPort[];
}

// Names and ports: pkg/prometheus/server/statefulset.go and pkg/alertmanager/operator.go of prometheus-operator 0.93.
const kinds: Readonly<Record<string, Kind>> = {
  "Prometheus.monitoring.coreos.com": {
    container: "prometheus",
    ports: (web) => [{ name: web, containerPort: 9090, protocol: "TCP" }],
  },
  "Alertmanager.monitoring.coreos.com": {
    container: "alertmanager",
    ports: (web) => [
      { name: web, containerPort: 9093, protocol: "TCP" },
      { name: "mesh-tcp", containerPort: 9094, protocol: "TCP" },
      { name: "mesh-udp", containerPort: 9094, protocol: "UDP" },
    ],
  },
};

/** Kinds out of which the Prometheus operator makes pods. */
export const operatorKinds: readonly string[] = Object.keys(kinds);

/** The pods of a custom resource of one of {@link operatorKinds}, which nobody makes where no operator runs. */
export function operatorPod(kind: string, { metadata, spec }: KubeObject): OperatorPod | undefined {
  const known = kinds[kind];
  if (known === undefined) return undefined;
  const {
    portName = "web",
    podMetadata = {},
    ...own
  } = spec as PodSpec & {
    readonly portName?: string;
    readonly podMetadata?: { readonly labels?: Labels };
  };
  const { serviceAccountName, topologySpreadConstraints, affinity, volumes } = own;
  return {
    labels: {
      ...podMetadata.labels,
      "app.kubernetes.io/name": known.container,
      "app.kubernetes.io/instance": metadata.name,
      "app.kubernetes.io/managed-by": "prometheus-operator",
      [known.container]: metadata.name,
    },
    spec: {
      containers: [{ name: known.container, ports: known.ports(portName) }],
      ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
      ...(topologySpreadConstraints === undefined ? {} : { topologySpreadConstraints }),
      ...(affinity === undefined ? {} : { affinity }),
      ...(volumes === undefined ? {} : { volumes }),
    },
  };
}
