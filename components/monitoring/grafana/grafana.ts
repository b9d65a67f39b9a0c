import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { EdgeContract } from "../../common/contracts";
import { dnsEgress, internet, podsPeer, tcp } from "../../common/network-policies";
import type { Egress, Ingress } from "../../common/network-policies";
import { SlipwayError } from "../../common/problems";
import { toolDeployment } from "../deployment";
import { createFiles, createSecretFiles, folders } from "../files";
import { toPrometheus, toTool } from "../peers";
import type { ToolSize } from "../pods";
import type { MonitoringSite } from "../site";
import { toolObjects } from "../tool";
import { dashboardFolder, providerFile } from "./dashboard-files";
import type { DashboardGroup } from "./dashboard-files";
import { datasourceFile, toolPorts } from "./datasources";
import { exposeGrafana } from "./route";
import { grafanaEnv, HTTP_PORT, secretKeys, SECRETS } from "./settings";
import type { GrafanaAccess } from "./types";

const TOOL = "grafana";
/** User of the image. */
const USER = 472;
const PROVISIONING = "/etc/grafana/provisioning";
/** Letters and digits alone. */
const PASSWORD = { length: 32, special: false } as const;

const sizes: Readonly<Record<MonitoringSite["sizes"]["scale"], ToolSize>> = {
  small: { cpu: ["50m", "500m"], memory: "256Mi" },
  full: { cpu: ["100m", "1"], memory: "512Mi" },
};

/** What a {@link Grafana} is made from. */
export interface GrafanaArgs {
  readonly site: MonitoringSite;
  readonly edge: EdgeContract;
  readonly dashboards: readonly DashboardGroup[];
  readonly access: GrafanaAccess;
  /** The client secret; with `access.oidc` there must be one. */
  readonly oidcClientSecret?: pulumi.Input<string> | undefined;
}

/**
 * Grafana, which shows what the other tools gather:
 *
 * 1. its data sources and dashboards as immutable files, and no volume: all of its state comes from here, so that a new
 *    pod begins from nothing and knows all that the last one did, but for who is signed in;
 * 2. a generated administrator's password in a Secret, which the pod reads as a file;
 * 3. one pod, for a second one would know nothing of who has signed in at the first;
 * 4. with a public host, the route to it.
 */
export class Grafana extends pulumi.ComponentResource {
  /** Public address; undefined where only `slipway open` leads to it. */
  readonly url: string | undefined;
  /** Name of the Secret with the administrator's password, under the key `admin-password`. */
  readonly secretName: pulumi.Output<string>;

  /** @throws SlipwayError when people are to sign in with a provider and there is no host or no secret for it. */
  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    validate(args);
    super("slipway:monitoring:Grafana", name, {}, opts);
    const { site, edge, dashboards, access, oidcClientSecret } = args;
    const { host } = access;

    const { before } = toolObjects(
      site,
      name,
      { tool: TOOL, ports: { http: HTTP_PORT }, replicas: 1, ...flows(args) },
      this,
    );
    this.secretName = createSecret(
      site,
      name,
      access.oidc === undefined ? {} : { [secretKeys.oidcClientSecret]: oidcClientSecret },
      this,
    );
    const files = (purpose: string, data: Readonly<Record<string, string>>): pulumi.Output<string> =>
      createFiles(site, `${name}-${purpose}-files`, TOOL, data, this);
    const { volumes, mounts } = folders([
      {
        volume: "datasources",
        path: `${PROVISIONING}/datasources`,
        from: { configMap: files("datasources", { "slipway.yaml": datasourceFile() }) },
      },
      {
        volume: "dashboards",
        path: `${PROVISIONING}/dashboards`,
        from: { configMap: files("dashboards", { "slipway.yaml": providerFile(dashboards) }) },
      },
      ...dashboards.map((group) => ({
        volume: group.name,
        path: dashboardFolder(group.name),
        from: { configMap: files(group.name, group.files) },
      })),
      { volume: "secrets", path: SECRETS, from: { secret: this.secretName } },
    ]);
    const deployment = toolDeployment(
      site,
      name,
      {
        tool: TOOL,
        replicas: 1,
        user: USER,
        token: false,
        before,
        volumes,
        container: {
          name: TOOL,
          image: "grafana",
          args: [],
          ports: { http: HTTP_PORT },
          size: sizes[site.sizes.scale],
          env: Object.entries(grafanaEnv(access)).map(([variable, value]) => ({ name: variable, value })),
          // Of the process alone, and of its database: that a data source is away is no reason to begin again.
          probes: {
            liveness: { path: "/api/health", port: "http" },
            readiness: { path: "/api/health", port: "http" },
          },
          mounts,
          scratch: [
            { volume: "data", path: "/var/lib/grafana", sizeLimit: "512Mi" },
            { volume: "tmp", path: "/tmp", sizeLimit: "64Mi" },
          ],
        },
      },
      this,
    );
    if (host !== undefined) exposeGrafana(site, name, { edge, host }, this, deployment);

    this.url = host === undefined ? undefined : `https://${host}`;
    this.registerOutputs({ url: this.url, secretName: this.secretName });
  }
}

function validate({ edge, access: { host, oidc }, oidcClientSecret }: GrafanaArgs): void {
  // Refuses a host that the edge does not know.
  if (host !== undefined) edge.httpsListener(host);
  if (oidc === undefined) return;
  const missing =
    host === undefined
      ? "a public host, to which people come back"
      : oidcClientSecret === undefined
        ? "the secret that the provider knows Grafana by"
        : undefined;
  if (missing === undefined) return;
  throw new SlipwayError({
    where: "Grafana",
    what: `OpenID Connect lacks ${missing}`,
    todo: "give it, or leave OpenID Connect out",
  });
}

/** Who may call Grafana, and whom it may call: the tools that it shows, and who knows people. */
function flows({ site, edge, access: { host, oidc } }: GrafanaArgs): {
  readonly ingress: readonly Ingress[];
  readonly egress: readonly Egress[];
} {
  const { prometheus, ...tools } = toolPorts;
  const gateway: Ingress = {
    from: [podsPeer(edge.podNamespace, edge.podSelector)],
    ports: tcp([HTTP_PORT]),
  };
  return {
    ingress: host === undefined ? [] : [gateway],
    egress: [
      dnsEgress(site.cluster.dns),
      toPrometheus(prometheus),
      ...Object.entries(tools).map(([tool, port]) => toTool(tool, port)),
      ...(oidc === undefined ? [] : [{ to: [internet], ports: tcp([443]) }]),
    ],
  };
}

function createSecret(
  site: MonitoringSite,
  name: string,
  given: Readonly<Record<string, pulumi.Input<string> | undefined>>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const generated = Object.fromEntries(
    [secretKeys.adminPassword, secretKeys.secretKey].map((key) => [
      key,
      new random.RandomPassword(`${name}-${key}`, PASSWORD, { parent }).result,
    ]),
  );
  const content = Object.entries({ ...generated, ...given }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return createSecretFiles(site, `${name}-secrets`, TOOL, Object.fromEntries(content), parent);
}
