/** One thing that was looked for. */
export interface DoctorItem {
  readonly name: string;
  /**
   * `ok`: here and good. `missing`: needed and not here. `optional`: not here, and the platform can be rehearsed
   * without it.
   */
  readonly status: "ok" | "missing" | "optional";
  /** What was found: version, source, path. Never a secret. */
  readonly detail: string;
  /** How to get it; absent when there is nothing to do. */
  readonly remedy?: string;
  /** It is missing, but the next command that needs it installs it. */
  readonly comesByItself?: true;
}
