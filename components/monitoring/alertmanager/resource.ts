import type { Input } from "@pulumi/pulumi";
import { anywhere, dnsEgress, internet, tcp } from "../../common/network-policies";
import type { Egress, Ingress } from "../../common/network-policies";
import { podSecurity, preferSpread } from "../../common/pods";
import { pinnedImage, versions } from "../../common/versions";
import { folders } from "../files";
import { fromTools, toolPeer } from "../peers";
import { RELOADER_LIVENESS, toolResources } from "../pods";
import type { ToolSize } from "../pods";
import { toolLabels, toolSelector } from "../site";
import type { MonitoringSite } from "../site";
import { claimSpec, storageOf } from "../storage";
import { SECRETS_PATH } from "./receivers";
import type { Alerting } from "./types";

export const TOOL = "alertmanager";
/** Port by its name; the pair's own exchange of what was told to whom. */
export const PORTS = { http: 9093 } as const;
const MESH = 9094;

/** `nobody` of the image. */
const USER = 65_534;
const RECEIVERS = "receivers";

const sizes: Readonly<Record<MonitoringSite["sizes"]["scale"], ToolSize>> = {
  small: { cpu: ["10m", "100m"], memory: "48Mi" },
  full: { cpu: ["25m", "250m"], memory: "128Mi" },
};

/** Silences, and what was told to whom: a few megabytes. */
const STORAGE = "1Gi";

/** What the operator makes the pods of an Alertmanager from (`monitoring.coreos.com/v1`). */
export function alertmanagerSpec(
  site: Pick<MonitoringSite, "stage" | "sizes" | "cluster">,
  { config, receivers }: { readonly config: Input<string>; readonly receivers: Input<string> | undefined },
): Record<string, unknown> {
  const { sizes: wanted } = site;
  const { volumes, mounts: volumeMounts } = folders(
    receivers === undefined ? [] : [{ volume: RECEIVERS, path: SECRETS_PATH, from: { secret: receivers } }],
  );
  return {
    image: pinnedImage(TOOL),
    version: versions.images.alertmanager.tag,
    replicas: wanted.replicas,
    configSecret: config,
    portName: "http",
    retention: "120h",
    logFormat: "json",
    podMetadata: { labels: toolLabels(site, TOOL) },
    serviceAccountName: TOOL,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity(USER),
    resources: toolResources(sizes[wanted.scale]),
    containers: [{ name: "config-reloader", livenessProbe: RELOADER_LIVENESS }],
    ...(wanted.replicas > 1 ? { topologySpreadConstraints: preferSpread(toolSelector(TOOL)) } : {}),
    storage: { volumeClaimTemplate: { spec: claimSpec(storageOf(site, STORAGE)) } },
    ...(receivers === undefined ? {} : { volumes, volumeMounts }),
  };
}

/** Who may call Alertmanager, beside Prometheus, and whom it calls. */
export function alertmanagerFlows(
  { cluster, sizes: { replicas } }: Pick<MonitoringSite, "cluster" | "sizes">,
  { slack, pagerduty, heartbeat, email }: Alerting["ways"],
): { readonly ingress: readonly Ingress[]; readonly egress: readonly Egress[] } {
  const pair = [toolPeer(TOOL)];
  const mesh = [...tcp([MESH]), { protocol: "UDP", port: MESH }];
  const isPair = replicas > 1;
  const hasHttps = slack !== undefined || pagerduty !== undefined || heartbeat !== undefined;
  const isOutside = hasHttps || email !== undefined;
  return {
    ingress: [fromTools(["grafana"], PORTS.http), ...(isPair ? [{ from: pair, ports: mesh }] : [])],
    egress: [
      ...(isPair ? [{ to: pair, ports: mesh }] : []),
      ...(isPair || isOutside ? [dnsEgress(cluster.dns)] : []),
      ...(hasHttps ? [{ to: [internet], ports: tcp([443]) }] : []),
      // A company's mail server may well have a private address.
      ...(email === undefined ? [] : [{ to: [anywhere], ports: tcp([portOf(email.host)]) }]),
    ],
  };
}

function portOf(host: string): number {
  return Number(host.slice(host.lastIndexOf(":") + 1));
}
