import assert from "node:assert/strict";
import { jaegerPorts, jaegerSettings } from "../../../components/monitoring/jaeger/config";
import type { TraceStorage } from "../../../components/monitoring/jaeger/config";
import { Jaeger } from "../../../components/monitoring/jaeger/jaeger";
import { samplingStrategies, traceShare, traceSources } from "../../../components/monitoring/jaeger/sampling";
import { observabilityOf } from "../../../components/monitoring/observability";
import type { MonitoringSizes } from "../../../components/monitoring/types";
import { TRACES_PORTS, TRACES_TOOL } from "../../../components/common/monitoring";
import type { Recording } from "../../support/recorder";
import { decoded } from "../system/fixtures";
import { pair, recordOn, single, staged } from "./prometheus/fixtures";

const URL = "https://vpc-traces.eu-central-1.es.amazonaws.com:443";
const store = {
  url: URL,
  username: "jaeger",
  password: "a-secret",
  cidrs: ["10.0.64.0/24", "10.0.65.0/24"],
  copies: 1,
};
const search: TraceStorage = { kind: "search", url: URL, username: "jaeger", copies: 1 };
const onVolume: MonitoringSizes = { ...single, traces: "volume", scale: "full" };
const sources = traceSources(staged("production"));

function backendOf(storage: TraceStorage): Record<string, unknown> {
  const { extensions } = jaegerSettings({ storage, share: 1 });
  return extensions.jaeger_storage.backends.traces as Record<string, unknown>;
}

describe("Jaeger's configuration", () => {
  // Extensions, receivers, processors and exporters that the binary of 2.20 has (cmd/jaeger/internal/components.go).
  const known = {
    extensions: ["healthcheckv2", "jaeger_query", "jaeger_storage", "remote_sampling"],
    receivers: ["otlp"],
    processors: ["batch", "memory_limiter"],
    exporters: ["jaeger_storage_exporter"],
  };

  it("defines just the parts that it uses, and the binary has", () => {
    const { service, ...parts } = jaegerSettings({ storage: { kind: "memory" }, share: 1 });
    const { receivers, processors, exporters } = service.pipelines.traces;
    assert.deepEqual(
      {
        extensions: [...service.extensions].sort(),
        receivers,
        processors: [...processors].sort(),
        exporters,
      },
      known,
    );
    assert.deepEqual(
      Object.fromEntries(Object.entries(parts).map(([part, all]) => [part, Object.keys(all).sort()])),
      known,
    );
    // What is too much is refused before it is collected into batches.
    assert.deepEqual(processors, ["memory_limiter", "batch"]);
  });

  it("stores and asks one store by its name", () => {
    for (const storage of [{ kind: "memory" }, { kind: "volume" }, search] as const) {
      const { extensions, exporters } = jaegerSettings({ storage, share: 1 });
      const [name, ...more] = Object.keys(extensions.jaeger_storage.backends);
      assert.deepEqual(more, []);
      assert.equal(extensions.jaeger_query.storage.traces, name);
      assert.equal(exporters.jaeger_storage_exporter.trace_storage, name);
    }
  });

  it("keeps traces in memory, on a volume or in OpenSearch, for seven days", () => {
    assert.deepEqual(backendOf({ kind: "memory" }), { memory: { max_traces: 20_000 } });
    assert.deepEqual(backendOf({ kind: "volume" }), {
      badger: {
        ephemeral: false,
        directories: { keys: "/var/lib/jaeger/keys", values: "/var/lib/jaeger/values" },
        ttl: { spans: "168h" },
      },
    });
    const daily = {
      shards: 1,
      replicas: 1,
      rotation: { periodic: { date_layout: "2006-01-02", rollover_frequency: "day" } },
    };
    assert.deepEqual(backendOf(search), {
      opensearch: {
        server_urls: [URL],
        auth: {
          basic: { username: "jaeger", password_file: "/etc/jaeger-search/password", reload_interval: "1m" },
        },
        max_span_age: "168h",
        create_mappings: true,
        indices: { spans: daily, services: daily, dependencies: daily, sampling: daily },
      },
    });
  });

  it("listens where the platform expects it, and nowhere else", () => {
    const { extensions, receivers, service } = jaegerSettings({ storage: { kind: "memory" }, share: 0.5 });
    assert.deepEqual(receivers.otlp.protocols, {
      grpc: { endpoint: "0.0.0.0:4317" },
      http: { endpoint: "0.0.0.0:4318" },
    });
    assert.deepEqual(extensions.healthcheckv2, { use_v2: true, http: { endpoint: "0.0.0.0:13133" } });
    assert.deepEqual(
      [extensions.jaeger_query.http.endpoint, extensions.jaeger_query.grpc.endpoint],
      ["0.0.0.0:16686", "127.0.0.1:16685"],
    );
    assert.deepEqual(extensions.remote_sampling, {
      file: { path: "/etc/jaeger/sampling.json", default_sampling_probability: 0.5, reload_interval: "1m" },
      http: { endpoint: "0.0.0.0:5778" },
    });
    assert.deepEqual(service.telemetry.metrics.readers[0]?.pull.exporter.prometheus, {
      host: "0.0.0.0",
      port: 8888,
    });
    assert.deepEqual(
      [...TRACES_PORTS],
      [jaegerPorts["otlp-grpc"], jaegerPorts["otlp-http"], jaegerPorts.sampling],
    );
  });

  it("names each service whose document asks for traces, under the name that its spans have", () => {
    assert.deepEqual(sources, [{ system: "daira", namespace: "daira", workload: "backend" }]);
    assert.deepEqual(JSON.parse(samplingStrategies(sources, 0.1)), {
      default_strategy: { type: "probabilistic", param: 0.1 },
      service_strategies: [{ service: "daira-backend", type: "probabilistic", param: 0.1 }],
    });
    const shares = (["memory", "volume", "search"] as const).map((traces) => traceShare({ traces }));
    assert.deepEqual(shares, [1, 1, 0.1]);
  });
});

describe("where systems send what they measure", () => {
  it("is Jaeger by OTLP/HTTP, and a receiver where pages send", () => {
    assert.deepEqual(observabilityOf(staged("production"), { traces: "search" }), {
      traces: { endpoint: "http://jaeger.monitoring.svc.cluster.local:4318", share: 0.1 },
      browser: { namespace: "monitoring", service: "alloy-browser", port: 4318 },
    });
    const noa = staged("local").filter(({ name }) => name === "noa");
    assert.deepEqual(observabilityOf(noa, { traces: "memory" }), {
      traces: { endpoint: "http://jaeger.monitoring.svc.cluster.local:4318", share: 1 },
    });
  });
});

function record(sizes: MonitoringSizes, withStore = sizes.traces === "search"): Promise<Recording<Jaeger>> {
  return recordOn(
    (site) =>
      new Jaeger("jaeger", { site, sources, store: withStore ? store : undefined, clients: ["grafana"] }),
    { sizes },
  );
}
const kinds = (all: Recording<unknown>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(all.counts()).map(([type, count]) => [type.split(":").at(-1) ?? "", count]),
  );

describe("Jaeger", () => {
  const always = {
    ...{
      ConfigMap: 3,
      Jaeger: 1,
      NetworkPolicy: 1,
      Service: 1,
      ServiceAccount: 1,
      ServiceMonitor: 1,
      kubernetes: 1,
    },
  };

  it("is a single pod that forgets in a stage that keeps traces in memory", async () => {
    const all = await record({ ...single, replicas: 2 });
    assert.deepEqual(kinds(all), { ...always, Deployment: 1 });
    assert.equal(
      (all.one("kubernetes:apps/v1:Deployment").inputs["spec"] as { replicas: number }).replicas,
      1,
    );
  });

  it("is a single pod with a volume in a stage that keeps traces on one", async () => {
    const all = await record(onVolume);
    assert.deepEqual(kinds(all), { ...always, Service: 2, StatefulSet: 1, PersistentVolumeClaim: 1 });
    const { spec } = all.one("kubernetes:core/v1:PersistentVolumeClaim").inputs as {
      spec: { resources: { requests: { storage: string } } };
    };
    assert.equal(spec.resources.requests.storage, "20Gi");
  });

  it("is a pair on OpenSearch in production, with a job that deletes what is older than a week", async () => {
    const all = await record(pair);
    assert.deepEqual(kinds(all), {
      ...always,
      ...{
        CronJob: 1,
        Deployment: 1,
        NetworkPolicy: 2,
        PodDisruptionBudget: 1,
        Secret: 1,
        ServiceAccount: 2,
      },
    });
    const { spec } = all.one("kubernetes:batch/v1:CronJob").inputs as {
      spec: {
        schedule: string;
        concurrencyPolicy: string;
        jobTemplate: { spec: { template: { spec: { containers: { args: string[]; env: object[] }[] } } } };
      };
    };
    assert.deepEqual([spec.schedule, spec.concurrencyPolicy], ["30 0 * * *", "Forbid"]);
    const [container] = spec.jobTemplate.spec.template.spec.containers;
    assert.deepEqual(container?.args, ["7", URL]);
    assert.equal(JSON.stringify(container).includes("a-secret"), false);
  });

  it("has the password of OpenSearch in a Secret alone, which is never changed", async () => {
    const all = await record(pair);
    const secret = all.one("kubernetes:core/v1:Secret");
    assert.deepEqual(decoded(secret), { username: "jaeger", password: "a-secret" });
    assert.equal(secret.inputs["immutable"], true);
    const others = all.resources.filter(({ type }) => type !== secret.type);
    assert.ok(!JSON.stringify(others.map(({ inputs }) => inputs)).includes("a-secret"));
  });

  it("is reached by Grafana, by Prometheus, and for spans by just the workloads that send them", async () => {
    const { ingress, egress } = (await record(pair)).one(
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "jaeger-policy",
    ).inputs["spec"] as {
      ingress: { from: object[]; ports: { port: number }[] }[];
      egress: { to: object[]; ports: object[] }[];
    };
    assert.deepEqual(
      ingress.map(({ ports }) => ports.map(({ port }) => port)),
      [[8888], [16_686], [4317, 4318, 5778]],
    );
    assert.deepEqual(ingress[2]?.from, [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "daira" } },
        podSelector: {
          matchLabels: { "app.kubernetes.io/part-of": "daira", "app.kubernetes.io/name": "backend" },
        },
      },
    ]);
    assert.deepEqual(egress[1], {
      to: [{ ipBlock: { cidr: "10.0.64.0/24" } }, { ipBlock: { cidr: "10.0.65.0/24" } }],
      ports: [{ protocol: "TCP", port: 443 }],
    });
    const alone = (await record(single)).one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs[
      "spec"
    ] as object;
    assert.ok(!("egress" in alone), "without OpenSearch it reaches nobody");
  });

  it("has the labels by which systems open their way to it", async () => {
    const { template } = (await record(pair)).one("kubernetes:apps/v1:Deployment").inputs["spec"] as {
      template: { metadata: { labels: Record<string, string> } };
    };
    assert.equal(template.metadata.labels["app.kubernetes.io/name"], TRACES_TOOL);
    assert.equal(template.metadata.labels["app.kubernetes.io/part-of"], "slipway");
  });

  it("is refused without the OpenSearch that its stage wants", async () => {
    await assert.rejects(
      record(pair, false),
      /stage production: traces are to be kept in OpenSearch, and there is none/,
    );
  });
});
