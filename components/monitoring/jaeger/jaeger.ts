import * as pulumi from "@pulumi/pulumi";
import { selector } from "../../common/labels";
import { dnsEgress, podsPeer, tcp } from "../../common/network-policies";
import type { Peer } from "../../common/network-policies";
import { SlipwayError } from "../../common/problems";
import { toolDeployment } from "../deployment";
import { createFiles, createSecretFiles, folders } from "../files";
import { fromTools } from "../peers";
import type { ToolContainer, ToolSize } from "../pods";
import { toolSet } from "../set";
import type { MonitoringSite } from "../site";
import { storageOf } from "../storage";
import { toolObjects } from "../tool";
import type { TraceStoreContract } from "../types";
import { createCleaner } from "./cleaner";
import {
  JAEGER,
  JAEGER_CONFIG,
  JAEGER_DATA,
  jaegerConfig,
  jaegerPorts,
  PASSWORD_FILE,
  SEARCH_SECRET,
} from "./config";
import { samplingStrategies, traceShare } from "./sampling";
import type { TraceSource } from "./sampling";

const CONFIG_FILE = "config.yaml";
/** User of the image. */
const USER = 10_001;
const STORAGE = "20Gi";

const sizes: Readonly<Record<MonitoringSite["sizes"]["scale"], ToolSize>> = {
  small: { cpu: ["50m", "500m"], memory: "192Mi" },
  full: { cpu: ["100m", "1"], memory: "1Gi" },
};

/** What {@link Jaeger} is made from. */
export interface JaegerArgs {
  readonly site: MonitoringSite;
  /** Workloads that send traces. */
  readonly sources: readonly TraceSource[];
  /** Where traces are kept in a stage that has OpenSearch for them. */
  readonly store?: TraceStoreContract | undefined;
  /** Tools that ask for traces. */
  readonly clients: readonly string[];
}

/**
 * Jaeger v2: it takes spans by OTLP, keeps their traces for seven days, and shows them. Without OpenSearch it is a
 * single pod, for memory and volume are one pod's.
 */
export class Jaeger extends pulumi.ComponentResource {
  /** @throws SlipwayError when the stage keeps traces in OpenSearch and there is none. */
  constructor(name: string, args: JaegerArgs, opts?: pulumi.ComponentResourceOptions) {
    const { site, sources, store, clients } = args;
    const { traces, scale } = site.sizes;
    if (traces === "search" && store === undefined) {
      throw new SlipwayError({
        where: `stage ${site.stage}`,
        what: "traces are to be kept in OpenSearch, and there is none",
        allowed: 'monitoring.traces "memory" or "volume" in a stage without a cloud',
        todo: "change the stage's row in infra/stages.ts",
      });
    }
    super("slipway:monitoring:Jaeger", name, {}, opts);

    const search = traces === "search" ? store : undefined;
    const replicas = search === undefined ? 1 : site.sizes.replicas;
    const { health, ...served } = jaegerPorts;
    const { before } = toolObjects(
      site,
      name,
      {
        tool: JAEGER,
        ports: served,
        replicas,
        monitor: { port: "metrics" },
        ingress: [
          fromTools(clients, served.http),
          ...sources.map((source) => ({
            from: [workloadPeer(source)],
            ports: tcp([served["otlp-grpc"], served["otlp-http"], served.sampling]),
          })),
        ],
        egress: search === undefined ? [] : [dnsEgress(site.cluster.dns), searchEgress(search)],
      },
      this,
    );
    const share = traceShare(site.sizes);
    const config =
      search === undefined
        ? jaegerConfig({ storage: { kind: traces === "volume" ? "volume" : "memory" }, share })
        : pulumi.output(search.url).apply((url) => {
            const { username, copies } = search;
            return jaegerConfig({ storage: { kind: "search", url, username, copies }, share });
          });
    const files = createFiles(
      site,
      `${name}-files`,
      JAEGER,
      { [CONFIG_FILE]: config, "sampling.json": samplingStrategies(sources, share) },
      this,
    );
    const secret =
      search === undefined
        ? undefined
        : createSecretFiles(
            site,
            `${name}-search`,
            JAEGER,
            { username: search.username, [PASSWORD_FILE]: search.password },
            this,
          );
    const { volumes, mounts } = folders([
      { volume: "config", path: JAEGER_CONFIG, from: { configMap: files } },
      ...(secret === undefined ? [] : [{ volume: "search", path: SEARCH_SECRET, from: { secret } }]),
    ]);
    const container: ToolContainer = {
      name: JAEGER,
      image: "jaeger",
      args: [`--config=${JAEGER_CONFIG}/${CONFIG_FILE}`],
      ports: { ...served, health },
      size: sizes[scale],
      probes: {
        liveness: { path: "/status", port: "health" },
        readiness: { path: "/status", port: "health" },
      },
      mounts,
      scratch: [{ volume: "tmp", path: "/tmp", sizeLimit: "16Mi" }],
    };
    const pod = { tool: JAEGER, replicas, user: USER, token: false, container, volumes, before };
    if (traces === "volume") {
      const storage = { path: JAEGER_DATA, ...storageOf(site, STORAGE) };
      toolSet(site, name, { ...pod, memberPorts: { http: served.http }, storage, graceSeconds: 60 }, this);
    } else {
      toolDeployment(site, name, pod, this);
    }
    if (search !== undefined && secret !== undefined) {
      createCleaner(site, name, { search, secret }, this);
    }

    this.registerOutputs({});
  }
}

function workloadPeer({ system, namespace, workload }: TraceSource): Peer {
  return podsPeer(namespace, selector({ system, name: workload }));
}

/** The way to OpenSearch. */
function searchEgress({ cidrs }: Pick<TraceStoreContract, "cidrs">) {
  return { to: cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp([443]) };
}
