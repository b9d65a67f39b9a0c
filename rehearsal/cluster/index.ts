export type { ClusterOptions, ClusterTool, EmbeddedCluster, NodeOptions } from "./types";
export type { StandIn } from "./stand-ins";
export { startCluster } from "./cluster";
export { standIns } from "./stand-ins";
export { stopLeftovers } from "./leftovers";
