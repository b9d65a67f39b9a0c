import assert from "node:assert/strict";
import { versions } from "../../../../components/common/versions";
import { Grafana } from "../../../../components/monitoring/grafana/grafana";
import type { GrafanaArgs } from "../../../../components/monitoring/grafana/grafana";
import { datasourceFile } from "../../../../components/monitoring/grafana/datasources";
import { MONITORING_NAMESPACE } from "../../../../components/common/monitoring";
import { namedObjects } from "../../../support/manifests";
import { record, value } from "../../../support/recorder";
import type { Recording } from "../../../support/recorder";
import { clusterContract, edgeContract, pair, single } from "../prometheus/fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const TRAFFIC = "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy";
const oidc = {
  name: "Acme",
  clientId: "grafana",
  authUrl: "https://id.example.com/authorize",
  tokenUrl: "https://id.example.com/token",
  apiUrl: "https://id.example.com/userinfo",
};
const dashboards = [
  { name: "platform", files: { "slipway-red.json": "{}" } },
  { name: "system-shop", files: { "shop.json": "{}" } },
];

function made(changes: Partial<GrafanaArgs> = {}, sizes = pair): Promise<Recording<Grafana>> {
  return record(
    () => {
      const cluster = clusterContract();
      const site = {
        ...{ cluster, sizes, stage: "production", namespace: MONITORING_NAMESPACE, ready: [], operator: [] },
      };
      return new Grafana("grafana", { site, edge: edgeContract(), dashboards, access: {}, ...changes });
    },
    {
      outputs: (args) =>
        args.type.startsWith("random:") ? { result: `generated-for-${args.name}` } : namedObjects(args),
    },
  );
}

interface Named {
  readonly name: string;
  readonly [field: string]: unknown;
}
interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly resources: { readonly requests: { readonly memory: string } };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly livenessProbe: { readonly httpGet: object };
  readonly readinessProbe: { readonly httpGet: object };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
}
interface Pod {
  readonly containers: readonly Container[];
  readonly volumes: readonly Named[];
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly automountServiceAccountToken: boolean;
}
interface Peer {
  readonly podSelector?: { readonly matchLabels: Record<string, string> };
  readonly ipBlock?: { readonly cidr: string };
}
interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly { readonly port: number }[];
}
interface Policy {
  readonly podSelector: { readonly matchLabels: object };
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

function podOf(program: Recording<Grafana>): Pod & { readonly container: Container } {
  const { spec } = program.one(DEPLOYMENT).inputs as { spec: { template: { spec: Pod } } };
  const pod = spec.template.spec;
  const [container] = pod.containers;
  assert.ok(container !== undefined);
  return { ...pod, container };
}

function policyOf(program: Recording<Grafana>): Policy {
  return (program.one(POLICY).inputs as { spec: Policy }).spec;
}

/** The variables of Grafana's container. */
function env(program: Recording<Grafana>): Record<string, string> {
  return Object.fromEntries(podOf(program).container.env.map(({ name, value: text }) => [name, text]));
}

function nameOf(peer: Peer | undefined): string | undefined {
  const labels = peer?.podSelector?.matchLabels ?? {};
  return (
    labels["app.kubernetes.io/name"] ??
    labels["k8s-app"] ??
    labels["gateway.envoyproxy.io/owning-gateway-name"]
  );
}

function callers(ingress: readonly Rule[]): unknown[] {
  return ingress.map(({ from, ports }) => [nameOf(from?.[0]), ports?.map(({ port }) => port)]);
}

describe("Grafana", () => {
  it("is one pod, its files, its secret and what every tool has, and without a host nothing leads to it", async () => {
    const program = await made();
    const { "kubernetes:core/v1:ConfigMap": files, ...counts } = program.counts();
    assert.equal(files, 4);
    assert.deepEqual(counts, {
      "pulumi:providers:kubernetes": 1,
      "slipway:monitoring:Grafana": 1,
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:core/v1:Service": 1,
      "kubernetes:core/v1:Secret": 1,
      [POLICY]: 1,
      [DEPLOYMENT]: 1,
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
      "random:index/randomPassword:RandomPassword": 2,
    });
    assert.equal(program.result.url, undefined);
    assert.equal(await value(program.result.secretName), "grafana-secrets-0a1b2c3d");
  });

  it("runs the pinned image without privileges, a token or a volume of its own", async () => {
    const program = await made();
    const { replicas } = program.one(DEPLOYMENT).inputs["spec"] as { replicas: number };
    const { containers, container, securityContext, automountServiceAccountToken, volumes } = podOf(program);
    const { tag } = versions.images.grafana;
    assert.match(tag, /^13\.2\.\d+$/);
    assert.deepEqual(
      [replicas, containers.length, container.image, automountServiceAccountToken],
      [1, 1, `docker.io/grafana/grafana:${tag}`, false],
    );
    assert.deepEqual([securityContext["runAsNonRoot"], securityContext["runAsUser"]], [true, 472]);
    const { readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities } = container.securityContext;
    assert.deepEqual(
      [readOnlyRootFilesystem, allowPrivilegeEscalation, capabilities],
      [true, false, { drop: ["ALL"] }],
    );
    assert.deepEqual(container.resources, {
      requests: { cpu: "100m", memory: "512Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    });
    assert.equal(container.args, undefined);
    for (const probe of [container.livenessProbe, container.readinessProbe])
      assert.deepEqual(probe.httpGet, { path: "/api/health", port: "http" });
    const written = volumes.filter((volume) => "emptyDir" in volume);
    assert.deepEqual(
      written.map(({ name }) => name),
      ["data", "tmp"],
    );
    assert.ok(!volumes.some((volume) => "persistentVolumeClaim" in volume));
  });

  it("is smaller on a laptop", async () => {
    const program = await made({}, single);
    const { resources } = podOf(program).container;
    assert.equal(resources.requests.memory, "256Mi");
  });

  it("reads its password from a file, lets nobody register, and calls nobody's home", async () => {
    const found = env(await made());
    const expected = {
      GF_SECURITY_ADMIN_USER: "admin",
      GF_SECURITY_ADMIN_PASSWORD__FILE: "/etc/slipway/secrets/admin-password",
      GF_SECURITY_SECRET_KEY__FILE: "/etc/slipway/secrets/secret-key",
      GF_USERS_ALLOW_SIGN_UP: "false",
      GF_AUTH_ANONYMOUS_ENABLED: "false",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
      GF_PLUGINS_PREINSTALL_DISABLED: "true",
      GF_PLUGINS_PREINSTALL_AUTO_UPDATE: "false",
      GF_UNIFIED_ALERTING_EXECUTE_ALERTS: "false",
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key]])), expected);
    assert.ok(!Object.keys(found).some((key) => /OAUTH|ROOT_URL|COOKIE/.test(key)));
    const unused = found["GF_PLUGINS_DISABLE_PLUGINS"]?.split(",") ?? [];
    for (const needed of ["prometheus", "alertmanager", "loki", "jaeger"])
      assert.ok(!unused.includes(needed));
  });

  it("keeps its secrets in an immutable Secret that only its pod sees, as files", async () => {
    const program = await made();
    const secret = program.one("kubernetes:core/v1:Secret");
    assert.deepEqual(Object.keys(secret.inputs["data"] as object), ["admin-password", "secret-key"]);
    assert.equal(secret.inputs["immutable"], true);
    assert.equal(secret.inputs["metadata"].labels["app.kubernetes.io/name"], "grafana");
    const { container, volumes } = podOf(program);
    const volume = volumes.find(({ name }) => name === "secrets");
    assert.deepEqual(volume?.["secret"], { secretName: "grafana-secrets-0a1b2c3d", defaultMode: 0o440 });
    const mount = container.volumeMounts.find(({ name }) => name === "secrets");
    assert.deepEqual([mount?.mountPath, mount?.readOnly], ["/etc/slipway/secrets", true]);
    for (const { inputs } of program.ofType("random:index/randomPassword:RandomPassword"))
      assert.deepEqual(inputs, { length: 32, special: false });
  });

  it("is told of its data sources and dashboards by immutable files", async () => {
    const program = await made();
    const mounts = Object.fromEntries(
      podOf(program).container.volumeMounts.map(({ name, mountPath }) => [name, mountPath]),
    );
    assert.deepEqual(mounts, {
      datasources: "/etc/grafana/provisioning/datasources",
      dashboards: "/etc/grafana/provisioning/dashboards",
      platform: "/etc/slipway/dashboards/platform",
      "system-shop": "/etc/slipway/dashboards/system-shop",
      secrets: "/etc/slipway/secrets",
      data: "/var/lib/grafana",
      tmp: "/tmp",
    });
    const maps = program
      .ofType("kubernetes:core/v1:ConfigMap")
      .filter(({ name }) => name.startsWith("grafana-"));
    assert.ok(maps.every(({ inputs }) => inputs["immutable"] === true));
    const shop = maps.find(({ name }) => name === "grafana-system-shop-files");
    assert.deepEqual(shop?.inputs["data"], { "shop.json": "{}" });
  });

  it("is called by Prometheus alone, and calls the four tools and DNS", async () => {
    const { ingress, egress, podSelector } = policyOf(await made());
    assert.deepEqual(podSelector.matchLabels, {
      "app.kubernetes.io/part-of": "slipway",
      "app.kubernetes.io/name": "grafana",
    });
    assert.deepEqual(callers(ingress), [["prometheus", [3000]]]);
    assert.deepEqual(
      egress.map(({ to, ports }) => [nameOf(to?.[0]), ports?.map(({ port }) => port)]),
      [
        ["kube-dns", [53, 53]],
        ["prometheus", [9090]],
        ["alertmanager", [9093]],
        ["loki", [3100]],
        ["jaeger", [16686]],
      ],
    );
  });

  it("has with a host a route of its own listener, the gateway as a caller, and cookies for HTTPS alone", async () => {
    const program = await made({ access: { host: "grafana.example.com" } });
    const { spec } = program.one(ROUTE).inputs;
    assert.deepEqual(spec.parentRefs, [
      { name: "edge", namespace: "edge", sectionName: "https-grafana.example.com" },
    ]);
    assert.deepEqual(spec.hostnames, ["grafana.example.com"]);
    assert.deepEqual(spec.rules[0].backendRefs, [{ name: "grafana", port: 3000 }]);
    const { targetRefs, rateLimit } = program.one(TRAFFIC).inputs["spec"];
    assert.deepEqual([targetRefs[0].name, targetRefs[0].sectionName], ["grafana", spec.rules[0].name]);
    assert.equal(rateLimit.local.rules.length, 2);
    const { ingress } = policyOf(program);
    assert.deepEqual(callers(ingress), [
      ["prometheus", [3000]],
      ["edge", [3000]],
    ]);
    const found = env(program);
    assert.deepEqual(
      [found["GF_SERVER_ROOT_URL"], found["GF_SECURITY_COOKIE_SECURE"], found["GF_SECURITY_ADMIN_USER"]],
      ["https://grafana.example.com/", "true", "admin"],
    );
    assert.equal(program.result.url, "https://grafana.example.com");
    // No request before there is an answer, and none past the limit.
    const { dependsOn } = program.one(ROUTE);
    for (const before of [program.one(DEPLOYMENT).urn, program.one(TRAFFIC).urn])
      assert.ok(dependsOn.includes(before));
  });

  it("signs people in with a provider, whose secret is a file, and may call it", async () => {
    const access = { host: "grafana.example.com", oidc: { ...oidc, admins: "platform-team" } };
    const program = await made({ access, oidcClientSecret: "s3cret-of-the-provider" });
    const found = env(program);
    const oauth = Object.fromEntries(
      Object.entries(found).flatMap(([key, text]) =>
        key.startsWith("GF_AUTH_GENERIC_OAUTH_") ? [[key.slice("GF_AUTH_GENERIC_OAUTH_".length), text]] : [],
      ),
    );
    assert.deepEqual(oauth, {
      ENABLED: "true",
      NAME: "Acme",
      CLIENT_ID: "grafana",
      CLIENT_SECRET__FILE: "/etc/slipway/secrets/oidc-client-secret",
      SCOPES: "openid profile email groups",
      AUTH_URL: oidc.authUrl,
      TOKEN_URL: oidc.tokenUrl,
      API_URL: oidc.apiUrl,
      USE_PKCE: "true",
      ALLOW_SIGN_UP: "true",
      ROLE_ATTRIBUTE_PATH: "contains(groups[*], 'platform-team') && 'Admin' || 'Viewer'",
    });
    const { data } = program.one("kubernetes:core/v1:Secret").inputs as { data: Record<string, string> };
    assert.equal(
      Buffer.from(data["oidc-client-secret"] ?? "", "base64").toString(),
      "s3cret-of-the-provider",
    );
    const elsewhere = program.resources.filter(({ type }) => type !== "kubernetes:core/v1:Secret");
    assert.ok(
      !JSON.stringify(elsewhere.map(({ inputs }): unknown => inputs)).includes("s3cret-of-the-provider"),
    );
    const { egress } = policyOf(program);
    const last = egress.at(-1);
    assert.deepEqual(
      [last?.to?.[0]?.ipBlock?.cidr, last?.ports],
      ["0.0.0.0/0", [{ protocol: "TCP", port: 443 }]],
    );
    const plain = await made({ access: { host: "grafana.example.com", oidc }, oidcClientSecret: "x" });
    assert.equal(env(plain)["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH"], "'Viewer'");
  });

  for (const [name, changes, message] of [
    [
      "a provider without a host",
      { access: { oidc }, oidcClientSecret: "s3cret" },
      "Grafana: OpenID Connect lacks a public host, to which people come back; give it, or leave OpenID Connect out.",
    ],
    [
      "a provider without its secret",
      { access: { host: "grafana.example.com", oidc } },
      "Grafana: OpenID Connect lacks the secret that the provider knows Grafana by; give it, or leave OpenID Connect out.",
    ],
  ] as const) {
    it(`refuses ${name}, before any resource exists`, async () => {
      const program = await record(() => {
        const site = {
          ...{ cluster: clusterContract(), sizes: pair, stage: "production" },
          ...{ namespace: MONITORING_NAMESPACE, ready: [], operator: [] },
        };
        assert.throws(() => new Grafana("grafana", { site, edge: edgeContract(), dashboards, ...changes }), {
          name: "SlipwayError",
          message,
        });
      });
      assert.deepEqual(program.counts(), { "pulumi:providers:kubernetes": 1 });
    });
  }
});

describe("Grafana's data sources", () => {
  interface Source {
    readonly name: string;
    readonly uid: string;
    readonly url: string;
    readonly isDefault: boolean;
    readonly editable: boolean;
    readonly jsonData: Readonly<Record<string, unknown>>;
  }
  const file = JSON.parse(datasourceFile()) as { apiVersion: number; prune: boolean; datasources: Source[] };
  const source = (uid: string): Source => {
    const found = file.datasources.find((one) => one.uid === uid);
    assert.ok(found !== undefined);
    return found;
  };

  it("are the four tools at their Services, fixed, with Prometheus as the default", () => {
    assert.deepEqual([file.apiVersion, file.prune], [1, true]);
    assert.deepEqual(
      file.datasources.map(({ uid, url, isDefault, editable }) => [uid, url, isDefault, editable]),
      [
        ["prometheus", "http://prometheus:9090", true, false],
        ["alertmanager", "http://alertmanager:9093", false, false],
        ["loki", "http://loki:3100", false, false],
        ["jaeger", "http://jaeger:16686", false, false],
      ],
    );
  });

  it("lead from an exemplar to its trace, from a trace to its logs, from a log to its trace", () => {
    const exemplars = source("prometheus").jsonData["exemplarTraceIdDestinations"] as object[];
    assert.deepEqual(exemplars[0], { name: "trace_id", datasourceUid: "jaeger", urlDisplayLabel: "Trace" });
    const [derived] = source("loki").jsonData["derivedFields"] as object[];
    assert.deepEqual(derived, {
      name: "trace",
      matcherType: "label",
      matcherRegex: "trace_id",
      url: "$${__value.raw}",
      datasourceUid: "jaeger",
      urlDisplayLabel: "Trace",
    });
    const logs = source("jaeger").jsonData["tracesToLogsV2"] as Record<string, unknown>;
    assert.deepEqual([logs["datasourceUid"], logs["customQuery"]], ["loki", true]);
    assert.equal(logs["query"], '{namespace=~".+"} | trace_id="$${__trace.traceId}"');
    assert.equal(source("prometheus").jsonData["alertmanagerUid"], "alertmanager");
  });

  it("have no single sign of a variable, which Grafana would look for in its environment", () => {
    assert.doesNotMatch(datasourceFile().replaceAll("$$", ""), /\$/);
  });
});
