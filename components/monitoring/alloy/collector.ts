import * as pulumi from "@pulumi/pulumi";
import { apiServerEgress, dnsEgress } from "../../common/network-policies";
import { createFiles, folders } from "../files";
import { fromTools, toTool } from "../peers";
import type { ToolSize } from "../pods";
import { allow, FOLLOW, grantEverywhere } from "../rights";
import { membersOf, toolSet } from "../set";
import type { MonitoringSite } from "../site";
import { storageOf } from "../storage";
import { toolObjects } from "../tool";
import { LOKI, LOKI_URL, lokiPorts } from "../loki/config";
import { ALLOY, alloyPorts, logsConfig } from "./logs";
import { ALLOY_DATA, alloyArguments, ALLOY_USER, CONFIG, CONFIG_FILE, CONFIG_VOLUME } from "./process";

const sizes: Readonly<Record<MonitoringSite["sizes"]["scale"], ToolSize>> = {
  small: { cpu: ["50m", "500m"], memory: "160Mi" },
  full: { cpu: ["100m", "1"], memory: "512Mi" },
};
/** Room for the place in each log up to which it was read, and no more than that. */
const STORAGE = "1Gi";

/** What {@link LogCollector} is made from. */
export interface LogCollectorArgs {
  readonly site: MonitoringSite;
}

/**
 * Alloy as the collector of logs: it follows the logs of every pod, and the cluster's events, through the Kubernetes
 * API (docs/adr/0007-logs-through-the-api.md says why), and pushes them to Loki. Its pods share the work; each
 * remembers on a volume how far it has read.
 */
export class LogCollector extends pulumi.ComponentResource {
  constructor(name: string, { site }: LogCollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:LogCollector", name, {}, opts);

    const { replicas, scale } = site.sizes;
    const several = replicas > 1;
    const { account, before } = toolObjects(
      site,
      name,
      {
        tool: ALLOY,
        ports: alloyPorts,
        replicas,
        ingress: several ? [fromTools([ALLOY], alloyPorts.http)] : [],
        egress: [
          dnsEgress(site.cluster.dns),
          apiServerEgress,
          toTool(LOKI, lokiPorts.http),
          ...(several ? [toTool(ALLOY, alloyPorts.http)] : []),
        ],
      },
      this,
    );
    const rights = grantEverywhere(
      site,
      name,
      {
        tool: ALLOY,
        account,
        rules: [allow("", ["pods", "events"], FOLLOW), allow("", ["pods/log"], ["get"])],
      },
      this,
    );
    const files = createFiles(
      site,
      `${name}-files`,
      ALLOY,
      { [CONFIG_FILE]: logsConfig({ loki: LOKI_URL }) },
      this,
    );
    const { volumes, mounts } = folders([
      { volume: CONFIG_VOLUME, path: CONFIG, from: { configMap: files } },
    ]);
    toolSet(
      site,
      name,
      {
        tool: ALLOY,
        replicas,
        user: ALLOY_USER,
        token: true,
        memberPorts: alloyPorts,
        storage: { path: ALLOY_DATA, ...storageOf(site, STORAGE) },
        before: [...before, rights],
        volumes,
        container: {
          name: ALLOY,
          image: "alloy",
          args: [
            ...alloyArguments(alloyPorts.http),
            ...(several
              ? [
                  "--cluster.enabled=true",
                  "--cluster.name=logs",
                  `--cluster.join-addresses=${membersOf(ALLOY)}`,
                ]
              : []),
          ],
          ports: alloyPorts,
          size: sizes[scale],
          probes: {
            liveness: { path: "/-/ready", port: "http" },
            readiness: { path: "/-/ready", port: "http" },
          },
          mounts,
          scratch: [{ volume: "tmp", path: "/tmp", sizeLimit: "16Mi" }],
        },
      },
      this,
    );
    this.registerOutputs({});
  }
}
