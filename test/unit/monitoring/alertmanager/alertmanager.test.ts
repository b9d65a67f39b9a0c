import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Alertmanager } from "../../../../components/monitoring/alertmanager/alertmanager";
import { alertmanagerConfig, renderConfig } from "../../../../components/monitoring/alertmanager/config";
import { placesOf } from "../../../../components/monitoring/alertmanager/places";
import { templates } from "../../../../components/monitoring/alertmanager/templates";
import type { Alerting } from "../../../../components/monitoring/alertmanager/types";
import type { MonitoringSizes } from "../../../../components/monitoring/types";
import type { ClusterContract } from "../../../../components/common/contracts";
import { record } from "../../../support/recorder";
import type { Recording } from "../../../support/recorder";
import { cluster } from "../../edge/fixtures";

const SECRET = "kubernetes:core/v1:Secret";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const CUSTOM = "kubernetes:monitoring.coreos.com/v1:Alertmanager";
const production: MonitoringSizes = {
  replicas: 2,
  scale: "full",
  logs: "bucket",
  traces: "search",
  receivers: "required",
};
const local: MonitoringSizes = { ...production, replicas: 1, scale: "small", receivers: "optional" };
const email = { host: "smtp.test.dev:2587", from: "alerts@test.dev", user: "alerts" };
const places = placesOf("test.dev");
const everybody: Alerting = {
  ways: { slack: true, pagerduty: true, email, heartbeat: true },
  places,
  mutes: {},
};
const nobody: Alerting = { ways: {}, places, mutes: {} };

function make(
  alerting: Alerting,
  sizes: MonitoringSizes,
  contract: Partial<ClusterContract> = {},
  preview = false,
): Promise<Recording<Alertmanager>> {
  return record(
    () =>
      new Alertmanager("am", {
        site: {
          cluster: cluster(contract),
          stage: "test",
          sizes,
          namespace: "monitoring",
          ready: [],
          operator: [],
        },
        alerting,
        secrets: Object.fromEntries(
          Object.keys(alerting.ways).map((way) => [way, pulumi.secret(`secret-of-${way}`)]),
        ),
      }),
    {
      preview,
      outputs: ({ name, inputs }) => {
        const { metadata } = inputs as { metadata?: { name?: string } };
        return metadata === undefined
          ? {}
          : { metadata: { ...metadata, name: metadata.name ?? `${name}-0a1b` } };
      },
    },
  );
}
const plain = (data: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]),
  );

describe("an Alertmanager", () => {
  it("that tells somebody is exactly these objects, a pair with a budget", async () => {
    const { resources, one } = await make(everybody, production);
    const { urn } = one("slipway:monitoring:Alertmanager", "am");
    const own: Record<string, number> = {};
    for (const { type } of resources.filter(({ parent }) => parent === urn)) own[type] = (own[type] ?? 0) + 1;
    assert.deepEqual(own, {
      "kubernetes:core/v1:ServiceAccount": 1,
      "kubernetes:core/v1:Service": 1,
      [POLICY]: 1,
      "kubernetes:policy/v1:PodDisruptionBudget": 1,
      "kubernetes:monitoring.coreos.com/v1:ServiceMonitor": 1,
      [SECRET]: 2,
      [CUSTOM]: 1,
    });
  });

  it("that tells nobody is one pod without a budget, and has no secret of a receiver", async () => {
    const program = await make(nobody, local);
    assert.equal(program.counts()["kubernetes:policy/v1:PodDisruptionBudget"], undefined);
    assert.deepEqual(
      program.ofType(SECRET).map(({ name }) => name),
      ["am-config"],
    );
    const { spec } = program.one(CUSTOM).inputs;
    assert.equal(spec.replicas, 1);
    assert.equal("volumes" in spec || "volumeMounts" in spec || "topologySpreadConstraints" in spec, false);
  });

  it("that tells nobody says so at preview", async () => {
    const said: string[] = [];
    const { log } = console;
    console.log = (text: string) => said.push(text);
    try {
      await make(nobody, local, {}, true);
      await make(everybody, production, {}, true);
    } finally {
      console.log = log;
    }
    assert.deepEqual(said, [
      "info: [runtime] stage test has no receivers: its alerts are kept in Alertmanager alone",
    ]);
  });

  it("has its configuration and templates as an immutable Secret that the engine names", async () => {
    const program = await make(everybody, production);
    const { inputs } = program.one(SECRET, "am-config");
    assert.equal(inputs["immutable"], true);
    assert.equal(inputs["metadata"].name, undefined);
    assert.deepEqual(plain(inputs["data"] as Record<string, string>), {
      "alertmanager.yaml": renderConfig(alertmanagerConfig(everybody)),
      "slipway.tmpl": templates("test"),
    });
    assert.equal(program.one(CUSTOM).inputs["spec"].configSecret, "am-config-0a1b");
  });

  it("has its receivers' secrets as files, and nowhere else", async () => {
    const program = await make(everybody, production);
    const { inputs, open } = program.one(SECRET, "am-receivers");
    assert.equal(inputs["immutable"], true);
    assert.deepEqual(plain(inputs["data"] as Record<string, string>), {
      slack: "secret-of-slack",
      pagerduty: "secret-of-pagerduty",
      email: "secret-of-email",
      heartbeat: "secret-of-heartbeat",
    });
    assert.doesNotMatch(JSON.stringify(open), /[Ss]ecret-of|c2VjcmV0/);
    const { spec } = program.one(CUSTOM).inputs;
    assert.deepEqual(spec.volumes, [
      { name: "receivers", secret: { secretName: "am-receivers-0a1b", defaultMode: 0o440 } },
    ]);
    assert.deepEqual(spec.volumeMounts, [
      { name: "receivers", mountPath: "/etc/alertmanager/receivers", readOnly: true },
    ]);
    const others = program.resources.filter(({ name }) => name !== "am-receivers");
    assert.doesNotMatch(JSON.stringify(others.map((one) => one.inputs)), /secret-of/);
  });

  it("is made by the operator as a pair that is spread, persistent and without privileges", async () => {
    const { spec, metadata } = (
      await make(everybody, production, { storageClass: pulumi.output("fast") })
    ).one(CUSTOM).inputs;
    assert.equal(metadata.name, "alertmanager");
    assert.equal(spec.replicas, 2);
    assert.equal(spec.portName, "http");
    assert.match(String(spec.version), /^v0\.34\.\d+$/);
    assert.equal(spec.image, `quay.io/prometheus/alertmanager:${String(spec.version)}`);
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.serviceAccountName, "alertmanager");
    assert.deepEqual([spec.securityContext.runAsNonRoot, spec.securityContext.runAsUser], [true, 65_534]);
    assert.equal(spec.resources.requests.memory, spec.resources.limits.memory);
    assert.deepEqual(
      (spec.topologySpreadConstraints as { topologyKey: string }[]).map((one) => one.topologyKey),
      ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
    );
    assert.deepEqual(spec.storage.volumeClaimTemplate.spec, {
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: "fast",
    });
  });

  it("is found by the labels that the operator leaves to its pods", async () => {
    const program = await make(everybody, production);
    const found = { "app.kubernetes.io/part-of": "slipway", "app.kubernetes.io/name": "alertmanager" };
    const { spec } = program.one(CUSTOM).inputs;
    // The operator itself sets the name of every Alertmanager to just this.
    assert.equal(spec.podMetadata.labels["app.kubernetes.io/part-of"], "slipway");
    const service = program.one("kubernetes:core/v1:Service").inputs;
    assert.deepEqual(service["spec"].selector, found);
    assert.deepEqual(service["spec"].ports, [
      { name: "http", port: 9093, targetPort: "http", protocol: "TCP" },
    ]);
    assert.equal(service["metadata"].annotations["pulumi.com/skipAwait"], "true");
    assert.deepEqual(program.one(POLICY).inputs["spec"].podSelector, { matchLabels: found });
  });

  const pods = (name: string) => ({
    podSelector: {
      matchLabels: { "app.kubernetes.io/part-of": "slipway", "app.kubernetes.io/name": name },
    },
  });
  const mesh = [
    { protocol: "TCP", port: 9094 },
    { protocol: "UDP", port: 9094 },
  ];
  const http = [{ protocol: "TCP", port: 9093 }];

  it("is open to Prometheus and Grafana, and to its twin; it reaches its twin, DNS, the internet's HTTPS and its mail server", async () => {
    const { spec } = (await make(everybody, production)).one(POLICY).inputs;
    assert.deepEqual(spec.policyTypes, ["Ingress", "Egress"]);
    assert.deepEqual(spec.ingress, [
      { from: [pods("prometheus")], ports: http },
      { from: [pods("grafana")], ports: http },
      { from: [pods("alertmanager")], ports: mesh },
    ]);
    const [twin, dns, https, mail, ...more] = spec.egress;
    assert.deepEqual(more, []);
    assert.deepEqual(twin, { to: [pods("alertmanager")], ports: mesh });
    assert.deepEqual(
      (dns.ports as { port: number }[]).map((one) => one.port),
      [53, 53],
    );
    assert.deepEqual(https.ports, [{ protocol: "TCP", port: 443 }]);
    assert.ok((https.to[0].ipBlock.except as string[]).includes("10.0.0.0/8"));
    assert.deepEqual(mail.ports, [{ protocol: "TCP", port: 2587 }]);
    assert.deepEqual(mail.to[0].ipBlock.except, ["169.254.0.0/16"]);
  });

  it("that is alone and tells nobody reaches nothing", async () => {
    const { spec } = (await make(nobody, local)).one(POLICY).inputs;
    assert.deepEqual(spec.ingress, [
      { from: [pods("prometheus")], ports: http },
      { from: [pods("grafana")], ports: http },
    ]);
    assert.equal("egress" in spec, false);
  });

  it("whose receiver has no secret is refused by its name before anything exists", async () => {
    await assert.rejects(
      record(
        () =>
          new Alertmanager("am", {
            site: {
              cluster: cluster(),
              stage: "test",
              sizes: production,
              namespace: "monitoring",
              ready: [],
              operator: [],
            },
            alerting: everybody,
            secrets: { slack: "a", email: "b", heartbeat: "c" },
          }),
      ),
      /^SlipwayError: Alertmanager: the receiver pagerduty has no secret; give it one, or leave the receiver out\.$/,
    );
  });
});
