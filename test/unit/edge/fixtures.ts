import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterContract } from "../../../components/common/contracts";
import { Edge } from "../../../components/edge/edge";
import type { EdgeArgs } from "../../../components/edge/types";
import { record } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

/** A cluster with one thing that pods wait for. Make it inside `record`. */
export function cluster(changes: Partial<ClusterContract> = {}): ClusterContract {
  const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
  return {
    name: pulumi.output("laptop"),
    provider,
    kubeconfig: pulumi.output("{}"),
    storageClass: undefined,
    dns: { kind: "pods" },
    ready: [new k8s.core.v1.ConfigMap("ready", {}, { provider })],
    ...changes,
  };
}

export const hosts = [
  { system: "daira", host: "daira.example.com" },
  { system: "noa", host: "noa.example.com" },
];

export function edgeArgs(changes: Partial<EdgeArgs> = {}, made?: ClusterContract): EdgeArgs {
  return {
    cluster: made ?? cluster(),
    hosts,
    issuer: { kind: "selfSigned" },
    addons: "provided",
    stage: "local",
    ...changes,
  };
}

export function recordEdge(
  changes: Partial<EdgeArgs> = {},
  contract: Partial<ClusterContract> = {},
): Promise<Recording<Edge>> {
  return record(() => new Edge("edge", edgeArgs(changes, cluster(contract))));
}
