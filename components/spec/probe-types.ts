/** How often a check is made, and when it has failed. */
export interface ProbeTiming {
  /** Seconds from the start of the container to the first check. @default 0 */
  readonly initialDelaySeconds?: number;
  /** Seconds between checks. */
  readonly periodSeconds: number;
  /** Failures in a row after which the check has failed. */
  readonly failureThreshold: number;
  /** Seconds to wait for an answer; at most `periodSeconds`. */
  readonly timeoutSeconds: number;
}

/** An HTTP check of one path on one of the container's declared ports. */
export interface HttpProbe extends ProbeTiming {
  readonly path: string;
  /** Name of a declared port. @default "http" */
  readonly port?: string;
}

/** Passes when a connection to a port can be opened. */
export interface TcpProbe extends ProbeTiming {
  /** Name of a declared port. */
  readonly tcp: string;
}

/** Asks the standard gRPC health service (https://github.com/grpc/grpc/blob/master/doc/health-checking.md). */
export interface GrpcProbe extends ProbeTiming {
  /** Name of a declared port. */
  readonly grpc: string;
  /** Name that the health service knows it by. @default the server as a whole */
  readonly service?: string;
}

/** Passes when a command inside the container exits with 0. */
export interface ExecProbe extends ProbeTiming {
  readonly exec: readonly string[];
}

export type Probe = HttpProbe | TcpProbe | GrpcProbe | ExecProbe;

/** The checks of a service; `http()` in `probes.ts` writes them for one path. */
export interface Probes {
  /** Holds the other two back until it has passed once; without it they count from `initialDelaySeconds`. */
  readonly startup?: Probe;
  readonly readiness: Probe;
  readonly liveness: Probe;
}
