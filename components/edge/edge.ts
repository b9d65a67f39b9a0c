import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeContract } from "../common/contracts";
import { httpRoute } from "../common/gateway-api";
import type { Manifest, NamedMetadata } from "../common/gateway-api";
import { defaultDenySpec } from "../common/network-policies";
import { SlipwayError } from "../common/problems";
import { ENVOY_NAMESPACE } from "./addons";
import { certificate, clusterIssuer } from "./certificates";
import { installControllers } from "./controllers";
import {
  gateway,
  gatewayClass,
  httpsListener,
  httpsListenerName,
  REDIRECT_LISTENER,
  redirectListener,
  tlsPolicy,
} from "./gateway-api";
import { closedNamespace, edgeLabels } from "./namespaces";
import type { NamespaceSite } from "./namespaces";
import { envoyProxy } from "./proxy";
import type { EdgeArgs } from "./types";
import { validate } from "./validation";

const NAMESPACE = "edge";
const GATEWAY = "edge";
const CLASS = "envoy";
const ISSUER = "slipway";

/**
 * The way into the platform: one gateway that all public hosts share. It makes:
 *
 * 1. with `addons: "install"`, Envoy Gateway and cert-manager in closed namespaces of their own;
 * 2. an issuer, and a certificate for each host;
 * 3. a gateway with an HTTPS listener for each host, which speaks TLS 1.2 or better, behind a network load
 *    balancer (fee by the hour and by traffic);
 * 4. a plain HTTP listener that answers with a redirect to HTTPS and takes no route of any app.
 */
export class Edge extends pulumi.ComponentResource implements EdgeContract {
  readonly gateway: { readonly name: pulumi.Output<string>; readonly namespace: pulumi.Output<string> };
  readonly podSelector: Readonly<Record<string, string>> = {
    "gateway.envoyproxy.io/owning-gateway-namespace": NAMESPACE,
    "gateway.envoyproxy.io/owning-gateway-name": GATEWAY,
  };
  readonly podNamespace = ENVOY_NAMESPACE;
  readonly #systems: ReadonlyMap<string, string>;

  /** @throws SlipwayError when hosts contradict each other or a value is out of range. */
  constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("slipway:edge:Edge", name, {}, opts);

    const { cluster, hosts, addons, stage } = args;
    this.#systems = new Map(hosts.map(({ system, host }) => [host, system]));
    const site: NamespaceSite = { name, parent: this, cluster, stage };
    const controllers = installControllers(site, { addons, cluster, podSelector: this.podSelector });
    const { namespace } = closedNamespace(site, NAMESPACE, { "default-deny": defaultDenySpec });
    const installed = addons === "install";
    const objects = new Objects(this, cluster.provider, controllers);
    const metadata = (object: string, waitFor?: string): NamedMetadata => ({
      name: object,
      namespace: namespace.metadata.name,
      labels: edgeLabels(stage),
      // Only where the controller runs that sets the condition: else it would never come.
      ...(installed && waitFor !== undefined ? { annotations: { "pulumi.com/waitFor": waitFor } } : {}),
    });

    const issuer = objects.make(`${name}-issuer`, clusterIssuer(ISSUER, args.issuer));
    const secretOf = (system: string): string => `${system}-tls`;
    const certificates = hosts.map(({ system, host }) =>
      objects.make(
        `${name}-certificate-${system}`,
        certificate(metadata(system, "condition=Ready"), {
          host,
          issuer: ISSUER,
          secretName: secretOf(system),
        }),
        [issuer],
      ),
    );
    const gatewayClassName = objects.make(`${name}-class`, gatewayClass(CLASS)).metadata.name;
    const { securityGroupId, scheme = "internet-facing" } = args;
    const { loadBalancerClass: className } = cluster;
    const proxy = objects.make(
      `${name}-proxy`,
      envoyProxy(metadata(GATEWAY), {
        replicas: args.replicas ?? 2,
        podSelector: this.podSelector,
        ...(securityGroupId === undefined
          ? {}
          : {
              loadBalancer: {
                securityGroupId,
                scheme,
                ...(className === undefined ? {} : { className }),
              },
            }),
      }),
    );
    const listeners = hosts.map((host) => httpsListener({ ...host, secretName: secretOf(host.system) }));
    const made = objects.make(
      `${name}-gateway`,
      gateway(metadata(GATEWAY, "condition=Accepted"), {
        className: gatewayClassName,
        proxy: proxy.metadata.name,
        listeners: [redirectListener(), ...listeners],
      }),
      certificates,
    );
    this.gateway = { name: made.metadata.name, namespace: made.metadata.namespace };
    objects.make(`${name}-tls`, tlsPolicy(metadata(GATEWAY), this.gateway.name));
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

    this.registerOutputs({
      gateway: this.gateway,
      podSelector: this.podSelector,
      podNamespace: this.podNamespace,
    });
  }

  /** @throws SlipwayError when the edge has no such host. */
  httpsListener(host: string): string {
    const system = this.#systems.get(host);
    if (system === undefined) {
      throw new SlipwayError({
        where: "edge",
        what: `there is no listener for the host "${host}"`,
        allowed: [...this.#systems.keys()].join(", ") || "none: the edge has no hosts",
      });
    }
    return httpsListenerName(system);
  }
}

/** Makes custom resources of one component once their controllers are there. */
class Objects {
  constructor(
    private readonly parent: pulumi.Resource,
    private readonly provider: k8s.Provider,
    private readonly controllers: readonly pulumi.Resource[],
  ) {}

  make(
    name: string,
    manifest: Manifest<string, object>,
    dependsOn: readonly pulumi.Resource[] = [],
  ): k8s.apiextensions.CustomResource {
    return new k8s.apiextensions.CustomResource(
      name,
      { ...manifest },
      { parent: this.parent, provider: this.provider, dependsOn: [...this.controllers, ...dependsOn] },
    );
  }
}
