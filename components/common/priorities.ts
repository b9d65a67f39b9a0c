/**
 * Priority classes of the platform: which pods go first when nodes are full, and which make room. Stores stand above
 * all services, for these are of no use without them; jobs below, and they push nobody aside.
 */
export const priorities = {
  store: { name: "slipway-store", value: 1_000_000 },
  critical: { name: "slipway-critical", value: 100_000 },
  standard: { name: "slipway-standard", value: 10_000 },
  job: { name: "slipway-job", value: 1_000 },
} as const;

export type Priority = keyof typeof priorities;
