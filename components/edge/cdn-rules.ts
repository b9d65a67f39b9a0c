import type { types } from "@pulumi/cloudflare";

type Rule = types.input.RulesetRule;

/** Files under a path that a host's CDN keeps, and browsers too. */
export interface CacheRule {
  /** Prefix by whole segments, such as `/assets`, of letters that need no quoting. */
  readonly path: string;
  readonly edgeSeconds: number;
  readonly browserSeconds: number;
}

/** A host that is reached through the CDN. */
export interface CdnHost {
  readonly host: string;
  readonly cache: readonly CacheRule[];
  /** Headers of every response, by name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the rules of one phase are, and the end of their ruleset's logical name. */
export interface PhasePlan {
  readonly key: string;
  readonly phase: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** Cloudflare's own rules against floods of requests (https://developers.cloudflare.com/ddos-protection/managed-rulesets/http/). */
const HTTP_DDOS = "4d21379b4f9f4bb088e0729962c8b3cf";

/** Not kept at all, in Cloudflare's count of seconds. */
const NO_STORE = -1;

/**
 * What a zone does with requests of our hosts. A zone has one ruleset for each phase, and it is ours whole. Rules have
 * a `ref` of their own, by which one stays the same when others come and go.
 *
 * @param strict whether the load balancer's certificates are of an authority that the world trusts
 */
export function phases(hosts: readonly CdnHost[], strict: boolean): readonly PhasePlan[] {
  const ddos: Rule = {
    ref: "http-ddos",
    description: "Block floods of requests",
    // The whole zone: only the largest plan may choose.
    expression: "true",
    action: "execute",
    actionParameters: { id: HTTP_DDOS, overrides: { action: "block", sensitivityLevel: "default" } },
  };
  return [
    { key: "ddos", phase: "ddos_l7", title: "Floods of requests", rules: [ddos] },
    {
      key: "origin",
      phase: "http_config_settings",
      title: "TLS to the load balancer",
      rules: hosts.map(({ host }) => ({
        ref: `tls-${host}`,
        description: `TLS from the CDN to the load balancer of ${host}`,
        expression: isHost(host),
        action: "set_config",
        actionParameters: { ssl: strict ? "strict" : "full" },
      })),
    },
    {
      key: "cache",
      phase: "http_request_cache_settings",
      title: "What is kept",
      rules: hosts.flatMap(({ host, cache }) => cache.map((entry) => cacheRule(host, entry))),
    },
    {
      key: "headers",
      phase: "http_response_headers_transform",
      title: "Security headers, of the CDN's own answers too",
      rules: hosts.map(({ host, headers }) => ({
        ref: `headers-${host}`,
        description: `Security headers of ${host}`,
        expression: isHost(host),
        action: "rewrite",
        actionParameters: {
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, { operation: "set", value }]),
          ),
        },
      })),
    },
  ].filter(({ rules }) => rules.length > 0);
}

function cacheRule(host: string, { path, edgeSeconds, browserSeconds }: CacheRule): Rule {
  const kept = (seconds: number): { mode: string; default: number } => ({
    mode: "override_origin",
    default: seconds,
  });
  return {
    ref: `cache-${host}${path}`,
    description: `Keep ${path} of ${host}`,
    expression: `(${isHost(host)} and (http.request.uri.path eq "${path}" or starts_with(http.request.uri.path, "${path}/")))`,
    action: "set_cache_settings",
    actionParameters: {
      cache: true,
      // Else a file that is asked for before its release is there would be missing for as long as it is kept.
      edgeTtl: {
        ...kept(edgeSeconds),
        statusCodeTtls: [{ statusCodeRange: { from: 400 }, value: NO_STORE }],
      },
      browserTtl: kept(browserSeconds),
    },
  };
}

function isHost(host: string): string {
  return `http.host eq "${host}"`;
}
