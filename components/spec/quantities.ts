import { SlipwayError } from "../common/problems";
import type { Bytes, Cpu, Duration } from "./types";

const KIB = 1024;
const UNITS = { Ki: KIB, Mi: KIB ** 2, Gi: KIB ** 3, Ti: KIB ** 4 } as const;
const SPANS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function refuse(value: unknown, allowed: string): never {
  throw new SlipwayError({ what: `${JSON.stringify(value)} is not understood`, allowed });
}

/**
 * Millicores of a cpu quantity: `250m` → 250, `1` → 1000, `0.5` → 500.
 *
 * @throws SlipwayError when it is not a positive whole number of millicores.
 */
export function parseCpu(value: Cpu): number {
  const allowed = "a positive number of millicores or cores, e.g. 250m, 1, 0.5";
  const match = /^(\d+)(?:(m)|(?:\.(\d{1,3}))?)$/.exec(value) ?? refuse(value, allowed);
  const [, whole = "", milli, fraction = ""] = match;
  const cores = milli === undefined ? Number(whole) * 1000 + Number(fraction.padEnd(3, "0")) : Number(whole);
  return cores > 0 && Number.isSafeInteger(cores) ? cores : refuse(value, allowed);
}

/** The canonical form of so many millicores, as the API server writes it: 250 → `250m`, 2000 → `2`. */
export function formatCpu(millicores: number): Cpu {
  return millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;
}

/**
 * Bytes of a quantity with a binary suffix: `1Ki` → 1024.
 *
 * @throws SlipwayError when it is not a positive whole number with Ki, Mi, Gi or Ti.
 */
export function parseBytes(value: Bytes): number {
  const allowed = "a positive whole number with Ki, Mi, Gi or Ti, e.g. 256Mi, 10Gi";
  const match = /^(\d+)(Ki|Mi|Gi|Ti)$/.exec(value) ?? refuse(value, allowed);
  const bytes = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : refuse(value, allowed);
}

/** The canonical form of so many bytes: the largest suffix that divides them. Rounds up to whole Ki. */
export function formatBytes(bytes: number): Bytes {
  const whole = Math.ceil(bytes / KIB) * KIB;
  for (const suffix of ["Ti", "Gi", "Mi"] as const) {
    if (whole % UNITS[suffix] === 0) return `${whole / UNITS[suffix]}${suffix}`;
  }
  return `${whole / KIB}Ki`;
}

/** A share of a size, rounded up to whole Mi (Ki below 1Mi): half of `5Gi` is `2560Mi`. */
export function shareOfBytes(value: Bytes, share: number): Bytes {
  const bytes = parseBytes(value) * share;
  const unit = bytes < UNITS.Mi ? UNITS.Ki : UNITS.Mi;
  return formatBytes(ceil(bytes / unit) * unit);
}

/**
 * Milliseconds of a duration: `5m` → 300000.
 *
 * @throws SlipwayError when it is not a positive whole number with ms, s, m, h or d.
 */
export function parseDuration(value: Duration): number {
  const allowed = "a positive whole number with ms, s, m, h or d, e.g. 500ms, 30s, 1h";
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(value) ?? refuse(value, allowed);
  const milliseconds = Number(match[1]) * SPANS[match[2] as keyof typeof SPANS];
  return milliseconds > 0 && Number.isSafeInteger(milliseconds) ? milliseconds : refuse(value, allowed);
}

/** The shortest form of so many whole milliseconds: 90000 → `90s`, 3600000 → `1h`. Days stay hours, as Gateway API wants it. */
export function formatDuration(milliseconds: number): Duration {
  for (const unit of ["h", "m", "s"] as const) {
    if (milliseconds % SPANS[unit] === 0) return `${milliseconds / SPANS[unit]}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** A share of a count, rounded up and so never below one: half of 5 is 3, half of 1 is 1. */
export function shareOfCount(count: number, share: number): number {
  return Math.max(1, ceil(count * share));
}

/** Rounds up, but takes 3.0000000000000004 for the 3 that it is. */
function ceil(value: number): number {
  return Math.ceil(value - 1e-9);
}
