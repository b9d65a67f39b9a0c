import type { Probes } from "./types";

/**
 * The three checks of a service that tells its health under one path.
 *
 * A start may take 150 seconds. After that a pod that fails to answer gets no requests after 15 seconds, and is
 * restarted only after a minute: a restart mends nothing that a slow dependency broke.
 */
export function http(path: string, port = "http"): Probes {
  return {
    startup: { path, port, periodSeconds: 5, failureThreshold: 30, timeoutSeconds: 3 },
    readiness: { path, port, periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 3 },
    liveness: { path, port, periodSeconds: 20, failureThreshold: 3, timeoutSeconds: 5 },
  };
}
