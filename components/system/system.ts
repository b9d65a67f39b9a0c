import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { base64 } from "../common/base64";
import type {
  ClusterContract,
  EdgeContract,
  ObservabilityContract,
  RegistryContract,
  StageName,
} from "../common/contracts";
import type { HttpRouteSpec, ParentRef } from "../common/gateway-api";
import { labels } from "../common/labels";
import { SlipwayError } from "../common/problems";
import { mapValues } from "../common/records";
import { recordSecret } from "../data/record";
import { imagesOf } from "../spec/services";
import type { StagedSpec } from "../spec/stage";
import { validateSpec } from "../spec/validate";
import { createConfigs } from "./config";
import { expose } from "./exposure";
import { createGuards } from "./guards";
import type { Meta } from "./guards";
import { namespaceMetadata } from "./namespace";
import { routeSpecs } from "./routes";
import { SECRET_KEY } from "./sources";
import { withStandIns } from "./stand-in";
import { createStores, storeCidrs } from "./stores";
import type { StoreOptions } from "./stores";
import { openTelemetry } from "./telemetry";
import { createJobs, createWorkloads } from "./workloads";

export interface SystemArgs {
  /** What runs, as `specForStage` made it of a system's spec. */
  readonly spec: StagedSpec;
  readonly stage: StageName;
  readonly cluster: ClusterContract;
  readonly edge: EdgeContract;
  readonly registry: RegistryContract;
  /** Keeps what holds data, and the namespace around it, from being deleted. */
  readonly protect: boolean;
  /** Where its stores run, and what config says of them. @default pods of its namespace */
  readonly stores?: StoreOptions;
  /** What must exist before its pods beside what the cluster needs, such as priority classes. @default none */
  readonly podsAfter?: readonly pulumi.Resource[];
  /** Where traces and what pages measure go. @default nowhere: nobody is told, and no page may send */
  readonly observability?: ObservabilityContract;
}

/**
 * One system, rendered from its spec: a namespace closed to everything that the spec does not open, with quota and
 * limits; its generated secrets, stores and services; and one HTTPRoute for each service that routes lead to.
 *
 * @throws SlipwayError when the spec contradicts itself, an image has no digest or the edge does not know its host,
 * before any resource exists.
 */
export class System extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  /** Public host; undefined for a system without routes. */
  readonly host: string | undefined;
  /** Public address; undefined for a system without routes. */
  readonly url: string | undefined;
  /** Names of the Services in the namespace, by service; a worker has none. */
  readonly serviceNames: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SystemArgs, opts?: pulumi.ComponentResourceOptions) {
    const { stage, cluster, edge } = args;
    refuseUnstaged(args.spec);
    const spec = withStandIns(args.spec, (image) => args.registry.isReference?.(image) ?? false);
    const images = Object.fromEntries(imagesOf(spec).map((image) => [image, args.registry.image(image)]));
    const routes = routesOf(spec, edge);
    super("slipway:system:System", name, {}, pulumi.mergeOptions(opts, { providers: [cluster.provider] }));
    const child = { parent: this };
    const kept = { ...child, protect: args.protect, retainOnDelete: args.protect };

    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: namespaceMetadata(spec, stage) },
      // Volumes are taken down while their namespace goes, by a driver that must still be there.
      { ...kept, dependsOn: [...cluster.ready] },
    ).metadata.name;
    const labelsOf = (object: string, component: string): Record<string, string> =>
      labels({ system: spec.name, name: object, component, owner: spec.owner, stage });
    const meta: Meta = (object, component) => ({
      name: object,
      namespace,
      labels: labelsOf(object, component),
    });

    const { site } = args.stores ?? {};
    const surroundings = {
      dns: cluster.dns,
      edge,
      cloud: cluster.cloud,
      storeCidrs: storeCidrs(spec, site),
    };
    const guards = createGuards(name, { spec, meta, surroundings }, child);
    const podsAfter = [...cluster.ready, ...guards, ...(args.podsAfter ?? [])];

    const secrets = mapValues(spec.secrets ?? {}, ({ length }, secret) => {
      const value = new random.RandomPassword(`${name}-${secret}-value`, { length, special: false }, kept);
      if (site !== undefined) {
        const record = { site, system: spec.name, secret, value: value.result, protect: args.protect };
        recordSecret(`${name}-${secret}`, record, child);
      }
      // Named by the engine and immutable: another value is another Secret, and rolls the pods that read it.
      const metadata = { namespace, labels: labelsOf(secret, "secret") };
      const data = { [SECRET_KEY]: base64(value.result) };
      return new k8s.core.v1.Secret(`${name}-${secret}-secret`, { metadata, immutable: true, data }, child)
        .metadata.name;
    });
    const { protect } = args;
    const certificatesAfter = edge.controllers;
    const stores = createStores(
      name,
      { spec, stage, namespace, cluster, protect, certificatesAfter, podsAfter, ...args.stores },
      child,
    );
    const configs = createConfigs(name, { configs: spec.config ?? {}, meta }, child);
    const rendering = {
      ...{ spec, stage, namespace, images, stores, podsAfter, protect: args.protect },
      storageClass: cluster.storageClass,
      context: { stores, secrets, configs, host: spec.host },
      traces: args.observability?.traces,
    };
    const workloads = createWorkloads(name, rendering, child);
    createJobs(name, rendering, child);

    for (const [service, workload] of Object.entries(workloads)) {
      const route = routes[service];
      if (route !== undefined)
        expose(name, { spec, meta, service, route, after: workload, controllers: edge.controllers }, child);
    }

    const parent = parentOf(spec, edge);
    if (parent !== undefined) {
      const target = args.observability?.browser;
      openTelemetry(name, { spec, meta, parent, target, controllers: edge.controllers }, child);
    }

    this.namespace = namespace;
    this.host = spec.host;
    this.url = spec.host === undefined ? undefined : `https://${spec.host}`;
    this.serviceNames = Object.fromEntries(
      Object.entries(workloads).flatMap(([service, { serviceName }]) =>
        serviceName === undefined ? [] : [[service, serviceName]],
      ),
    );
    this.registerOutputs({
      namespace: this.namespace,
      host: this.host,
      url: this.url,
      serviceNames: this.serviceNames,
    });
  }
}

function refuseUnstaged(spec: StagedSpec): void {
  validateSpec(spec);
  if ((spec.routes ?? []).length > 0 && spec.host === undefined) {
    throw new SlipwayError({
      where: `system "${spec.name}"`,
      what: "host is absent",
      allowed: "a host, for the system has routes",
      todo: "pass the spec through specForStage",
    });
  }
}

function routesOf(spec: StagedSpec, edge: EdgeContract): Readonly<Record<string, HttpRouteSpec>> {
  const parent = parentOf(spec, edge);
  return parent === undefined || spec.host === undefined ? {} : routeSpecs(spec, spec.host, parent);
}

/** The listener of the system's host; undefined for a system without routes. */
function parentOf({ host }: StagedSpec, edge: EdgeContract): ParentRef | undefined {
  return host === undefined ? undefined : { ...edge.gateway, sectionName: edge.httpsListener(host) };
}
