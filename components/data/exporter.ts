import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { labels, selector } from "../common/labels";
import type { Footprint } from "../common/pods";
import { containerSecurity, podSecurity } from "../common/pods";
import { pinnedImage } from "../common/versions";
import { storeKinds, TRUST_KEY, trustFolder, trustPath } from "../spec/store-kinds";
import type { StoreSize, StoreSpec } from "../spec/types";
import { containerResources, secretVariable } from "./pod";
import type { StoreArgs } from "./types";
import { POSTGRES_EXPORTER_ARGS } from "./postgres";

const SIZE: StoreSize = { cpu: ["10m", "100m"], memory: "48Mi" };
/** `nobody` of the images. */
const USER = 65_534;

export interface ExporterArgs extends Pick<
  StoreArgs,
  "system" | "store" | "spec" | "owner" | "stage" | "namespace"
> {
  /** Secret with the store's connection, and the one with the authorities by which it is verified. */
  readonly connection: pulumi.Input<string>;
  readonly trust: pulumi.Input<string>;
}

/**
 * Creates the exporter of a store that runs outside of the cluster. Its pod has the labels and the port of the one
 * inside, so that monitoring finds either in the same way. It knows the store by the account of the system: RDS and
 * ElastiCache have no other that could be made from here.
 */
export function createExporter(name: string, args: ExporterArgs, opts: pulumi.CustomResourceOptions): void {
  const { system, store, spec, owner, stage, namespace } = args;
  const identity = { system, name: store };
  const allLabels = labels({ ...identity, component: "exporter", owner, stage });
  const metadata = { name: store, namespace, labels: allLabels };
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-exporter-account`,
    { metadata, automountServiceAccountToken: false },
    opts,
  );
  new k8s.apps.v1.Deployment(
    `${name}-exporter`,
    {
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: selector(identity) },
        template: {
          metadata: { labels: allLabels },
          spec: {
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: podSecurity(USER),
            containers: [container(spec, args)],
            volumes: [
              {
                name: "trust",
                secret: {
                  secretName: args.trust,
                  items: [{ key: TRUST_KEY, path: TRUST_KEY }],
                  defaultMode: 0o440,
                },
              },
            ],
          },
        },
      },
    },
    opts,
  );
}

/** What an exporter takes of its namespace's quota: one pod, and its successor. */
export function exporterFootprint(): Footprint {
  return { pods: 2, resources: containerResources(SIZE), volumeBytes: 0 };
}

function container(
  spec: StoreSpec,
  { store, connection }: Pick<ExporterArgs, "store" | "connection">,
): types.input.core.v1.Container {
  const { metricsPort } = storeKinds[spec.kind];
  // They answer, that the store does not, while the store does not: only a dead exporter is started again.
  const httpGet = { path: "/", port: "metrics" };
  return {
    name: "exporter",
    ...(spec.kind === "postgres" ? postgres(connection) : redis(store, connection)),
    ports: [{ name: "metrics", containerPort: metricsPort, protocol: "TCP" }],
    resources: containerResources(SIZE),
    securityContext: containerSecurity,
    volumeMounts: [{ name: "trust", mountPath: trustFolder(store), readOnly: true }],
    readinessProbe: { httpGet, periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 5 },
    livenessProbe: { httpGet, periodSeconds: 20, failureThreshold: 6, timeoutSeconds: 5 },
  };
}

type Program = Pick<types.input.core.v1.Container, "image" | "args" | "env">;

function postgres(secret: pulumi.Input<string>): Program {
  return {
    image: pinnedImage("postgres-exporter"),
    args: [...POSTGRES_EXPORTER_ARGS],
    // The URL says that the server must be verified, and by which file.
    env: [secretVariable("DATA_SOURCE_NAME", { secret, key: "url" })],
  };
}

function redis(store: string, secret: pulumi.Input<string>): Program {
  return {
    image: pinnedImage("redis-exporter"),
    // ElastiCache has no CONFIG.
    args: [`--tls-ca-cert-file=${trustPath(store)}`, "--config-command=-"],
    env: [
      secretVariable("REDIS_HOST", { secret, key: "host" }),
      { name: "REDIS_ADDR", value: `rediss://$(REDIS_HOST):${storeKinds.redis.port}` },
      secretVariable("REDIS_USER", { secret, key: "username" }),
      secretVariable("REDIS_PASSWORD", { secret, key: "password" }),
    ],
  };
}
