import type { AlertSpec } from "../../spec/types";

/** Teams that the platform itself knows; owners of systems are teams too. */
export const teams = ["infrastructure", "performance", "security"] as const;

/**
 * An alert that the platform ships. In its query and texts `$namespace` and `$system` stand as in {@link AlertSpec}; an
 * alert of the scope `platform` has neither.
 */
export interface PlatformAlert extends AlertSpec {
  /**
   * `platform`: there is one of it. `system`: each system has one, which it may change or turn off. `workload`: each
   * system has one, likewise, and the platform's own namespaces together have one too; there `$namespace` is a pattern,
   * so that its query must say `namespace=~"$namespace"`. A kind of store: each system with a store of the kind has one,
   * likewise.
   */
  readonly scope: "platform" | "system" | "workload" | "postgres" | "redis";
  /** @default for the platform the team infrastructure, for a system its owner */
  readonly team?: string;
}

/** Alerts by name: CamelCase, unique in the platform; the runbook is `docs/runbooks/<name>.md`. */
export type AlertGroup = Readonly<Record<string, PlatformAlert>>;

/** All alerts that the platform ships, by group: `storage`, `postgres`. */
export type AlertGroups = Readonly<Record<string, AlertGroup>>;

/** An alert as Prometheus gets it: thresholds, teams and texts are settled. */
export interface SettledAlert extends AlertSpec {
  readonly name: string;
  /** Group that it is evaluated in; a system's own alerts are the group `own`. */
  readonly group: string;
  readonly team: string;
  /** The system that it speaks of; undefined for one of the platform. */
  readonly system: string | undefined;
  /** Namespace of the system; undefined for one of the platform, whose series have their own. */
  readonly namespace: string | undefined;
  /** Address of the page that says what to do. */
  readonly runbook: string;
}
