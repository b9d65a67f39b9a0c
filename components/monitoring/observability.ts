import type { ObservabilityContract } from "../common/contracts";
import { MONITORING_NAMESPACE } from "../common/monitoring";
import type { StagedSpec } from "../spec/stage";
import { ALLOY_BROWSER, browserPorts, browserSources } from "./alloy/browser";
import { JAEGER, jaegerPorts } from "./jaeger/config";
import { traceShare } from "./jaeger/sampling";
import type { MonitoringSizes } from "./types";

/**
 * Where the systems of a stack send what they measure. These are names alone, so that no system waits for the
 * monitoring stack, which itself comes after the systems' namespaces.
 */
export function observabilityOf(
  systems: readonly StagedSpec[],
  sizes: Pick<MonitoringSizes, "traces">,
): ObservabilityContract {
  return {
    traces: {
      endpoint: `http://${JAEGER}.${MONITORING_NAMESPACE}.svc.cluster.local:${jaegerPorts["otlp-http"]}`,
      share: traceShare(sizes),
    },
    ...(browserSources(systems).length === 0
      ? {}
      : {
          browser: {
            namespace: MONITORING_NAMESPACE,
            service: ALLOY_BROWSER,
            port: browserPorts.otlp,
          },
        }),
  };
}
