/** What a request asks to go wrong with its own answer. */
export interface Injection {
  /** Milliseconds to wait before the answer. */
  readonly delay: number;
  /** Status of the answer; undefined leaves it as it is. */
  readonly status: number | undefined;
}

const LONGEST_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000 };

/**
 * Reads `delay=250ms` (or `2s`, or milliseconds without a unit), `status=503` and `rate=0.3` of a query; `rate` is the
 * share of requests that the other two apply to.
 *
 * @throws Error of one sentence, naming the parameter and what is allowed.
 */
export function readInjection(query: URLSearchParams): Injection {
  const wanted = {
    delay: read(query, "delay", delayOf, `0 to ${LONGEST_MS} ms, such as 250ms or 2s`) ?? 0,
    status: read(query, "status", statusOf, "a whole number from 200 to 599"),
  };
  const rate = read(query, "rate", rateOf, "0 to 1") ?? 1;
  return Math.random() < rate ? wanted : { delay: 0, status: undefined };
}

function read(
  query: URLSearchParams,
  name: string,
  parse: (text: string) => number | undefined,
  allowed: string,
): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = parse(text);
  if (value === undefined) throw new Error(`${name} is out of range; allowed: ${allowed}`);
  return value;
}

function delayOf(text: string): number | undefined {
  const [, amount, unit = "ms"] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)?$/.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const milliseconds = Number(amount) * (UNITS[unit] ?? 1);
  return milliseconds <= LONGEST_MS ? milliseconds : undefined;
}

function statusOf(text: string): number | undefined {
  return /^[2-5]\d\d$/.test(text) ? Number(text) : undefined;
}

function rateOf(text: string): number | undefined {
  const value = /^\d(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value <= 1 ? value : undefined;
}
