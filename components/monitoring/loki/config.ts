import { MONITORING_NAMESPACE } from "../../common/monitoring";
import { partitionOf } from "../../common/naming";
import { membersOf } from "../set";

/** Name of the tool: of its Service and of its pods' labels. */
export const LOKI = "loki";
/** What it answers on: queries and pushes, its own members' calls, and their gossip. */
export const lokiPorts = { http: 3100, grpc: 9095, gossip: 7946 } as const;
/** Its address within the namespace. */
export const LOKI_URL = `http://${LOKI}:${lokiPorts.http}`;
/** Where its volume is. */
export const LOKI_DATA = "/var/loki";
/** Name of the environment variable that has a pod's own address. */
export const POD_IP = "POD_IP";
/** Days for which logs are kept. */
export const LOG_DAYS = 30;
/** Fewest members of which one may be away while every line is still taken and found. */
export const HA_MEMBERS = 3;

/** Where chunks and index are kept in the end. */
export type LokiStorage =
  | { readonly kind: "volume" }
  | {
      readonly kind: "bucket";
      readonly bucket: string;
      readonly region: string;
      /** Key of its objects. */
      readonly kmsKeyArn: string;
    };

/** What Loki's configuration is made from. */
export interface LokiConfigArgs {
  readonly storage: LokiStorage;
  /** Pods: one, or {@link HA_MEMBERS} and more, which need a bucket. */
  readonly members: number;
  readonly scale: "small" | "full";
}

/** A plain value that YAML can say. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * Loki's configuration file, as JSON, which is YAML.
 *
 * Several members are equals: each line is written to three of them, so that two have it while one is away, and each
 * answers queries. One compacts for all, whichever the ring names just then. There are no tenants: who may come at all
 * is the matter of the network policy.
 */
export function lokiConfig(args: LokiConfigArgs): string {
  return JSON.stringify(lokiSettings(args), null, 2);
}

/** The same, before it is a text. */
export function lokiSettings({ storage, members, scale }: LokiConfigArgs): Readonly<Record<string, Plain>> {
  const several = members > 1;
  const store = storage.kind === "bucket" ? "s3" : "filesystem";
  const small = scale === "small";
  return {
    target: "all",
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: {
      http_listen_port: lokiPorts.http,
      grpc_listen_port: lokiPorts.grpc,
      log_format: "json",
      log_level: "info",
    },
    common: {
      path_prefix: LOKI_DATA,
      replication_factor: several ? HA_MEMBERS : 1,
      instance_addr: several ? `\${${POD_IP}}` : "127.0.0.1",
      ring: { kvstore: { store: several ? "memberlist" : "inmemory" } },
    },
    ...(several
      ? {
          memberlist: {
            join_members: [
              `dns+${membersOf(LOKI)}.${MONITORING_NAMESPACE}.svc.cluster.local.:${lokiPorts.gossip}`,
            ],
            bind_port: lokiPorts.gossip,
            // A neighbour of another kind that once had this address is no member.
            cluster_label: LOKI,
          },
        }
      : {}),
    schema_config: {
      // The first day of the first schema; another schema is a further entry with a day that is still to come.
      configs: [
        {
          from: "2026-01-01",
          store: "tsdb",
          object_store: store,
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    storage_config: {
      use_thanos_objstore: true,
      object_store: objectStore(storage),
      tsdb_shipper: {
        active_index_directory: `${LOKI_DATA}/tsdb-index`,
        cache_location: `${LOKI_DATA}/tsdb-cache`,
      },
    },
    ingester: {
      chunk_encoding: "snappy",
      wal: { enabled: true, dir: `${LOKI_DATA}/wal`, replay_memory_ceiling: small ? "128MB" : "512MB" },
    },
    compactor: {
      working_directory: `${LOKI_DATA}/compactor`,
      retention_enabled: true,
      // Longer than any reader keeps an index that still names a chunk.
      retention_delete_delay: "2h",
      delete_request_store: store,
    },
    chunk_store_config: {
      chunk_cache_config: { embedded_cache: { enabled: true, max_size_mb: small ? 32 : 256 } },
    },
    query_range: {
      results_cache: { cache: { embedded_cache: { enabled: true, max_size_mb: small ? 16 : 64 } } },
    },
    limits_config: {
      retention_period: `${LOG_DAYS * 24}h`,
      max_query_lookback: `${LOG_DAYS * 24}h`,
      reject_old_samples: true,
      reject_old_samples_max_age: "168h",
      // Trace ids are data of a line: as a label each would be a stream of its own.
      allow_structured_metadata: true,
      max_structured_metadata_size: "8KB",
      max_label_names_per_series: 15,
      max_global_streams_per_user: small ? 2000 : 10_000,
      max_line_size: "64KB",
      max_line_size_truncate: true,
      ingestion_rate_mb: small ? 4 : 10,
      ingestion_burst_size_mb: small ? 8 : 20,
      per_stream_rate_limit: "3MB",
      per_stream_rate_limit_burst: "15MB",
      max_query_series: 1000,
      max_entries_limit_per_query: 5000,
      query_timeout: "1m",
      // Nobody deletes single lines; without this each query would ask for such requests.
      deletion_mode: "disabled",
      volume_enabled: true,
      // The collector has told the level already.
      discover_log_levels: false,
    },
  };
}

function objectStore(storage: LokiStorage): Readonly<Record<string, Plain>> {
  if (storage.kind === "volume") return { filesystem: { dir: `${LOKI_DATA}/chunks` } };
  const { bucket, region, kmsKeyArn } = storage;
  return {
    s3: {
      bucket_name: bucket,
      region,
      endpoint: `s3.${region}.amazonaws.com${partitionOf(region) === "aws-cn" ? ".cn" : ""}`,
      // By the AWS SDK, which knows the credentials that EKS hands a pod.
      native_aws_auth_enabled: true,
      sse: { type: "SSE-KMS", kms_key_id: kmsKeyArn },
    },
  };
}
