import { SlipwayError } from "./problems";

/**
 * Days that CloudWatch can keep a log group for
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
 */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * Refuses a period that CloudWatch would refuse late.
 *
 * @param where What is kept: `retention of the network's flow logs`.
 * @throws SlipwayError naming the period and the allowed ones.
 */
export function checkLogRetention(where: string, days: number): void {
  if (LOG_RETENTION_DAYS.includes(days)) return;
  throw new SlipwayError({
    where,
    what: `CloudWatch cannot keep logs for ${days} days`,
    allowed: LOG_RETENTION_DAYS.join(", "),
  });
}
