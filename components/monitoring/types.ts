import type { Input, Resource } from "@pulumi/pulumi";
import type { Addons, ClusterContract, EdgeContract } from "../common/contracts";
import type { StagedSpec } from "../spec/stage";
import type { Alerting, Way } from "./alertmanager/types";
import type { GrafanaAccess } from "./grafana/types";

/** What a stage makes of the monitoring stack. */
export interface MonitoringSizes {
  /** Pods of each part that can have more than one: a pair answers while one of it is away. */
  readonly replicas: 1 | 2;
  /** `small` fits beside five systems on a laptop. */
  readonly scale: "small" | "full";
  /** Where logs are kept: on a volume of a single Loki, or in a bucket that three of it share. */
  readonly logs: "volume" | "bucket";
  /** Where traces are kept: until the next restart, on a volume, or in OpenSearch. */
  readonly traces: "memory" | "volume" | "search";
  /** Whether somebody outside must be told of alerts. */
  readonly receivers: "required" | "optional";
}

/** How the public hosts of the systems are probed. */
export interface PublicHosts {
  /**
   * By their public addresses, or at the gateway's Service, where no name leads to it: a name under `localhost` is
   * that of the pod that asks.
   */
  readonly way: "internet" | "gateway";
  /** Whether authorities sign their certificates that everybody trusts; else only their expiry is looked at. */
  readonly trusted: boolean;
}

/** What a {@link Monitoring} is made from. */
export interface MonitoringArgs {
  readonly cluster: ClusterContract;
  readonly edge: EdgeContract;
  readonly addons: Addons;
  /** The stage, for labels. */
  readonly stage: string;
  readonly sizes: MonitoringSizes;
  /** Every system of the stack, as its stage has it. */
  readonly systems: readonly StagedSpec[];
  /** Their namespaces once they exist, by system: rights to find targets are made in them. */
  readonly namespaces: Readonly<Record<string, Input<string>>>;
  readonly publicHosts: PublicHosts;
  /** Address below which each alert's runbook is, without a slash at its end. */
  readonly runbooks: string;
  /** Whom Alertmanager tells of alerts. */
  readonly alerting: Alerting;
  /** The secret of each way in which it tells them. */
  readonly receiverSecrets: Readonly<Partial<Record<Way, Input<string>>>>;
  /** How people reach Grafana. @default by `slipway open` alone */
  readonly grafana?: GrafanaAccess;
  /** The secret by which the provider of OpenID Connect knows Grafana; with one there must be this. */
  readonly oidcClientSecret?: Input<string> | undefined;
  /** Where logs are kept in a stage that has a bucket for them. */
  readonly logBucket?: LogBucket | undefined;
  /** Where traces are kept in a stage that has OpenSearch for them. */
  readonly traceStore?: TraceStoreContract | undefined;
}

/** A bucket that Loki's service account may read and write. */
export interface LogBucket {
  readonly name: Input<string>;
  readonly region: string;
  /** Key of its objects. */
  readonly kmsKeyArn: Input<string>;
  /** What pods that use it wait for: the role of their service account. */
  readonly ready: readonly Resource[];
}

/** An OpenSearch that answers over TLS, on port 443. */
export interface TraceStoreContract {
  /** E.g. `https://vpc-….eu-central-1.es.amazonaws.com:443`. */
  readonly url: Input<string>;
  readonly username: string;
  readonly password: Input<string>;
  /** IPv4 blocks in which it answers. */
  readonly cidrs: readonly string[];
  /** Copies of each index that it has room for, beside the first. */
  readonly copies: number;
}

/** A volume of a tool. */
export interface Storage {
  readonly size: string;
  /** Absent: the cluster's default. */
  readonly storageClass?: Input<string>;
}
