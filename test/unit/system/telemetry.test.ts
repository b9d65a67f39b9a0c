import assert from "node:assert/strict";
import type { ObservabilityContract } from "../../../components/common/contracts";
import { reservedNames } from "../../../components/spec/reachability";
import { contradictions } from "../../../components/spec/validate";
import type { SystemSpec } from "../../../components/spec/types";
import type { Recorded, Recording } from "../../support/recorder";
import { shop } from "../spec/fixtures";
import { render } from "./fixtures";
import type { RenderOptions } from "./fixtures";

const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const TRAFFIC = "kubernetes:gateway.envoyproxy.io/v1alpha1:BackendTrafficPolicy";

const observability: ObservabilityContract = {
  traces: { endpoint: "http://jaeger.monitoring.svc.cluster.local:4318", share: 0.25 },
  browser: { namespace: "monitoring", service: "alloy-browser", port: 4318 },
};
const told: RenderOptions = { args: { observability } };
const browser = { metrics: { page_load_time: "histogram" } } as const;
const pages: SystemSpec = { ...shop, browser };
const traced: SystemSpec = {
  ...shop,
  namespace: "retail",
  services: { ...shop.services, api: { ...shop.services["api"]!, traces: true } },
};

const specOf = ({ inputs }: Recorded) => inputs["spec"] as never;
const telemetryOf = ({ ofType }: Pick<Recording<unknown>, "ofType">, type: string): readonly Recorded[] =>
  ofType(type).filter(({ name }) => name.includes("telemetry"));

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

function variables(all: Recording<unknown>, deployment: string): Record<string, string | undefined> {
  const { template } = specOf(all.one("kubernetes:apps/v1:Deployment", deployment)) as {
    template: { spec: { containers: Container[]; initContainers?: Container[] } };
  };
  const [own] = template.spec.containers;
  return Object.fromEntries((own?.env ?? []).map(({ name, value }) => [name, value]));
}
const otel = (env: Record<string, unknown>): string[] =>
  Object.keys(env).filter((name) => name.startsWith("OTEL_"));

describe("the way for what pages measure", () => {
  it("leads one path of the host, and POST alone, to the platform's receiver", async () => {
    const all = await render(pages, told);
    const [route, ...more] = telemetryOf(all, ROUTE);
    assert.deepEqual(more, []);
    const host = "shop.example.com";
    const { parentRefs, hostnames, rules } = specOf(route!) as {
      parentRefs: object[];
      hostnames: string[];
      rules: object[];
    };
    assert.deepEqual(hostnames, [host]);
    assert.deepEqual(parentRefs, [
      { name: "edge", namespace: "slipway-edge", sectionName: "https-shop-example-com" },
    ]);
    const [{ filters, ...rule }] = rules as [{ filters: { type: string }[] }];
    assert.equal(rules.length, 1);
    assert.deepEqual(rule, {
      name: "telemetry",
      matches: [{ path: { type: "Exact", value: "/telemetry/v1/metrics" }, method: "POST" }],
      backendRefs: [{ name: "alloy-browser", namespace: "monitoring", port: 4318 }],
      timeouts: { request: "10s" },
    });
    assert.deepEqual(
      filters.map(({ type }) => type),
      ["RequestHeaderModifier", "URLRewrite", "ResponseHeaderModifier"],
    );
    assert.deepEqual(filters[1], {
      type: "URLRewrite",
      urlRewrite: { path: { type: "ReplaceFullPath", replaceFullPath: "/v1/metrics" } },
    });
  });

  it("says itself whose pages they are, and passes nothing on that names a user", async () => {
    const all = await render({ ...pages, namespace: "retail" }, told);
    const { rules } = specOf(telemetryOf(all, ROUTE)[0]!) as { rules: { filters: object[] }[] };
    assert.deepEqual(rules[0]?.filters[0], {
      type: "RequestHeaderModifier",
      requestHeaderModifier: {
        set: [
          { name: "x-slipway-system", value: "shop" },
          { name: "x-slipway-namespace", value: "retail" },
        ],
        remove: ["cookie", "authorization"],
      },
    });
  });

  it("takes 64Ki and 30 requests a minute of each address, and is opened after that limit stands", async () => {
    const all = await render(pages, told);
    const [limits, ...more] = telemetryOf(all, TRAFFIC);
    assert.deepEqual(more, []);
    assert.deepEqual(specOf(limits!), {
      targetRefs: [
        {
          group: "gateway.networking.k8s.io",
          kind: "HTTPRoute",
          name: "telemetry",
          sectionName: "telemetry",
        },
      ],
      mergeType: "StrategicMerge",
      rateLimit: {
        local: {
          rules: ["0.0.0.0/0", "::/0"].map((value) => ({
            clientSelectors: [{ sourceCIDR: { type: "Distinct", value } }],
            limit: { requests: 30, unit: "Minute" },
          })),
        },
      },
      requestBuffer: { limit: "64Ki" },
    });
    const route = telemetryOf(all, ROUTE)[0]!;
    assert.equal((route.inputs["metadata"] as { name: string }).name, "telemetry");
    assert.ok(route.dependsOn.includes(limits!.urn));
  });

  for (const [title, spec, options] of [
    ["a system whose pages measure nothing", shop, told],
    ["a stack without a monitoring stack", pages, {}],
    ["a stack without a receiver", pages, { args: { observability: { traces: observability.traces } } }],
  ] as const) {
    it(`is closed for ${title}`, async () => {
      const all = await render(spec, options);
      assert.deepEqual([...telemetryOf(all, ROUTE), ...telemetryOf(all, TRAFFIC)], []);
    });
  }

  it("has names that no service may have", () => {
    for (const name of ["telemetry", "traces"]) {
      assert.ok(reservedNames.includes(name));
      const services = { ...shop.services, [name]: shop.services["api"]! };
      assert.ok(
        contradictions({ ...shop, services }).some(
          ({ field, value }) => field === "services" && value === `"${name}"`,
        ),
        name,
      );
    }
  });
});

describe("a service that sends traces", () => {
  it("finds in the variables of OpenTelemetry where to, as whom, and how many", async () => {
    const env = variables(await render(traced, { ...told, stage: "production" }), "shop-api-deployment");
    assert.deepEqual(Object.fromEntries(otel(env).map((name) => [name, env[name]])), {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://jaeger.monitoring.svc.cluster.local:4318",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      OTEL_LOGS_EXPORTER: "none",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_RESOURCE_ATTRIBUTES:
        "service.namespace=shop,k8s.namespace.name=retail,deployment.environment.name=production",
      OTEL_SERVICE_NAME: "shop-api",
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.25",
    });
  });

  it("keeps what its own spec says of them", async () => {
    const api = { ...traced.services["api"]!, env: { OTEL_TRACES_SAMPLER: "always_on" } };
    const all = await render({ ...traced, services: { ...traced.services, api } }, told);
    const env = variables(all, "shop-api-deployment");
    assert.equal(env["OTEL_TRACES_SAMPLER"], "always_on");
    assert.equal(env["OTEL_SERVICE_NAME"], "shop-api");
  });

  it("is the only one of its system that is told so", async () => {
    const env = variables(await render(traced, told), "shop-web-deployment");
    assert.deepEqual(otel(env), []);
  });

  it("is told nothing where nobody takes them", async () => {
    assert.deepEqual(otel(variables(await render(traced), "shop-api-deployment")), []);
  });
});
