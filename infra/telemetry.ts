import type * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../components/common/contracts";
import { PLATFORM } from "../components/common/labels";
import { MONITORING_NAMESPACE } from "../components/common/monitoring";
import { SlipwayError } from "../components/common/problems";
import { WorkloadRole } from "../components/cluster/workload-role";
import type { WorkloadRoleArgs } from "../components/cluster/workload-role";
import { Bucket } from "../components/data/bucket";
import { recordSecret } from "../components/data/record";
import { TraceStore } from "../components/monitoring/jaeger/trace-store";
import type { TraceStoreArgs } from "../components/monitoring/jaeger/trace-store";
import { LOG_DAYS, LOKI } from "../components/monitoring/loki/config";
import type { LogBucket, MonitoringSizes, TraceStoreContract } from "../components/monitoring/types";
import { EncryptionKey } from "../components/security/encryption-key";
import type { BucketSite } from "./buckets";

/** Days for which S3 keeps what Loki has forgotten, or never deleted as it should have. */
const LOG_MARGIN_DAYS = 10;
/** Days for which an object that Loki deleted can still be had: it writes each only once. */
const DELETED_DAYS = 3;

/** Where a stack keeps logs and traces in a cloud. */
export interface TelemetrySite extends BucketSite, Pick<WorkloadRoleArgs, "cluster" | "partition" | "tags"> {
  readonly network: Pick<TraceStoreArgs, "vpcId" | "subnetIds" | "cidrs" | "callerGroupId">;
}

/** What the monitoring stack keeps outside of the cluster. */
export interface TelemetryStores {
  readonly logBucket: LogBucket | undefined;
  readonly traceStore: TraceStoreContract | undefined;
}

/**
 * Makes what a stage keeps logs and traces in: a bucket that Loki's pods may use, an OpenSearch, and the key of both.
 * Nothing for what stays in the cluster.
 *
 * @throws SlipwayError when the stage wants one of them and has no cloud, before any resource exists.
 */
export function createTelemetryStores(
  { logs, traces }: Pick<MonitoringSizes, "logs" | "traces">,
  stageName: string,
  site: TelemetrySite | undefined,
  storeSite: StoreSite | undefined,
): TelemetryStores {
  const wants = logs === "bucket" || traces === "search";
  if (!wants) return { logBucket: undefined, traceStore: undefined };
  if (site === undefined) throw withoutCloud(stageName, logs === "bucket" ? "logs" : "traces");
  const { provider, region, accountId, prefix, protect } = site;
  const key = new EncryptionKey(
    "telemetry-key",
    {
      ...{ accountId, region, protect },
      description: `Logs and traces of ${prefix}`,
      alias: `${prefix}/telemetry`,
      users: [
        ...(logs === "bucket" ? [{ service: "s3" } as const] : []),
        ...(traces === "search" ? [{ service: "es" } as const] : []),
      ],
    },
    { provider },
  );
  return {
    logBucket: logs === "bucket" ? createLogBucket(site, key.arn) : undefined,
    traceStore: traces === "search" ? createTraceStore(site, key.arn, storeSite) : undefined,
  };
}

function createLogBucket(site: TelemetrySite, kmsKeyArn: pulumi.Output<string>): LogBucket {
  const { provider, region, protect } = site;
  const bucket = new Bucket(
    "telemetry-logs",
    {
      spec: {
        purpose: "Logs of all pods",
        expireAfterDays: LOG_DAYS + LOG_MARGIN_DAYS,
        keepVersionsDays: DELETED_DAYS,
      },
      system: PLATFORM,
      ...{ kmsKeyArn, protect },
    },
    { provider },
  );
  const role = new WorkloadRole(
    "telemetry-loki",
    {
      ...site,
      identity: {
        namespace: MONITORING_NAMESPACE,
        serviceAccount: LOKI,
        statements: [
          { actions: ["s3:ListBucket"], resources: [bucket.arn] },
          {
            actions: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
            resources: [bucket.arn.apply((arn) => `${arn}/*`)],
          },
          { actions: ["kms:GenerateDataKey", "kms:Decrypt"], resources: [kmsKeyArn] },
        ],
      },
    },
    { provider },
  );
  return { name: bucket.bucketName, region, kmsKeyArn, ready: role.ready };
}

function createTraceStore(
  site: TelemetrySite,
  kmsKeyArn: pulumi.Output<string>,
  storeSite: StoreSite | undefined,
): TraceStoreContract {
  const { provider, region, accountId, prefix, protect, network } = site;
  const store = new TraceStore(
    "telemetry-traces",
    { ...{ region, accountId, prefix, protect, kmsKeyArn }, ...network },
    { provider },
  );
  if (storeSite !== undefined) {
    const record = { site: storeSite, system: PLATFORM, secret: "traces", value: store.password, protect };
    recordSecret("telemetry-traces", record, {});
  }
  return store;
}

function withoutCloud(stage: string, what: "logs" | "traces"): SlipwayError {
  const [there, here] = what === "logs" ? ["a bucket", '"volume"'] : ["OpenSearch", '"memory" or "volume"'];
  return new SlipwayError({
    where: `stage ${stage}`,
    what: `monitoring.${what} asks for ${there}, and the stage has no cloud`,
    allowed: here,
    todo: "correct the stage's row in infra/stages.ts",
  });
}
