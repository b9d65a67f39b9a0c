import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterContract, EdgeContract } from "../../../../components/common/contracts";
import { MONITORING_NAMESPACE } from "../../../../components/common/monitoring";
import type { MonitoringSite } from "../../../../components/monitoring/site";
import type { MonitoringSizes } from "../../../../components/monitoring/types";
import { namespaceOf } from "../../../../components/spec/services";
import { specForStage } from "../../../../components/spec/stage";
import type { StagedSpec } from "../../../../components/spec/stage";
import { stages } from "../../../../infra/stages";
import { systems } from "../../../../infra/systems";
import { namedObjects } from "../../../support/manifests";
import { record } from "../../../support/recorder";
import type { Recording } from "../../../support/recorder";

export const pair: MonitoringSizes = {
  replicas: 2,
  scale: "full",
  logs: "bucket",
  traces: "search",
  receivers: "required",
};
export const single: MonitoringSizes = {
  replicas: 1,
  scale: "small",
  logs: "volume",
  traces: "memory",
  receivers: "optional",
};

/** Every system of the repository, as one stage runs it. */
export function staged(stage: string): readonly StagedSpec[] {
  const share = stages[stage]?.share ?? 1;
  return Object.values(systems).map((spec) =>
    specForStage(spec, { stage, replicaShare: share, storeShare: share }),
  );
}

/** Namespaces of systems as if each were made already. */
export function namespacesOf(specs: readonly StagedSpec[]): Readonly<Record<string, string>> {
  return Object.fromEntries(specs.map((spec) => [spec.name, namespaceOf(spec)]));
}

/** An edge that monitoring finds. Make it inside `record`. */
export function edgeContract(changes: Partial<EdgeContract> = {}): EdgeContract {
  return {
    gateway: { name: pulumi.output("edge"), namespace: pulumi.output("edge") },
    httpsListener: (host) => `https-${host}`,
    podSelector: { "gateway.envoyproxy.io/owning-gateway-name": "edge" },
    podNamespace: "envoy-gateway-system",
    controllers: [],
    ...changes,
  };
}

export interface SiteOptions {
  readonly stage?: string;
  readonly sizes?: MonitoringSizes;
  readonly cluster?: Partial<ClusterContract>;
}

/** A cluster with one thing that pods wait for. Make it inside `record`. */
export function clusterContract(changes: Partial<ClusterContract> = {}): ClusterContract {
  const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
  return {
    name: pulumi.output("test"),
    provider,
    kubeconfig: pulumi.output("{}"),
    storageClass: undefined,
    dns: { kind: "pods" },
    ready: [],
    ...changes,
  };
}

/** Records what is made on a site in the namespace of monitoring; `ready` and `operator` are one thing each. */
export function recordOn<T>(
  make: (site: MonitoringSite) => T,
  { stage = "production", sizes = pair, cluster = {} }: SiteOptions = {},
): Promise<Recording<T>> {
  return record(
    () => {
      const contract = clusterContract(cluster);
      const options = { provider: contract.provider };
      return make({
        cluster: contract,
        stage,
        sizes,
        namespace: MONITORING_NAMESPACE,
        ready: [new k8s.core.v1.ConfigMap("ready", { metadata: { name: "ready" } }, options)],
        operator: [new k8s.core.v1.ConfigMap("operator", { metadata: { name: "operator" } }, options)],
      });
    },
    { outputs: namedObjects },
  );
}
