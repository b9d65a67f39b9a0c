import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { base64 } from "../common/base64";
import { labels, selector } from "../common/labels";
import { formatBytes, parseBytes } from "../spec/quantities";
import { storeIdentity, storeKinds, storeUrl } from "../spec/store-kinds";
import type { StoreSpec } from "../spec/types";
import { storePod } from "./pod";
import { postgresProcess } from "./postgres";
import { REDIS_CONFIG, redisConfig, redisProcess } from "./redis";

export interface StoreArgs {
  /** The system that it belongs to, e.g. `daira`. */
  readonly system: string;
  /** Its name in the system, e.g. `postgres`: the name of its objects and its host name for the services. */
  readonly store: string;
  readonly spec: StoreSpec;
  readonly owner: string;
  readonly stage: string;
  readonly namespace: pulumi.Input<string>;
  /** Storage class of the volume; undefined takes the cluster's default. */
  readonly storageClass: pulumi.Input<string> | undefined;
  /** Keeps the volume and the password from being deleted, and leaves them behind when the stack lets go of them. */
  readonly protect: boolean;
  /** What must exist before its pod: quota, network policies, node pools. */
  readonly podsAfter: readonly pulumi.Resource[];
}

/**
 * A store inside the cluster: a StatefulSet of one member on a volume claim of its own, a Service under the store's
 * name, the headless Service that a StatefulSet needs, and an immutable Secret with the keys that every store has.
 *
 * It has no disruption budget: over one pod a budget either says nothing or blocks every drain. A drain stops it for
 * as long as its volume takes to move.
 */
export class Store extends pulumi.ComponentResource {
  /** Name of the Secret with the keys `host`, `port`, `username`, `password`, `database`, `url`. */
  readonly secretName: pulumi.Output<string>;
  /** Name of the Service, as the services of the system reach it. */
  readonly host: pulumi.Output<string>;
  /** What a pod that uses the store must come after. */
  readonly ready: pulumi.Resource;

  constructor(name: string, args: StoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:data:Store", name, {}, opts);
    const { spec } = args;
    const identity = { system: args.system, name: args.store };
    const component = spec.kind === "postgres" ? "database" : "cache";
    const matchLabels = selector(identity);
    const allLabels = labels({ ...identity, component, owner: args.owner, stage: args.stage });
    const metadata = { name: args.store, namespace: args.namespace, labels: allLabels };
    const unnamed = { namespace: args.namespace, labels: allLabels };
    const child = { parent: this };
    const kept = { ...child, protect: args.protect, retainOnDelete: args.protect };

    const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, kept);
    // Named by the engine and immutable: another password is another Secret, and rolls the pods that read it.
    const connection = new k8s.core.v1.Secret(
      `${name}-connection`,
      { metadata: unnamed, immutable: true, data: connectionData(args, password.result) },
      child,
    );
    const claim = new k8s.core.v1.PersistentVolumeClaim(
      `${name}-data`,
      {
        metadata: { ...metadata, name: `${args.store}-data` },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: formatBytes(parseBytes(spec.storage)) } },
          ...(args.storageClass === undefined ? {} : { storageClassName: args.storageClass }),
        },
      },
      kept,
    );
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      child,
    );

    const passwordKey = { secret: connection.metadata.name, key: "password" };
    const process =
      spec.kind === "postgres"
        ? postgresProcess(spec, storeIdentity(args.system, spec), passwordKey)
        : redisProcess(spec, passwordKey, {
            secret: redisConfigSecret(`${name}-config`, unnamed, password.result, child).metadata.name,
            key: REDIS_CONFIG,
          });
    const ports = [
      { name: process.port.name, port: process.port.number, targetPort: process.port.name, protocol: "TCP" },
    ];
    const members = new k8s.core.v1.Service(
      `${name}-members`,
      {
        metadata: { ...metadata, name: `${args.store}-members` },
        spec: { clusterIP: "None", selector: matchLabels, ports },
      },
      child,
    );
    const service = new k8s.core.v1.Service(
      `${name}-service`,
      { metadata, spec: { type: "ClusterIP", selector: matchLabels, ports } },
      child,
    );
    this.ready = new k8s.apps.v1.StatefulSet(
      `${name}-member`,
      {
        metadata,
        spec: {
          replicas: 1,
          serviceName: members.metadata.name,
          selector: { matchLabels },
          template: {
            metadata: { labels: allLabels },
            spec: storePod({ name: args.store, store: spec, process, claim: claim.metadata.name }),
          },
        },
      },
      { ...child, dependsOn: [account, ...args.podsAfter] },
    );

    this.secretName = connection.metadata.name;
    this.host = service.metadata.name;
    this.registerOutputs({ secretName: this.secretName, host: this.host });
  }
}

function redisConfigSecret(
  name: string,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  password: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const data = { [REDIS_CONFIG]: base64(password.apply(redisConfig)) };
  return new k8s.core.v1.Secret(name, { metadata, immutable: true, data }, opts);
}

function connectionData(
  { system, store: host, spec }: StoreArgs,
  password: pulumi.Output<string>,
): Record<string, pulumi.Input<string>> {
  const identity = { host, ...storeIdentity(system, spec) };
  return {
    ...Object.fromEntries(Object.entries(identity).map(([key, value]) => [key, base64(value)])),
    port: base64(String(storeKinds[spec.kind].port)),
    password: base64(password),
    url: base64(password.apply((plain) => storeUrl(spec, { ...identity, password: plain }))),
  };
}
