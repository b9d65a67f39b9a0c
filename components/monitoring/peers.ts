import { tcp } from "../common/network-policies";
import type { Egress, Ingress, Peer } from "../common/network-policies";
import { toolSelector } from "./site";

/** The pods of a tool, in the namespace of all of them. */
export function toolPeer(tool: string): Peer {
  return { podSelector: { matchLabels: toolSelector(tool) } };
}

/** Prometheus's pods, by the one label that the operator itself gives them. */
const prometheus: Peer = { podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } } };

/** The way to Prometheus's pods. */
export function toPrometheus(...ports: number[]): Egress {
  return { to: [prometheus], ports: tcp(ports) };
}

/** The way of tools to those ports. */
export function fromTools(tools: readonly string[], ...ports: number[]): Ingress {
  return { from: tools.map(toolPeer), ports: tcp(ports) };
}

/** The way to a tool's ports. */
export function toTool(tool: string, ...ports: number[]): Egress {
  return { to: [toolPeer(tool)], ports: tcp(ports) };
}
