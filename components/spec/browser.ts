/** Path of a system's host to which its pages send what they measure, as OTLP over HTTP. */
export const BROWSER_PATH = "/telemetry/v1/metrics";

/** Attributes of a measurement that become labels; all others are dropped. */
export const browserAttributes: readonly string[] = ["route", "action", "chunkName"];

/**
 * Bounds that histograms of pages may have: shares, and milliseconds. A bucket with another bound is dropped. KOVA's
 * limits are among them: 0.8 of the heap, 100 ms for an interaction, 3 s for a page.
 */
export const browserBounds: readonly number[] = [
  ...[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  ...[8, 16, 50, 100, 200, 300, 500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10_000, 30_000],
];
