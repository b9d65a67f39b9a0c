import type { GrafanaAccess, Oidc } from "./types";

/** Port of Grafana's pods and Service. */
export const HTTP_PORT = 3000;
/** Where the pod sees its secrets, each in a file of its key's name. */
export const SECRETS = "/etc/slipway/secrets";
/** Keys of the Secret. The last is there only with OpenID Connect. */
export const secretKeys = {
  adminPassword: "admin-password",
  /** Encrypts what Grafana keeps in its database; the default is the same everywhere. */
  secretKey: "secret-key",
  oidcClientSecret: "oidc-client-secret",
} as const;

/** Data sources that come with the image and that nobody here asks: each would be a process of its own. */
const UNUSED = [
  "cloudwatch",
  "elasticsearch",
  "grafana-azure-monitor-datasource",
  "grafana-postgresql-datasource",
  "grafana-pyroscope-datasource",
  "graphite",
  "influxdb",
  "mssql",
  "mysql",
  "opentsdb",
  "parca",
  "stackdriver",
  "tempo",
  "zipkin",
];

/** Settings by section, as https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/ names them. */
type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

const always: Sections = {
  analytics: {
    reporting_enabled: "false",
    check_for_updates: "false",
    check_for_plugin_updates: "false",
    feedback_links_enabled: "false",
  },
  auth_anonymous: { enabled: "false" },
  // Alerts are Prometheus's. Its pages stay, for they show the rules and what Alertmanager does with them.
  unified_alerting: { execute_alerts: "false" },
  // Only the live streaming of values needs it, which no dashboard uses.
  live: { max_connections: "0" },
  log: { mode: "console" },
  log_console: { format: "json" },
  news: { news_feed_enabled: "false" },
  plugins: {
    // Data sources are plugins beside the program since 13.2. To update one, Grafana first takes it away from its
    // read-only place, fails, and then is without it (https://github.com/grafana/grafana/issues/132528).
    preinstall_disabled: "true",
    preinstall_auto_update: "false",
    plugin_admin_enabled: "false",
    public_key_retrieval_disabled: "true",
    disable_plugins: UNUSED.join(","),
  },
  security: {
    admin_user: "admin",
    admin_password__file: `${SECRETS}/${secretKeys.adminPassword}`,
    secret_key__file: `${SECRETS}/${secretKeys.secretKey}`,
    disable_gravatar: "true",
  },
  snapshots: { external_enabled: "false" },
  users: { allow_sign_up: "false", allow_org_create: "false" },
};

/** Grafana's settings as variables of its environment; secrets are named by the files that hold them. */
export function grafanaEnv({ host, oidc }: GrafanaAccess): Readonly<Record<string, string>> {
  const sections: Sections = {
    ...always,
    ...(host === undefined ? {} : publicSections(host)),
    ...(oidc === undefined ? {} : { auth_generic_oauth: oidcSection(oidc) }),
  };
  return Object.fromEntries(
    Object.entries(sections).flatMap(([section, settings]) =>
      Object.entries(settings).map(([key, value]) => [`GF_${section}_${key}`.toUpperCase(), value]),
    ),
  );
}

function publicSections(host: string): Sections {
  return {
    server: { domain: host, root_url: `https://${host}/` },
    // Sections are whole: what stands here for security stands beside the rest of it.
    security: { ...always["security"], cookie_secure: "true", cookie_samesite: "lax" },
  };
}

function oidcSection({ name, clientId, authUrl, tokenUrl, apiUrl, admins }: Oidc): Sections[string] {
  return {
    enabled: "true",
    name,
    client_id: clientId,
    client_secret__file: `${SECRETS}/${secretKeys.oidcClientSecret}`,
    scopes: "openid profile email groups",
    auth_url: authUrl,
    token_url: tokenUrl,
    api_url: apiUrl,
    use_pkce: "true",
    // Whoever the provider lets in may look; nobody can register here.
    allow_sign_up: "true",
    role_attribute_path:
      admins === undefined ? "'Viewer'" : `contains(groups[*], '${admins}') && 'Admin' || 'Viewer'`,
  };
}
