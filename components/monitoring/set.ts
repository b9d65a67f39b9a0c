import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { toolPod } from "./pods";
import type { ToolPod } from "./pods";
import { toolLabels, toolMetadata, toolOptions, toolSelector } from "./site";
import type { MonitoringSite } from "./site";
import { claimSpec } from "./storage";
import type { Storage } from "./types";

/** Name of the volume that each pod finds again. */
const DATA = "data";

/** What the StatefulSet of a tool is made from. */
export interface ToolSet extends Omit<ToolPod, "account"> {
  readonly tool: string;
  readonly replicas: number;
  /** Ports under which its pods know each other, by name; they must be those of the container. */
  readonly memberPorts: Readonly<Record<string, number>>;
  /** A volume for each pod, and where it is mounted. @default they have none */
  readonly storage?: Storage & { readonly path: string };
  /** Seconds that a pod gets to end. @default 30 */
  readonly graceSeconds?: number;
  /** What must stand before its first pod. */
  readonly before: readonly pulumi.Resource[];
}

/** Name of the headless Service that gives the pods of a tool their names. */
export function membersOf(tool: string): string {
  return `${tool}-members`;
}

/**
 * Makes the StatefulSet of a tool, whose pods start together, with the headless Service that gives them names. Each
 * volume's claim is a resource of its own, so that it can grow; the set finds them by their names.
 */
export function toolSet(
  site: MonitoringSite,
  name: string,
  { tool, replicas, memberPorts, storage, graceSeconds = 30, before, container, ...pod }: ToolSet,
  parent: pulumi.Resource,
): k8s.apps.v1.StatefulSet {
  const matchLabels = toolSelector(tool);
  const members = createMembers(site, name, { tool, memberPorts }, parent);
  const claims =
    storage === undefined ? [] : createClaims(site, name, { tool, count: replicas, storage }, parent);
  const mounts = [
    ...(storage === undefined ? [] : [{ name: DATA, mountPath: storage.path }]),
    ...(container.mounts ?? []),
  ];
  return new k8s.apps.v1.StatefulSet(
    `${name}-set`,
    {
      metadata: toolMetadata(site, tool, tool),
      spec: {
        replicas,
        serviceName: members.metadata.name,
        podManagementPolicy: "Parallel",
        selector: { matchLabels },
        template: {
          metadata: { labels: toolLabels(site, tool) },
          spec: {
            ...toolPod({ ...pod, account: tool, container: { ...container, mounts } }, matchLabels),
            terminationGracePeriodSeconds: graceSeconds,
          },
        },
        ...(storage === undefined
          ? {}
          : {
              volumeClaimTemplates: [{ metadata: { name: DATA }, spec: claimSpec(storage) }],
              persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
            }),
      },
    },
    {
      ...toolOptions(site, parent, [...before, ...claims]),
      // A volume that grows is a change of its claim; here it would replace the set.
      ignoreChanges: ["spec.volumeClaimTemplates[*].spec.resources"],
    },
  );
}

function createMembers(
  site: MonitoringSite,
  name: string,
  { tool, memberPorts }: Pick<ToolSet, "tool" | "memberPorts">,
  parent: pulumi.Resource,
): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    `${name}-members`,
    {
      // Without the label by which the monitor of its metrics finds a tool: its pods would be scraped twice.
      metadata: { ...toolMetadata(site, `${tool}-members`, membersOf(tool)) },
      spec: {
        clusterIP: "None",
        // Members find each other before any of them is ready.
        publishNotReadyAddresses: true,
        selector: toolSelector(tool),
        ports: Object.entries(memberPorts).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: port,
          protocol: "TCP",
        })),
      },
    },
    toolOptions(site, parent),
  );
}

function createClaims(
  site: MonitoringSite,
  name: string,
  { tool, count, storage }: { readonly tool: string; readonly count: number; readonly storage: Storage },
  parent: pulumi.Resource,
): readonly pulumi.Resource[] {
  return Array.from(
    { length: count },
    (_, ordinal) =>
      new k8s.core.v1.PersistentVolumeClaim(
        // An ordinal is a name here, that of a pod, and no place in a list.
        `${name}-${DATA}-pod${ordinal}`,
        { metadata: toolMetadata(site, tool, `${DATA}-${tool}-${ordinal}`), spec: claimSpec(storage) },
        toolOptions(site, parent),
      ),
  );
}
