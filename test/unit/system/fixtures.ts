import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterContract, ClusterDns } from "../../../components/common/contracts";
import { specForStage } from "../../../components/spec/stage";
import type { SystemSpec } from "../../../components/spec/types";
import { System } from "../../../components/system/system";
import type { SystemArgs } from "../../../components/system/system";
import { record } from "../../support/recorder";
import type { Recorded, Recording } from "../../support/recorder";

export interface RenderOptions {
  readonly stage?: string;
  readonly share?: number;
  readonly protect?: boolean;
  readonly dns?: ClusterDns;
  readonly storageClass?: string;
  readonly args?: Partial<SystemArgs>;
}

/** Records a system as one stage renders it, on contracts with made-up values. */
export function render(spec: SystemSpec, options: RenderOptions = {}): Promise<Recording<System>> {
  const { stage = "production", share = 1, protect = false, dns = { kind: "pods" }, storageClass } = options;
  return record(
    () => {
      const provider = new k8s.Provider("cluster", {});
      const nodes = new pulumi.ComponentResource("test:index:Nodes", "nodes");
      const cluster: ClusterContract = {
        name: pulumi.output("test"),
        provider,
        kubeconfig: pulumi.output("{}"),
        storageClass: storageClass === undefined ? undefined : pulumi.output(storageClass),
        dns,
        ready: [new k8s.storage.v1.StorageClass("class", { provisioner: "x" }, { provider, parent: nodes })],
      };
      return new System(spec.name, {
        spec: specForStage(spec, { stage, replicaShare: share, storeShare: share }),
        stage,
        cluster,
        edge: {
          gateway: { name: pulumi.output("edge"), namespace: pulumi.output("slipway-edge") },
          httpsListener: (host) => `https-${host.replaceAll(".", "-")}`,
          podSelector: { "gateway.envoyproxy.io/owning-gateway-name": "edge" },
          podNamespace: "envoy-gateway-system",
          controllers: [],
        },
        registry: { image: (name) => pulumi.output(`registry.test/${name}@sha256:${"0".repeat(64)}`) },
        protect,
        ...options.args,
      });
    },
    { outputs },
  );
}

/** What the engine and the providers add: names that nobody gave, and generated values. */
export function outputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  if (type === "random:index/randomPassword:RandomPassword") return { result: `generated-for-${name}` };
  const { metadata } = inputs as { metadata?: { name?: string } };
  return metadata === undefined
    ? {}
    : { metadata: { ...metadata, name: metadata.name ?? `${name}-0a1b2c3d` } };
}

/** The plain text of a Secret's data. */
export function decoded(secret: Recorded): Record<string, string> {
  const data = secret.inputs["data"] as Record<string, string>;
  return Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]),
  );
}
