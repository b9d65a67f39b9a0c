import { BROWSER_PATH } from "../browser";
import type { SystemSpec } from "../types";
import { checkMetricNames } from "./objectives";
import type { Report } from "./report";

/** Most names: each may be several hundred series. */
const MOST_METRICS = 20;
const FOLDER = BROWSER_PATH.split("/").slice(0, 2).join("/");

/** Reports measurements of pages that nobody could send, or that could not be added up. */
export function checkBrowser(report: Report, spec: SystemSpec): void {
  const { browser, routes = [] } = spec;
  if (browser === undefined) return;
  const at = "browser.metrics";
  const metrics = Object.entries(browser.metrics);
  checkMetricNames(report, at, browser.metrics);
  if (metrics.length < 1 || metrics.length > MOST_METRICS) {
    report(at, `${metrics.length} names`, `1 to ${MOST_METRICS}`);
  }
  for (const [name, type] of metrics) {
    if (type === "gauge" || type === "summary") {
      report(`${at}.${name}`, type, "counter or histogram: what many browsers send has to add up");
    }
    if (type === "counter" && !name.endsWith("_total")) {
      report(at, name, `names of counters that end in _total, such as ${name}_total`);
    }
  }
  if (routes.length === 0)
    report("browser", "{…}", "nothing, for the system has no routes by which pages come");
  for (const [index, { path }] of routes.entries()) {
    if (path === FOLDER || path.startsWith(`${FOLDER}/`)) {
      report(
        `routes[${index}].path`,
        path,
        `a path outside of ${FOLDER}, to which pages send what they measure`,
      );
    }
  }
}
