import { HTTP_PORT, portsOf } from "../spec/services";
import type { ServiceSpec } from "../spec/types";

const DEFAULT_METRICS = "/metrics";

/**
 * Variables that make the reference service answer as the service that it stands in for: on its ports, to its
 * probes and under its metrics path. They are the contract of `images/reference/server.mjs`; an image of a system
 * gets none of them.
 */
export function referenceEnv(name: string, service: ServiceSpec): Readonly<Record<string, string>> {
  const { [HTTP_PORT]: http, ...others } = portsOf(service);
  const [first, ...rest] = [...(http === undefined ? [] : [http]), ...Object.values(others)];
  const probes = Object.values(service.probes ?? {}) as readonly { readonly path: string }[];
  const paths = [...new Set(probes.map(({ path }) => path))];
  return {
    SERVICE_NAME: name,
    ...(first === undefined ? {} : { PORT: String(first) }),
    ...(rest.length === 0 ? {} : { EXTRA_PORTS: rest.join(",") }),
    ...(paths.length === 0 ? {} : { HEALTH_PATHS: paths.join(",") }),
    METRICS_PATHS: service.metrics?.path ?? DEFAULT_METRICS,
  };
}
