const quantity = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4})|([numkMGTPE]|[KMGTPE]i))?$/;

/** Powers of ten, or of two, that a suffix stands for. */
const decimals: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaries: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/** The smallest part of a quantity is a billionth; what is smaller is rounded up to it. */
const NANO = 9;
/** Longer than any quantity that means something; keeps the arithmetic short. */
const LONGEST = 100;

/**
 * A quantity in billionths, as the API server parses it: signs, decimal places, exponents, decimal and binary suffixes
 * (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/). Undefined for what is none.
 * Kubernetes takes quantities as texts and as numbers.
 */
export function quantityOf(value: unknown): bigint | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value).trim();
  if (text.length > LONGEST) return undefined;
  const [, sign, whole = "", part = "", exponent, suffix = ""] = quantity.exec(text) ?? [];
  if (sign === undefined || whole + part === "") return undefined;
  const mantissa = BigInt(whole + part) << (binaries[suffix] ?? 0n);
  const power = NANO - part.length + (exponent === undefined ? (decimals[suffix] ?? 0) : Number(exponent));
  const size = power >= 0 ? mantissa * 10n ** BigInt(power) : roundedUp(mantissa, 10n ** BigInt(-power));
  return sign === "-" ? -size : size;
}

function roundedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/** Whether a value is a quantity above zero. */
export function isPositive(value: unknown): boolean {
  const found = quantityOf(value);
  return found !== undefined && found > 0n;
}
