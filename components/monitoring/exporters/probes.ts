import { PROXY_SERVICE } from "../../common/gateway-api";
import { MONITORING_NAMESPACE } from "../../common/monitoring";
import type { ProbeSpec } from "../../common/prometheus-operator";
import { HTTP_PORT, namespaceOf } from "../../spec/services";
import type { StagedSpec } from "../../spec/stage";
import type { PublicHosts } from "../types";

/** Module of the exporter's configuration: a request by HTTPS that ends in a 2xx. */
export const MODULE = "https";
export const PORT = 9115;
export const TOOL = "blackbox-exporter";

/** The configuration of the exporter. */
export function blackboxConfig({ trusted }: Pick<PublicHosts, "trusted">): object {
  return {
    modules: {
      [MODULE]: {
        prober: "http",
        // Less than Prometheus waits, so that a host that does not answer is told of as such.
        timeout: "8s",
        http: {
          method: "GET",
          fail_if_not_ssl: true,
          follow_redirects: true,
          preferred_ip_protocol: "ip4",
          headers: { "User-Agent": "slipway-probe" },
          tls_config: { insecure_skip_verify: !trusted, min_version: "TLS12" },
        },
      },
    },
  };
}

/**
 * A probe of the public host of a system every 30 s, and by it of the host's certificate: of the health of the service
 * that its pages come from. Undefined for a system without a host.
 */
export function hostProbe(
  spec: StagedSpec,
  { way }: Pick<PublicHosts, "way">,
  gatewayNamespace: string,
): ProbeSpec | undefined {
  const { host } = spec;
  if (host === undefined) return undefined;
  const path = healthPath(spec);
  const url = `https://${host}${path}`;
  const isGateway = way === "gateway";
  const target = isGateway ? `https://${PROXY_SERVICE}.${gatewayNamespace}.svc${path}` : url;
  return {
    jobName: "blackbox",
    prober: { url: `${TOOL}.${MONITORING_NAMESPACE}.svc:${PORT}` },
    module: MODULE,
    interval: "30s",
    scrapeTimeout: "10s",
    // The exporter takes it for the Host header and for the name in the TLS handshake, by which the gateway routes.
    ...(isGateway ? { params: [{ name: "hostname", values: [host] }] } : {}),
    targets: {
      staticConfig: {
        static: [target],
        labels: { system: spec.name, namespace: namespaceOf(spec), host },
        relabelingConfigs: [{ action: "replace", targetLabel: "instance", replacement: url }],
      },
    },
  };
}

/**
 * A path of the host that answers with 2xx as long as its service does: that of the readiness probe of the service
 * behind `/`, or of the first one that a route leads to, as long as the host's routes lead that path there.
 */
function healthPath({ routes = [], services }: StagedSpec): string {
  const paths = [...routes]
    .sort((a, b) => a.path.length - b.path.length)
    .flatMap(({ to }) => {
      const readiness = services[to]?.probes?.readiness;
      if (readiness === undefined || !("path" in readiness)) return [];
      const { path, port = HTTP_PORT } = readiness;
      return port === HTTP_PORT && routedTo(routes, path) === to ? [path] : [];
    });
  return paths[0] ?? "/";
}

/** The service that a path is led to: the longest prefix wins, by whole segments. */
function routedTo(routes: NonNullable<StagedSpec["routes"]>, path: string): string | undefined {
  return [...routes]
    .sort((a, b) => b.path.length - a.path.length)
    .find((route) => route.path === "/" || path === route.path || path.startsWith(`${route.path}/`))?.to;
}
