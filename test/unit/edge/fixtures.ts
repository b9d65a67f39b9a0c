import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterContract } from "../../../components/common/contracts";
import { Edge } from "../../../components/edge/edge";
import type { FrontKind } from "../../../components/edge/front";
import type { LoadBalancerArgs } from "../../../components/edge/load-balancer";
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

/** A load balancer of ours, as a stack on AWS gives it. */
export function front(kind: FrontKind, changes: Partial<LoadBalancerArgs> = {}): LoadBalancerArgs {
  return {
    kind,
    vpcId: "vpc-1",
    subnetIds: ["subnet-a", "subnet-b"],
    securityGroupId: "sg-edge",
    clusterName: "slipway-test",
    binder: "auto",
    deletionProtection: true,
    ...changes,
  };
}

export const ACME = {
  kind: "acme",
  server: "staging",
  email: "ops@example.com",
  zones: [{ hostedZoneId: "Z1" }],
  region: "eu-central-1",
} as const;

/** What AWS answers that the inputs do not say. */
export function outputs({ type, name, inputs }: pulumi.runtime.MockResourceArgs): Record<string, unknown> {
  const { domainName } = inputs as { domainName?: string };
  const known: Readonly<Record<string, object>> = {
    "aws:lb/loadBalancer:LoadBalancer": { arn: `arn:${name}`, dnsName: "edge.elb.example.com" },
    "aws:lb/targetGroup:TargetGroup": { arn: `arn:${name}` },
    "aws:lb/listener:Listener": { arn: `arn:${name}` },
    "aws:wafv2/webAcl:WebAcl": { arn: `arn:${name}` },
    "aws:cloudwatch/logGroup:LogGroup": { arn: `arn:${name}` },
    "aws:route53/record:Record": { fqdn: `fqdn:${name}` },
    "aws:acm/certificate:Certificate": {
      arn: `arn:${name}`,
      domainValidationOptions: [
        {
          domainName,
          resourceRecordName: `_proof.${domainName ?? ""}.`,
          resourceRecordType: "CNAME",
          resourceRecordValue: "_value.acm-validations.aws.",
        },
      ],
    },
  };
  return { ...known[type] };
}

export function recordEdge(
  changes: Partial<EdgeArgs> = {},
  contract: Partial<ClusterContract> = {},
): Promise<Recording<Edge>> {
  return record(() => new Edge("edge", edgeArgs(changes, cluster(contract))), { outputs });
}
