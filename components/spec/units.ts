/** CPU in cores or millicores: `250m`, `1`. */
export type Cpu = `${number}m` | `${number}`;
/** Bytes with a binary suffix: `256Mi`, `10Gi`. */
export type Bytes = `${number}${"Ki" | "Mi" | "Gi" | "Ti"}`;
/** A span of time: `500ms`, `5m`, `1h`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Request and limit of one resource; equal in every stage. */
export type Bounds<T> = readonly [request: T, limit: T];

/** What one pod of a service gets. */
export interface Size {
  readonly cpu: Bounds<Cpu>;
  readonly memory: Bounds<Bytes>;
}
