/**
 * Priority classes of the platform: which pods are placed first, and which make room when nodes are full.
 *
 * None is above 0, which pods without a class have: so no system ever pushes a controller or a proxy of the edge
 * aside. And none is below -10, where the Cluster Autoscaler would no longer add a node for a pod. Stores stand above
 * all services, for these are of no use without them; jobs stand last, and push nobody aside.
 */
export const priorities = {
  store: { name: "slipway-store", value: 0 },
  critical: { name: "slipway-critical", value: -1 },
  standard: { name: "slipway-standard", value: -2 },
  job: { name: "slipway-job", value: -3 },
} as const;

export type Priority = keyof typeof priorities;
