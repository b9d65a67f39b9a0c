import { anywhere, apiServerEgress, dnsEgress, namespacePeer, tcp } from "../../common/network-policies";
import type { Egress, Ingress } from "../../common/network-policies";
import type { ClusterDns } from "../../common/contracts";
import { fromTools } from "../peers";
import { PORTS } from "./spec";

const KUBELET = 10_250;
const NODE_EXPORTER = 9100;

/** Tools that ask Prometheus, and the one that writes to it what browsers report. */
const CALLERS = ["grafana", "alloy-browser"] as const;

/** Who calls Prometheus. Its API cannot be opened by path, so nobody else may call it at all. */
export const prometheusIngress: readonly Ingress[] = [fromTools(CALLERS, PORTS.http)];

/** Whom Prometheus calls. Which of their ports are open to it is the matter of its targets' own policies. */
export function prometheusEgress(dns: ClusterDns, namespaces: readonly string[]): readonly Egress[] {
  return [
    dnsEgress(dns),
    apiServerEgress,
    // Of the nodes themselves, whose addresses are the cloud's.
    { to: [anywhere], ports: tcp([KUBELET, NODE_EXPORTER]) },
    {
      to: [
        // Its own: the other tools, Alertmanager among them.
        { podSelector: {} },
        ...[...new Set(namespaces)].map(namespacePeer),
      ],
    },
  ];
}
