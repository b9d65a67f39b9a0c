import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAcmCertificates } from "./acm";
import type { CdnTrust } from "./cdn-trust";
import { createFirewall } from "./firewall";
import type { FirewallArgs } from "./firewall";
import { binderTags, targetGroups } from "./front";
import type { FrontKind, TargetBinder } from "./front";
import { LOAD_BALANCER_IDLE_SECONDS } from "./traffic";
import type { EdgeHost } from "./hosts";
import type { DnsZone } from "./zones";

/** What a {@link LoadBalancer} is made from. */
export interface LoadBalancerArgs {
  readonly kind: FrontKind;
  readonly vpcId: pulumi.Input<string>;
  /** One in each zone; public ones unless the scheme is internal. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Security group of the role `edge`. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Whether it is reached from the internet. @default "internet-facing" */
  readonly scheme?: "internet-facing" | "internal";
  readonly clusterName: pulumi.Input<string>;
  readonly binder: TargetBinder;
  /** Whether AWS refuses to delete it. */
  readonly deletionProtection: boolean;
  /** What looks at requests; only an application load balancer can have one. */
  readonly firewall?: FirewallArgs;
}

/** What a load balancer is there for. */
interface Served {
  readonly hosts: readonly EdgeHost[];
  /** Zones that prove the hosts. */
  readonly zones: readonly DnsZone[];
  readonly cdn?: CdnTrust;
}

/** A group of targets, and the port of the proxies' Service that is behind it. */
export interface BoundGroup {
  readonly key: string;
  readonly servicePort: number;
  readonly arn: pulumi.Output<string>;
}

/** Tag of a listener that takes plain TCP on port 80, of which the proxies make nothing but a redirect. */
export const REDIRECTS_TAG = { "slipway:redirects-to": "https" };

// Forward secrecy alone, TLS 1.2 as the least.
const SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/** Seconds that a proxy which goes away may take for its last requests; Envoy drains for as long. */
const DEREGISTRATION_SECONDS = 60;

/**
 * The load balancer of a stack, owned by the program, so that no controller makes one and a destroy leaves nothing.
 * It makes the load balancer, its groups of targets and its listeners, and for `application` also a certificate of
 * ACM for each host and a firewall. It costs by the hour and by traffic, a firewall by its rules and requests.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** Where the hosts' records point. */
  readonly dnsName: pulumi.Output<string>;
  /** Groups that somebody has to register the proxies in. */
  readonly groups: readonly BoundGroup[];

  constructor(name: string, args: LoadBalancerArgs & Served, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:edge:LoadBalancer", name, {}, opts);
    const { kind } = args;
    const child = { parent: this };
    const balancer = new aws.lb.LoadBalancer(`${name}-balancer`, balancerArgs(args), child);
    const groups = targetGroups(kind).map(({ key, servicePort, ...plan }) => {
      const group = new aws.lb.TargetGroup(
        `${name}-${key}`,
        {
          ...plan,
          vpcId: args.vpcId,
          targetType: "ip",
          deregistrationDelay: DEREGISTRATION_SECONDS,
          tags: binderTags(args.binder, args.clusterName),
        },
        child,
      );
      return { key, servicePort, arn: group.arn };
    });
    const loadBalancerArn = balancer.arn;
    if (kind === "application") {
      const certificates = createAcmCertificates(name, args.hosts, args.zones, child);
      listenByApplication(name, { loadBalancerArn, groups, certificates }, child);
      if (args.firewall !== undefined)
        createFirewall(
          name,
          { ...args.firewall, loadBalancerArn, ...(args.cdn && { cdn: args.cdn }) },
          child,
        );
    } else listenByNetwork(name, { loadBalancerArn, groups }, child);

    this.dnsName = balancer.dnsName;
    this.groups = groups;
    this.registerOutputs({ dnsName: this.dnsName, groups: this.groups });
  }
}

function balancerArgs(args: LoadBalancerArgs): aws.lb.LoadBalancerArgs {
  const { kind, subnetIds, securityGroupId, scheme = "internet-facing", deletionProtection } = args;
  return {
    loadBalancerType: kind,
    internal: scheme === "internal",
    subnets: [...subnetIds],
    securityGroups: [securityGroupId],
    enableDeletionProtection: deletionProtection,
    ...(kind === "application"
      ? { idleTimeout: LOAD_BALANCER_IDLE_SECONDS, dropInvalidHeaderFields: true }
      : // Two proxies may stand in two of three zones; without this the third would answer nothing.
        { enableCrossZoneLoadBalancing: true }),
  };
}

interface Listening {
  readonly loadBalancerArn: pulumi.Output<string>;
  readonly groups: readonly BoundGroup[];
}

function listenByApplication(
  name: string,
  {
    loadBalancerArn,
    groups,
    certificates,
  }: Listening & { certificates: ReturnType<typeof createAcmCertificates> },
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.lb.Listener(
    `${name}-http-listener`,
    {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    },
    opts,
  );
  const [first] = certificates;
  for (const { key, arn } of groups) {
    if (first === undefined) continue;
    const listener = new aws.lb.Listener(
      `${name}-${key}-listener`,
      {
        loadBalancerArn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: SSL_POLICY,
        // For clients that name no host.
        certificateArn: first.arn,
        defaultActions: [{ type: "forward", targetGroupArn: arn }],
      },
      opts,
    );
    for (const { system, arn: certificateArn } of certificates) {
      new aws.lb.ListenerCertificate(
        `${name}-${key}-listener-${system}`,
        { listenerArn: listener.arn, certificateArn },
        opts,
      );
    }
  }
}

function listenByNetwork(
  name: string,
  { loadBalancerArn, groups }: Listening,
  opts: pulumi.CustomResourceOptions,
): void {
  for (const { key, servicePort, arn } of groups) {
    new aws.lb.Listener(
      `${name}-${key}-listener`,
      {
        loadBalancerArn,
        port: servicePort,
        protocol: "TCP",
        tcpIdleTimeoutSeconds: LOAD_BALANCER_IDLE_SECONDS,
        defaultActions: [{ type: "forward", targetGroupArn: arn }],
        ...(key === "http" ? { tags: REDIRECTS_TAG } : {}),
      },
      opts,
    );
  }
}
