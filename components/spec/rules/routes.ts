import { nearest } from "../../common/nearest";
import { parseDuration } from "../quantities";
import type { SystemSpec } from "../types";
import { checkTraffic } from "./edge";
import { HOST, list, readQuantity } from "./report";
import type { Report } from "./report";

/** Gateway API's durations have no days and numbers of at most five digits; formatted in hours this is their end. */
const LONGEST_TIMEOUT = 99_999 * 3_600_000;
/** Most rules that an HTTPRoute takes (its CRD); each service has one HTTPRoute. */
const MOST_ROUTES = 16;

/** Reports routes that lead nowhere, say the same path twice, or have no host. */
export function checkRoutes(report: Report, spec: SystemSpec): void {
  const withPort = Object.keys(spec.services).filter((name) => spec.services[name]?.port !== undefined);
  const seen = new Map<string, number>();
  for (const [index, route] of (spec.routes ?? []).entries()) {
    const { path, to, websocket, timeout } = route;
    const at = `routes[${index}]`;
    if (!withPort.includes(to)) {
      report(`${at}.to`, to, `a service with a port: ${list(withPort)}${nearest(to, withPort)}`);
    }
    if (path !== "/" && !/^(?:\/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+$/.test(path)) {
      report(`${at}.path`, path, "/ or segments like /api/v1, without a slash at the end");
    }
    const first = seen.get(path);
    if (first !== undefined) report(`${at}.path`, path, `a path that routes[${first}] does not have`);
    else seen.set(path, index);
    if (timeout !== undefined) {
      const milliseconds = readQuantity(report, `${at}.timeout`, timeout, parseDuration);
      if (milliseconds !== undefined && milliseconds > LONGEST_TIMEOUT) {
        report(`${at}.timeout`, timeout, "at most 99999h");
      }
      if (websocket === true) report(`${at}.timeout`, timeout, "no timeout, for websocket turns it off");
    }
    checkTraffic(report, at, route, spec);
  }
  for (const name of withPort) {
    const count = (spec.routes ?? []).filter(({ to }) => to === name).length;
    if (count > MOST_ROUTES) report("routes", `${count} to ${name}`, `at most ${MOST_ROUTES} to one service`);
  }
  if (spec.domain !== undefined && !HOST.test(spec.domain)) report("domain", spec.domain, "a host name");
  if (seen.size > 0 && spec.domain === undefined && Object.keys(spec.stages ?? {}).length === 0) {
    report("domain", undefined, "a domain, or stages with a host, for the system has routes");
  }
}
