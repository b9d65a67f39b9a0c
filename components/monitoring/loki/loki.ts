import type { types } from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { anywhere, dnsEgress, podIdentityEgress, tcp } from "../../common/network-policies";
import { SlipwayError } from "../../common/problems";
import { createFiles, folders } from "../files";
import { fromTools, toTool } from "../peers";
import type { ToolSize } from "../pods";
import { toolSet } from "../set";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import { storageOf } from "../storage";
import type { LogBucket } from "../types";
import { HA_MEMBERS, LOKI, LOKI_DATA, lokiConfig, lokiPorts, POD_IP } from "./config";

const CONFIG = "/etc/loki";
const CONFIG_FILE = "loki.yaml";
/** User and group of the image. */
const USER = 10_001;
/** Seconds in which a member says goodbye to the ring and closes its log of what was not yet stored. */
const GRACE_SECONDS = 120;

const sizes = {
  small: { size: { cpu: ["50m", "500m"], memory: "256Mi" }, storage: "10Gi" },
  full: { size: { cpu: ["250m", "2"], memory: "2Gi" }, storage: "20Gi" },
} as const satisfies Record<string, { readonly size: ToolSize; readonly storage: string }>;

/** What {@link Loki} is made from. */
export interface LokiArgs {
  readonly site: MonitoringSite;
  /** Where logs are kept in a stage that has a bucket for them. */
  readonly bucket?: LogBucket | undefined;
  /** Tools that push lines, and tools that ask for them. */
  readonly clients: readonly string[];
}

/** How many members a stage has: one on a volume; in a bucket as many as survive one's absence, where a pair is wanted. */
export function lokiMembers({ logs, replicas }: MonitoringSite["sizes"]): number {
  return logs === "bucket" && replicas > 1 ? HA_MEMBERS : 1;
}

/**
 * Loki: the logs of all pods, for thirty days. One member with all of its data on a volume, or members that keep it in
 * a bucket and on their volumes only what is not there yet.
 */
export class Loki extends pulumi.ComponentResource {
  /** @throws SlipwayError when the stage keeps logs in a bucket and there is none. */
  constructor(name: string, args: LokiArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, bucket, clients } = args;
    const { sizes: stage, cluster } = site;
    if (stage.logs === "bucket" && bucket === undefined) {
      throw new SlipwayError({
        where: `stage ${site.stage}`,
        what: "logs are to be kept in a bucket, and there is none",
        allowed: 'monitoring.logs "volume" in a stage without a cloud',
        todo: "change the stage's row in infra/stages.ts",
      });
    }
    super("slipway:monitoring:Loki", name, {}, opts);

    const members = lokiMembers(stage);
    const several = members > 1;
    const { size, storage } = sizes[stage.scale];
    const peers = several
      ? {
          ingress: [fromTools([LOKI], lokiPorts.grpc, lokiPorts.gossip)],
          egress: [toTool(LOKI, lokiPorts.grpc, lokiPorts.gossip)],
        }
      : { ingress: [], egress: [] };
    const { before } = toolObjects(
      site,
      name,
      {
        tool: LOKI,
        ports: { http: lokiPorts.http },
        replicas: members,
        ingress: [fromTools(clients, lokiPorts.http), ...peers.ingress],
        egress: [
          ...peers.egress,
          ...(bucket === undefined ? [] : bucketEgress),
          ...(several || bucket !== undefined ? [dnsEgress(cluster.dns)] : []),
        ],
      },
      this,
    );
    const text =
      bucket === undefined
        ? lokiConfig({ storage: { kind: "volume" }, members, scale: stage.scale })
        : pulumi.all([bucket.name, bucket.kmsKeyArn]).apply(([known, kmsKeyArn]) =>
            lokiConfig({
              storage: { kind: "bucket", bucket: known, region: bucket.region, kmsKeyArn },
              members,
              scale: stage.scale,
            }),
          );
    const files = createFiles(site, `${name}-files`, LOKI, { [CONFIG_FILE]: text }, this);
    const { volumes, mounts } = folders([{ volume: "config", path: CONFIG, from: { configMap: files } }]);
    toolSet(
      site,
      name,
      {
        tool: LOKI,
        replicas: members,
        user: USER,
        token: false,
        memberPorts: lokiPorts,
        storage: { path: LOKI_DATA, ...storageOf(site, storage) },
        graceSeconds: GRACE_SECONDS,
        before: [...before, ...(bucket?.ready ?? [])],
        volumes,
        container: {
          name: LOKI,
          image: "loki",
          args: [`-config.file=${CONFIG}/${CONFIG_FILE}`, ...(several ? ["-config.expand-env=true"] : [])],
          env: several ? [podIp] : [],
          ports: lokiPorts,
          size,
          probes: {
            // Answers while it still reads back its log; not ready is no reason to begin again.
            liveness: { path: "/loki/api/v1/status/buildinfo", port: "http" },
            readiness: { path: "/ready", port: "http" },
          },
          mounts,
          scratch: [{ volume: "tmp", path: "/tmp", sizeLimit: "64Mi" }],
        },
      },
      this,
    );

    this.registerOutputs({});
  }
}

const podIp: types.input.core.v1.EnvVar = {
  name: POD_IP,
  valueFrom: { fieldRef: { fieldPath: "status.podIP" } },
};

/** The bucket, at whatever address of the cloud, and the credentials for it. */
const bucketEgress = [{ to: [anywhere], ports: tcp([443]) }, podIdentityEgress];
