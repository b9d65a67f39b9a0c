/** US dollars by what a cluster is billed for. */
export interface Prices {
  readonly cpuHour: number;
  readonly memoryGibHour: number;
  /** For a month. */
  readonly volumeGib: number;
}

/**
 * List prices by which the dashboard of costs estimates, as an order of size: on demand, eu-central-1, without discount
 * and tax. Machines have one price for CPU and memory together; here the published prices of Fargate part it, which has
 * one of each (https://aws.amazon.com/fargate/pricing/), and gp3 gives that of volumes
 * (https://aws.amazon.com/ebs/pricing/). What a company really pays is on its bill.
 */
export const prices: Prices = { cpuHour: 0.0466, memoryGibHour: 0.0051, volumeGib: 0.0952 };

/** Hours of a month, as AWS counts them. */
export const HOURS = 730;
