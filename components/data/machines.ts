import { SlipwayError } from "../common/problems";
import { parseBytes, parseCpu } from "../spec/quantities";
import type { StoreSize } from "../spec/types";

/** A machine that a managed store can run on. */
interface Machine {
  readonly name: string;
  /** Virtual processors. */
  readonly cpus: number;
  /** Memory in GiB: all of it for RDS, what a node gives to data and clients for ElastiCache. */
  readonly memory: number;
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
const rds: readonly Machine[] = [
  { name: "db.t4g.micro", cpus: 2, memory: 1 },
  { name: "db.t4g.small", cpus: 2, memory: 2 },
  { name: "db.t4g.medium", cpus: 2, memory: 4 },
  { name: "db.m7g.large", cpus: 2, memory: 8 },
  { name: "db.r7g.large", cpus: 2, memory: 16 },
  { name: "db.r7g.xlarge", cpus: 4, memory: 32 },
  { name: "db.r7g.2xlarge", cpus: 8, memory: 64 },
  { name: "db.r7g.4xlarge", cpus: 16, memory: 128 },
];

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html
const elastiCache: readonly Machine[] = [
  { name: "cache.t4g.micro", cpus: 2, memory: 0.5 },
  { name: "cache.t4g.small", cpus: 2, memory: 1.37 },
  { name: "cache.t4g.medium", cpus: 2, memory: 3.09 },
  { name: "cache.m7g.large", cpus: 2, memory: 6.38 },
  { name: "cache.r7g.large", cpus: 2, memory: 13.07 },
  { name: "cache.r7g.xlarge", cpus: 4, memory: 26.32 },
  { name: "cache.r7g.2xlarge", cpus: 8, memory: 52.82 },
  { name: "cache.r7g.4xlarge", cpus: 16, memory: 105.81 },
];

const families = { rds, elastiCache } as const;
const GIBIBYTE = parseBytes("1Gi");

/**
 * The smallest machine with at least the memory of a store's size and the processors of its limit.
 *
 * @throws SlipwayError when none is big enough.
 */
export function machineFor(family: keyof typeof families, { cpu, memory }: StoreSize, store: string): string {
  const gibibytes = parseBytes(memory) / GIBIBYTE;
  const cpus = parseCpu(cpu[1]) / 1000;
  const found = families[family].find((machine) => machine.memory >= gibibytes && machine.cpus >= cpus);
  if (found !== undefined) return found.name;
  const largest = families[family].at(-1);
  throw new SlipwayError({
    where: `store ${store}`,
    what: `no machine of ${family} has ${cpus} processors and ${memory} of memory`,
    allowed: `at most ${largest?.cpus ?? 0} processors and ${largest?.memory ?? 0}Gi`,
  });
}

/** Fewest gibibytes of a general purpose volume (gp3) of RDS for PostgreSQL. */
const LEAST_STORAGE = 20;

/** Whole gibibytes of a volume of RDS. */
export function storageFor(storage: Parameters<typeof parseBytes>[0]): number {
  return Math.max(LEAST_STORAGE, Math.ceil(parseBytes(storage) / GIBIBYTE));
}
