import * as pulumi from "@pulumi/pulumi";
import type { EdgeContract } from "../common/contracts";
import { backendTrafficPolicy } from "../common/envoy-gateway";
import { httpRoute } from "../common/gateway-api";
import type { NamedMetadata } from "../common/gateway-api";
import { platformNamespaces } from "../common/namespaces";
import { defaultDenySpec } from "../common/network-policies";
import { SlipwayError } from "../common/problems";
import { charts, DNS_TARGET, ENVOY_NAMESPACE } from "./addons";
import { trustedBlocks } from "./cdn-trust";
import { certificate, clusterIssuer } from "./certificates";
import { installControllers } from "./controllers";
import { dnsArgs } from "./dns";
import { targetGroupBinding, trustedHops } from "./front";
import {
  gateway,
  gatewayClass,
  httpsListener,
  httpsListenerName,
  REDIRECT_LISTENER,
  redirectListener,
  SHARED_LISTENER,
  sharedListener,
} from "./gateway-api";
import { LoadBalancer } from "./load-balancer";
import { closedNamespace, edgeLabels } from "./namespaces";
import type { NamespaceSite } from "./namespaces";
import { Objects } from "./objects";
import { envoyProxy } from "./proxy";
import { clientTrafficPolicy, gatewayTraffic } from "./traffic";
import type { EdgeArgs } from "./types";
import { validate } from "./validation";

const NAMESPACE = platformNamespaces.edge;
const GATEWAY = "edge";
const CLASS = "envoy";
const ISSUER = "slipway";

/**
 * The way into the platform: one gateway that all public hosts share. It makes:
 *
 * 1. with `addons: "install"`, Envoy Gateway, cert-manager and, where it has zones, external-dns in closed namespaces;
 * 2. an issuer, and a certificate for each host;
 * 3. a gateway whose HTTPS listeners speak TLS 1.2 or better, compress, and know each client's address;
 * 4. a plain HTTP listener that answers with a redirect to HTTPS and takes no route of any app;
 * 5. with a `front`, the {@link LoadBalancer} and what keeps its targets in step with the proxies.
 */
export class Edge extends pulumi.ComponentResource implements EdgeContract {
  readonly gateway: { readonly name: pulumi.Output<string>; readonly namespace: pulumi.Output<string> };
  readonly podSelector: Readonly<Record<string, string>> = {
    "gateway.envoyproxy.io/owning-gateway-namespace": NAMESPACE,
    "gateway.envoyproxy.io/owning-gateway-name": GATEWAY,
  };
  readonly podNamespace = ENVOY_NAMESPACE;
  readonly controllers: readonly pulumi.Resource[];
  readonly controllerNamespaces: readonly string[];
  /** Name of the load balancer, where every host's records point; undefined when the cluster makes it. */
  readonly address: pulumi.Output<string> | undefined;
  readonly #listeners: ReadonlyMap<string, string>;

  /** @throws SlipwayError when hosts contradict each other or a value is out of range. */
  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("slipway:edge:Edge", name, {}, opts);

    const { cluster, hosts, addons, stage, issuer: authority } = args;
    // A load balancer of TLS has a certificate, and a certificate a host.
    const front = hosts.length === 0 ? undefined : args.front;
    const isShared = front?.kind === "application";
    this.#listeners = new Map(
      hosts.map(({ system, host }) => [host, isShared ? SHARED_LISTENER : httpsListenerName(system)]),
    );
    const site: NamespaceSite = { name, parent: this, cluster, stage };
    const dns = front === undefined ? undefined : dnsArgs(cluster, authority, args.cdn?.hosts);
    const { replicas = 2 } = args;
    const controllers = installControllers(site, {
      addons,
      cluster,
      replicas,
      podSelector: this.podSelector,
      ...(dns === undefined ? {} : { dns }),
    });
    this.controllers = controllers;
    this.controllerNamespaces = charts(addons, replicas, dns).map((plan) => plan.namespace);
    const { namespace } = closedNamespace(site, NAMESPACE, { "default-deny": defaultDenySpec });
    const objects = new Objects(this, cluster.provider, controllers);
    const metadata = (
      object: string,
      annotations: Record<string, pulumi.Input<string>> = {},
    ): NamedMetadata => ({
      name: object,
      namespace: namespace.metadata.name,
      labels: edgeLabels(stage),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    });
    // Only where the controller runs that sets the condition: else it would never come.
    const waitFor = (condition: string): Record<string, string> =>
      addons === "install" ? { "pulumi.com/waitFor": `condition=${condition}` } : {};

    const issuer = objects.make(`${name}-issuer`, clusterIssuer(ISSUER, authority, edgeLabels(stage)));
    const secretOf = (system: string): string => `${system}-tls`;
    const certificates = hosts.map(({ system, host }) =>
      objects.make(
        `${name}-certificate-${system}`,
        certificate(metadata(system, waitFor("Ready")), {
          host,
          issuer: ISSUER,
          secretName: secretOf(system),
        }),
        [issuer],
      ),
    );
    const balancer =
      front === undefined
        ? undefined
        : new LoadBalancer(
            `${name}-front`,
            {
              ...front,
              hosts,
              zones: authority.kind === "acme" ? authority.zones : [],
              ...(args.cdn === undefined ? {} : { cdn: args.cdn }),
            },
            { parent: this },
          );
    this.address = balancer?.dnsName;

    const className = objects.make(`${name}-class`, gatewayClass(CLASS, edgeLabels(stage))).metadata.name;
    const proxy = objects.make(
      `${name}-proxy`,
      envoyProxy(metadata(GATEWAY), {
        replicas,
        podSelector: this.podSelector,
        balanced: front !== undefined,
      }),
    );
    const listeners = isShared
      ? [sharedListener(hosts.map(({ system }) => secretOf(system)))]
      : hosts.map((host) => httpsListener({ ...host, secretName: secretOf(host.system) }));
    const made = objects.make(
      `${name}-gateway`,
      gateway(
        metadata(GATEWAY, {
          ...waitFor("Accepted"),
          ...(balancer === undefined ? {} : { [DNS_TARGET]: balancer.dnsName }),
        }),
        {
          className,
          proxy: proxy.metadata.name,
          listeners: [redirectListener(), ...listeners],
        },
      ),
      certificates,
    );
    this.gateway = { name: made.metadata.name, namespace: made.metadata.namespace };
    const clients = {
      gateway: this.gateway.name,
      trustedHops: trustedHops(front?.kind),
      ...(args.cdn === undefined ? {} : { trustedBlocks: trustedBlocks(args.cdn) }),
    };
    objects.make(`${name}-tls`, clientTrafficPolicy(metadata(GATEWAY), clients));
    objects.make(
      `${name}-traffic`,
      backendTrafficPolicy(metadata(GATEWAY), gatewayTraffic(this.gateway.name)),
    );
    for (const { system, host } of hosts) {
      objects.make(
        `${name}-redirect-${system}`,
        httpRoute(metadata(`redirect-${system}`), {
          parentRefs: [{ ...this.gateway, sectionName: REDIRECT_LISTENER }],
          hostnames: [host],
          rules: [
            { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
          ],
        }),
      );
    }
    for (const { key, ...group } of balancer?.groups ?? []) {
      if (front === undefined) continue;
      const place = { name: `${GATEWAY}-${key}`, namespace: ENVOY_NAMESPACE, labels: edgeLabels(stage) };
      // After the gateway, for whose sake the Service of the proxies is made.
      objects.make(`${name}-targets-${key}`, targetGroupBinding(front.binder, place, group), [made]);
    }

    this.registerOutputs({
      gateway: this.gateway,
      podSelector: this.podSelector,
      podNamespace: this.podNamespace,
      controllerNamespaces: this.controllerNamespaces,
      address: this.address,
    });
  }

  /** @throws SlipwayError when the edge has no such host. */
  httpsListener(host: string): string {
    const listener = this.#listeners.get(host);
    if (listener === undefined) {
      throw new SlipwayError({
        where: "edge",
        what: `there is no listener for the host "${host}"`,
        allowed: [...this.#listeners.keys()].join(", ") || "none: the edge has no hosts",
      });
    }
    return listener;
  }
}
