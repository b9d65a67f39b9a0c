import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { labels, selector } from "../common/labels";
import { formatBytes, parseBytes } from "../spec/quantities";
import { storeIdentity, TRUST_KEY } from "../spec/store-kinds";
import { createCertificates } from "./certificates";
import { connectionOf, createPassword, createPasswords, createSecret, generation } from "./credentials";
import { storePod } from "./pod";
import type { StoreProcess } from "./pod";
import { POSTGRES_SECRETS, postgresFiles, postgresProcess } from "./postgres";
import { REDIS_SECRETS, redisProcess } from "./redis";
import { createRotation } from "./rotation-job";
import type { InClusterStoreArgs, StoreContract } from "./types";

/**
 * A store inside the cluster: a StatefulSet of one member on a volume claim of its own with an exporter beside it, a
 * Service under the store's name, the headless Service that a StatefulSet needs, an authority with the certificate
 * that the store serves, and an immutable Secret with the keys that every store has.
 *
 * A bigger volume changes the claim, which the driver grows in place. Another generation of the password is put in
 * force by a Job, while the store runs on.
 *
 * It has no disruption budget: over one pod a budget either says nothing or blocks every drain. A drain stops it for
 * as long as its volume takes to move.
 */
export class Store extends pulumi.ComponentResource implements StoreContract {
  readonly secretName: pulumi.Output<string>;
  readonly trust: { readonly secret: pulumi.Output<string>; readonly key: string };
  readonly host: pulumi.Output<string>;
  /** Its one member answers reads too. */
  readonly readerHosts: readonly pulumi.Output<string>[];
  readonly ready: pulumi.Resource;

  constructor(name: string, args: InClusterStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:data:Store", name, {}, opts);
    const { spec, rotation = 1 } = args;
    const identity = { system: args.system, name: args.store };
    const component = spec.kind === "postgres" ? "database" : "cache";
    const matchLabels = selector(identity);
    const allLabels = labels({ ...identity, component, owner: args.owner, stage: args.stage });
    const metadata = { name: args.store, namespace: args.namespace, labels: allLabels };
    const unnamed = { namespace: args.namespace, labels: allLabels };
    const child = { parent: this };
    const kept = { ...child, protect: args.protect, retainOnDelete: args.protect };

    const passwords = createPasswords(`${name}-password`, rotation, kept);
    const [first, inForce] = [passwords[0], passwords.at(-1)];
    if (first === undefined || inForce === undefined) throw new Error("a store has at least one password");
    const connection = connectionOf({ ...args, host: args.store, password: inForce });
    // By generation, so that a new password is a new Secret and replaces none.
    this.secretName = createSecret(
      `${name}-connection${generation(rotation)}`,
      unnamed,
      { ...connection },
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
    const certificates = createCertificates(
      name,
      { store: args.store, ...unnamed },
      { ...child, dependsOn: [...(args.certificatesAfter ?? [])] },
    );

    const { secretName: tls } = certificates;
    const process = createProcess(name, args, { tls, first, metadata: unnamed }, child);
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
    const member = new k8s.apps.v1.StatefulSet(
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
      { ...child, dependsOn: [account, certificates.certificate, ...args.podsAfter] },
    );

    this.trust = { secret: pulumi.output(tls), key: TRUST_KEY };
    this.host = service.metadata.name;
    this.readerHosts = [this.host];
    this.ready =
      rotation === 1
        ? member
        : createRotation(
            name,
            { ...args, rotation, passwords, process, trust: tls },
            { ...child, dependsOn: [member, service, ...args.podsAfter] },
          );
    this.registerOutputs({
      secretName: this.secretName,
      trust: this.trust,
      host: this.host,
      readerHosts: this.readerHosts,
    });
  }
}

interface Surroundings {
  readonly tls: string;
  /** The password that a new, empty store is made with. */
  readonly first: pulumi.Output<string>;
  readonly metadata: { readonly namespace: pulumi.Input<string>; readonly labels: Record<string, string> };
}

/** Creates what the store's process reads when it starts. None of it changes with a new password. */
function createProcess(
  name: string,
  { system, spec }: InClusterStoreArgs,
  { tls, first, metadata }: Surroundings,
  opts: pulumi.CustomResourceOptions,
): StoreProcess {
  const keys = spec.kind === "postgres" ? POSTGRES_SECRETS : REDIS_SECRETS;
  const content = Object.fromEntries(
    keys.map((key) => [key, key === "password" ? first : createPassword(`${name}-${key}`, opts)]),
  );
  const secret = createSecret(`${name}-config`, metadata, content, opts);
  if (spec.kind === "redis") return redisProcess(spec, { tls, secret });
  const identity = storeIdentity(system, spec);
  const data = postgresFiles(identity);
  const settings = new k8s.core.v1.ConfigMap(`${name}-settings`, { metadata, immutable: true, data }, opts);
  return postgresProcess(spec, identity, { tls, secret, settings: settings.metadata.name });
}
