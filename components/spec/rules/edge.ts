import { nearest } from "../../common/nearest";
import { headersOf } from "../headers";
import { parseBytes, parseDuration } from "../quantities";
import type { BucketSpec, CdnSpec, RateLimit, RouteSpec, SystemSpec } from "../types";
import { checkInteger, checkName, list, readQuantity } from "./report";
import type { Report } from "./report";

/** The load balancers cut a silent connection a little later. */
const LONGEST_IDLE = 3_600_000;
/** The proxies hold each body whole in memory until its last byte is there. */
const LARGEST_BODY = 64 * 1024 ** 2;
/** Most headers that one filter of an HTTPRoute sets (its CRD). */
const MOST_HEADERS = 16;
const HEADER = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
/** Printable ASCII, which is all that a header's value may be of. */
const HEADER_VALUE = /^[!-~](?:[ -~]{0,4094}[!-~])?$/;
/** Headers that speak of one connection or one body: whoever sets them for every response breaks some. */
const FRAMING = [
  "connection",
  "content-length",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
/** One year, in seconds: less, and browsers' lists do not take a host. */
const LEAST_HSTS = 31_536_000;
/** With the system's name and what the engine adds a bucket's name has 63 characters. */
const BUCKET_NAME = 24;
/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,200}$/u;
/** Letters that mean nothing in the CDN's own language of rules. */
const CACHED_PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;
const LONGEST_CACHED = 365 * 86_400_000;
const UNITS: readonly string[] = ["second", "minute", "hour"] satisfies RateLimit["per"][];

/** Reports limits, headers and buckets that mean nothing. */
export function checkEdge(report: Report, spec: SystemSpec): void {
  for (const [name, limit] of Object.entries(spec.rateLimits ?? {}))
    checkRateLimit(report, name, limit, spec);
  checkHeaders(report, spec);
  for (const [name, bucket] of Object.entries(spec.buckets ?? {})) checkBucket(report, name, bucket);
  if (spec.cdn !== undefined) checkCdn(report, spec.cdn, spec);
}

/** Reports what a route says of silence, bodies and limits, and does not mean. */
export function checkTraffic(report: Report, at: string, route: RouteSpec, spec: SystemSpec): void {
  const { idleTimeout, bodyLimit, rateLimit, websocket } = route;
  if (idleTimeout !== undefined) {
    const milliseconds = readQuantity(report, `${at}.idleTimeout`, idleTimeout, parseDuration);
    if (milliseconds !== undefined && milliseconds > LONGEST_IDLE)
      report(`${at}.idleTimeout`, idleTimeout, "at most 1h");
  }
  if (bodyLimit !== undefined) {
    const bytes = readQuantity(report, `${at}.bodyLimit`, bodyLimit, parseBytes);
    if (bytes !== undefined && bytes > LARGEST_BODY) report(`${at}.bodyLimit`, bodyLimit, "at most 64Mi");
    // Envoy Gateway buffers a body to count it, and turns upgrades off where it buffers.
    if (websocket === true)
      report(`${at}.bodyLimit`, bodyLimit, "no limit, for websocket streams its bodies");
  }
  const limits = Object.keys(spec.rateLimits ?? {});
  if (rateLimit !== undefined && !limits.includes(rateLimit)) {
    report(`${at}.rateLimit`, rateLimit, `one of rateLimits: ${list(limits)}${nearest(rateLimit, limits)}`);
  }
}

function checkRateLimit(report: Report, name: string, limit: RateLimit, spec: SystemSpec): void {
  const at = `rateLimits.${name}`;
  checkName(report, "rateLimits", name);
  checkInteger(report, `${at}.requests`, limit.requests, 1, 1_000_000);
  if (!UNITS.includes(limit.per)) report(`${at}.per`, limit.per, list(UNITS) + nearest(limit.per, UNITS));
  if (!(spec.routes ?? []).some(({ rateLimit }) => rateLimit === name))
    report("rateLimits", name, "a limit that a route names");
}

function checkHeaders(report: Report, spec: SystemSpec): void {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(spec.headers ?? {})) {
    const at = `headers.${name}`;
    const lower = name.toLowerCase();
    if (!HEADER.test(name)) report("headers", name, "a header's name: letters, digits and -, at most 64");
    if (FRAMING.includes(lower)) report("headers", name, "a header that is not of one connection or body");
    if (seen.has(lower)) report("headers", name, "each header once, whatever its case");
    seen.add(lower);
    if (value !== null && !HEADER_VALUE.test(value))
      report(at, value, "1 to 4096 printable ASCII characters, no space at either end; null for none");
    if (lower === "strict-transport-security" && !isLong(value))
      report(at, value, `max-age of at least ${LEAST_HSTS}: every host is HTTPS alone`);
  }
  const count = Object.keys(headersOf(spec)).length;
  if (count > MOST_HEADERS)
    report("headers", `${count} with the platform's own`, `at most ${MOST_HEADERS} together`);
}

function isLong(value: string | null): boolean {
  const [, seconds = "0"] = /(?:^|;)\s*max-age=(\d+)/i.exec(value ?? "") ?? [];
  return Number(seconds) >= LEAST_HSTS;
}

function checkBucket(report: Report, name: string, bucket: BucketSpec): void {
  const at = `buckets.${name}`;
  checkName(report, "buckets", name);
  if (name.length > BUCKET_NAME) report("buckets", name, `a name of at most ${BUCKET_NAME} characters`);
  if (!TAG_VALUE.test(bucket.purpose)) {
    report(
      `${at}.purpose`,
      bucket.purpose,
      "what it is for, in at most 200 letters, digits, spaces and _ . : / = + - @, for it becomes a tag",
    );
  }
  for (const field of ["expireAfterDays", "keepVersionsDays"] as const) {
    const days = bucket[field];
    if (days !== undefined) checkInteger(report, `${at}.${field}`, days, 1, 3650);
  }
}

function checkCdn(report: Report, { cache }: CdnSpec, spec: SystemSpec): void {
  if ((spec.routes ?? []).length === 0) report("cdn", "given", "none, for the system has no routes");
  const paths = cache.map(({ path }) => path);
  for (const [index, { path, edge, browser }] of cache.entries()) {
    const at = `cdn.cache[${index}]`;
    if (!CACHED_PATH.test(path))
      report(`${at}.path`, path, "segments like /assets, without a slash at the end");
    if (paths.indexOf(path) !== index) report(`${at}.path`, path, "each path once");
    for (const [field, span] of Object.entries({ edge, browser })) {
      const milliseconds = readQuantity(report, `${at}.${field}`, span, parseDuration);
      if (milliseconds === undefined) continue;
      if (milliseconds % 1000 !== 0 || milliseconds > LONGEST_CACHED)
        report(`${at}.${field}`, span, "whole seconds, at most 365d");
    }
  }
}
