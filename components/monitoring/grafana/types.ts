/** A provider of OpenID Connect that people sign in with. */
export interface Oidc {
  /** What the button says. */
  readonly name: string;
  readonly clientId: string;
  /** Where people sign in, where Grafana gets its token, and where it asks who somebody is. */
  readonly authUrl: string;
  readonly tokenUrl: string;
  readonly apiUrl: string;
  /** Group whose members administer Grafana; all others may look. @default nobody's */
  readonly admins?: string | undefined;
}

/** How people reach Grafana. */
export interface GrafanaAccess {
  /** Public host, e.g. `grafana.example.com`; the edge must know it. @default none: by `slipway open` alone */
  readonly host?: string | undefined;
  /** @default none: the administrator's password alone */
  readonly oidc?: Oidc | undefined;
}
