/** A public host and the system that serves it. */
export interface EdgeHost {
  /** Name of the system: namespaces with this value of `slipway.dev/system` may attach routes to the host. */
  readonly system: string;
  /** E.g. `daira.example.com`; no wildcard. */
  readonly host: string;
}
