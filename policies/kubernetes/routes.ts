import { at, fields, list } from "../core/json";
import type { Fields } from "../core/json";

/** Whether one of a route's rules redirects to HTTPS, so that no backend ever answers. */
export function redirectsToHttps(rule: unknown): boolean {
  return list(fields(rule)["filters"]).some(
    (filter) =>
      fields(filter)["type"] === "RequestRedirect" && at(filter, "requestRedirect", "scheme") === "https",
  );
}

/** Whether all that a route does is to redirect to HTTPS. */
export function onlyRedirects(spec: Fields): boolean {
  const rules = list(spec["rules"]);
  return rules.length > 0 && rules.every(redirectsToHttps);
}

/** {@link redirectsToHttps} of the rule `r` for the API server. */
export const celRedirectsToHttps =
  "r.?filters.orValue([]).exists(f, f.type == 'RequestRedirect' && f.?requestRedirect.?scheme.orValue('') == 'https')";

/** Whether a route's parent is something that the public may reach; between services of a mesh it is a Service. */
export function isPublicParent(parent: unknown): boolean {
  return at(parent, "kind") !== "Service";
}

/** {@link isPublicParent} of the parent `p` for the API server. */
export const celIsPublicParent = "p.?kind.orValue('') != 'Service'";
