import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../common/contracts";
import { containerSecurity } from "../common/pods";
import { versions } from "../common/versions";
import type { AccessSite } from "./access";
import { loadBalancerStatements } from "./load-balancer-rights";
import type { Compute } from "./types";

const NAMESPACE = "kube-system";
/** Name of the chart, its release and its service account. */
const CONTROLLER = "aws-load-balancer-controller";

const SERVICE_ROLE =
  "role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing";

/**
 * Class by which a Service asks this controller for a network load balancer
 * (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/nlb/). The platform's own
 * Services ask for none.
 */
const CLASS = "service.k8s.aws/nlb";

/** The controller's service account and its rights. */
export function loadBalancerIdentity(
  site: Pick<AccessSite, "partition" | "region" | "accountId" | "clusterName">,
): WorkloadIdentity {
  const { partition, region, accountId, clusterName } = site;
  return {
    namespace: NAMESPACE,
    serviceAccount: CONTROLLER,
    statements: loadBalancerStatements({
      clusterName,
      arn: (resource) =>
        pulumi.interpolate`arn:${partition}:elasticloadbalancing:${region}:${accountId}:${resource}`,
      serviceRoleArn: pulumi.interpolate`arn:${partition}:iam::${accountId}:${SERVICE_ROLE}`,
    }),
  };
}

/** What the controller is told of its surroundings. */
export interface LoadBalancerArgs {
  readonly clusterName: string;
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
}

/** Values of the chart: Services of type LoadBalancer and the targets of ready-made load balancers, nothing else. */
export function loadBalancerValues({ clusterName, region, vpcId }: LoadBalancerArgs): object {
  return {
    clusterName,
    // Else it would ask the node's metadata service, which pods cannot reach.
    region,
    vpcId,
    serviceAccount: { name: CONTROLLER },
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    // A Service that wants a load balancer names the class, so none has to be changed on its way in.
    enableServiceMutatorWebhook: false,
    loadBalancerClass: CLASS,
    // The security groups of load balancers and nodes are the network's, with all rules that they need.
    enableBackendSecurityGroup: false,
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    webhookConfig: { disableIngressValidation: true },
    controllerConfig: {
      featureGates: { ServiceTypeLoadBalancerOnly: true, ALBGatewayAPI: false, NLBGatewayAPI: false },
    },
    // Another certificate at each upgrade would leave the API server with the old one for a while.
    keepTLSSecret: true,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    podSecurityContext: { fsGroup: 65534, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: containerSecurity,
  };
}

/** What a cluster does not prove of its load balancers where the add-ons are provided. */
export function notExercised(
  compute: Compute,
): readonly { readonly name: string; readonly reason: string }[] {
  return [
    compute === "managed"
      ? {
          name: "AWS Load Balancer Controller",
          reason: "addons are provided: its chart is not installed, only its role is made here",
        }
      : {
          name: "load balancers of EKS Auto Mode",
          reason: "their controller runs in AWS alone: nobody registers the proxies as targets",
        },
  ];
}

/** Installs the AWS Load Balancer Controller. Whoever asks for a load balancer must go before it does. */
export function installLoadBalancers(
  site: { readonly name: string; readonly parent: pulumi.Resource; readonly provider: k8s.Provider },
  args: LoadBalancerArgs,
  dependsOn: readonly pulumi.Resource[],
): pulumi.Resource {
  const { repository, chart, version } = versions.charts.awsLoadBalancerController;
  return new k8s.helm.v3.Release(
    `${site.name}-load-balancers`,
    {
      // Fixed: the service account is named after it, and with that the controller's rights.
      name: CONTROLLER,
      namespace: NAMESPACE,
      chart,
      version,
      repositoryOpts: { repo: repository },
      values: { ...loadBalancerValues(args) },
      // A release that failed half-way would block every later one.
      atomic: true,
      cleanupOnFail: true,
      maxHistory: 5,
      timeout: 600,
    },
    { parent: site.parent, provider: site.provider, dependsOn: [...dependsOn] },
  );
}
