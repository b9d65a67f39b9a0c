import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { dnsEgress, tcp } from "../../common/network-policies";
import { containerSecurity, podSecurity } from "../../common/pods";
import { pinnedImage } from "../../common/versions";
import { toolResources } from "../pods";
import { toolLabels, toolMetadata, toolOptions, toolSelector } from "../site";
import type { MonitoringSite } from "../site";
import type { TraceStoreContract } from "../types";
import { PASSWORD_FILE, TRACE_DAYS } from "./config";

const CLEANER = "jaeger-cleaner";
/** User of the image. */
const USER = 10_001;
/** Half an hour into the day, UTC: the index of a day that has gone is not written any more. */
const SCHEDULE = "30 0 * * *";

/** What deletes the indices of days that have gone by. */
export interface CleanerArgs {
  readonly search: TraceStoreContract;
  /** Secret with its account. */
  readonly secret: pulumi.Input<string>;
}

/**
 * Deletes each day the indices that are older than traces are kept. Jaeger itself never does; OpenSearch could by a
 * policy of its own, but that is no resource of any provider, and would be set by a job just the same.
 */
export function createCleaner(
  site: MonitoringSite,
  name: string,
  { search, secret }: CleanerArgs,
  parent: pulumi.Resource,
): void {
  const metadata = toolMetadata(site, CLEANER, CLEANER);
  const options = toolOptions(site, parent);
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-cleaner-account`,
    { metadata, automountServiceAccountToken: false },
    options,
  );
  const policy = new k8s.networking.v1.NetworkPolicy(
    `${name}-cleaner-policy`,
    {
      metadata,
      spec: {
        podSelector: { matchLabels: toolSelector(CLEANER) },
        policyTypes: ["Ingress", "Egress"],
        egress: [
          dnsEgress(site.cluster.dns),
          { to: search.cidrs.map((cidr) => ({ ipBlock: { cidr } })), ports: tcp([443]) },
        ],
      },
    },
    options,
  );
  const variable = (variableName: string, key: string) => ({
    name: variableName,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  new k8s.batch.v1.CronJob(
    `${name}-cleaner`,
    {
      metadata,
      spec: {
        schedule: SCHEDULE,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          spec: {
            backoffLimit: 3,
            activeDeadlineSeconds: 900,
            template: {
              metadata: { labels: toolLabels(site, CLEANER) },
              spec: {
                serviceAccountName: CLEANER,
                automountServiceAccountToken: false,
                enableServiceLinks: false,
                restartPolicy: "Never",
                securityContext: podSecurity(USER),
                containers: [
                  {
                    name: CLEANER,
                    image: pinnedImage("jaeger-es-index-cleaner"),
                    args: [String(TRACE_DAYS), search.url],
                    env: [variable("ES_USERNAME", "username"), variable("ES_PASSWORD", PASSWORD_FILE)],
                    resources: toolResources({ cpu: ["10m", "100m"], memory: "64Mi" }),
                    securityContext: containerSecurity,
                  },
                ],
              },
            },
          },
        },
      },
    },
    toolOptions(site, parent, [account, policy, ...site.ready]),
  );
}
