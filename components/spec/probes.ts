import type { Probes } from "./types";

/** Paths of a service that tells apart whether it is ready for requests and whether it is alive at all. */
export interface HealthPaths {
  readonly ready: string;
  readonly live: string;
}

/**
 * The three checks of a service that tells its health under one path, or under one for each question.
 *
 * A start may take 150 seconds. After that a pod that fails to answer gets no requests after 15 seconds, and is
 * restarted only after a minute: a restart mends nothing that a slow dependency broke.
 */
export function http(paths: string | HealthPaths, port = "http"): Probes {
  const { ready, live } = typeof paths === "string" ? { ready: paths, live: paths } : paths;
  return {
    startup: { path: live, port, periodSeconds: 5, failureThreshold: 30, timeoutSeconds: 3 },
    readiness: { path: ready, port, periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 3 },
    liveness: { path: live, port, periodSeconds: 20, failureThreshold: 3, timeoutSeconds: 5 },
  };
}
