/** Name of the tool: of its Service and of its pods' labels. */
export const JAEGER = "jaeger";
/** What it answers on. */
export const jaegerPorts = {
  /** Pages and queries. */
  http: 16_686,
  "otlp-grpc": 4317,
  "otlp-http": 4318,
  /** Which share of its traces a service should begin. */
  sampling: 5778,
  metrics: 8888,
  health: 13_133,
} as const;

/** Folder of its configuration. */
export const JAEGER_CONFIG = "/etc/jaeger";
/** Where its volume is, in a stage that keeps traces on one. */
export const JAEGER_DATA = "/var/lib/jaeger";
/** Folder of the password of OpenSearch, and the file in it. */
export const SEARCH_SECRET = "/etc/jaeger-search";
export const PASSWORD_FILE = "password";
/** Days for which traces are kept. */
export const TRACE_DAYS = 7;

/** Traces that a Jaeger without a volume remembers. */
const MOST_IN_MEMORY = 20_000;
const STORE = "traces";

/** Where traces are kept. */
export type TraceStorage =
  | { readonly kind: "memory" }
  | { readonly kind: "volume" }
  | {
      readonly kind: "search";
      /** Address of OpenSearch, which answers over TLS alone. */
      readonly url: string;
      readonly username: string;
      /** Copies of each index beside the first. */
      readonly copies: number;
    };

/** What Jaeger's configuration is made from. */
export interface JaegerConfigArgs {
  readonly storage: TraceStorage;
  /** Share of traces of a service that {@link samplingStrategies} does not name. */
  readonly share: number;
}

/**
 * Jaeger's configuration file, as JSON, which is YAML. It is that of an OpenTelemetry Collector with Jaeger's storage
 * and query extensions (https://www.jaegertracing.io/docs/2.20/deployment/configuration/). Nothing of it listens but
 * what {@link jaegerPorts} names.
 */
export function jaegerConfig(args: JaegerConfigArgs): string {
  return JSON.stringify(jaegerSettings(args), null, 2);
}

/** The same, before it is a text. */
export function jaegerSettings({ storage, share }: JaegerConfigArgs) {
  const at = (port: keyof typeof jaegerPorts) => ({ endpoint: `0.0.0.0:${jaegerPorts[port]}` });
  return {
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "remote_sampling", "healthcheckv2"],
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "batch"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
      telemetry: {
        resource: { "service.name": JAEGER },
        metrics: {
          level: "detailed",
          readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: jaegerPorts.metrics } } } }],
        },
        logs: { level: "info", encoding: "json" },
      },
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: at("health") },
      jaeger_storage: { backends: { [STORE]: backend(storage) } },
      jaeger_query: {
        storage: { traces: STORE },
        http: at("http"),
        // Grafana and people ask by HTTP; what is left out would listen on the loopback.
        grpc: { endpoint: "127.0.0.1:16685" },
      },
      remote_sampling: {
        file: {
          path: `${JAEGER_CONFIG}/sampling.json`,
          default_sampling_probability: share,
          reload_interval: "1m",
        },
        http: at("sampling"),
      },
    },
    receivers: { otlp: { protocols: { grpc: at("otlp-grpc"), http: at("otlp-http") } } },
    processors: {
      memory_limiter: { check_interval: "1s", limit_percentage: 75, spike_limit_percentage: 20 },
      batch: {},
    },
    exporters: { jaeger_storage_exporter: { trace_storage: STORE } },
  };
}

function backend(storage: TraceStorage): Readonly<Record<string, unknown>> {
  switch (storage.kind) {
    case "memory":
      return { memory: { max_traces: MOST_IN_MEMORY } };
    case "volume":
      return {
        badger: {
          ephemeral: false,
          directories: { keys: `${JAEGER_DATA}/keys`, values: `${JAEGER_DATA}/values` },
          ttl: { spans: `${TRACE_DAYS * 24}h` },
        },
      };
    case "search": {
      const daily = {
        shards: 1,
        replicas: storage.copies,
        rotation: { periodic: { date_layout: "2006-01-02", rollover_frequency: "day" } },
      };
      return {
        opensearch: {
          server_urls: [storage.url],
          auth: {
            basic: {
              username: storage.username,
              password_file: `${SEARCH_SECRET}/${PASSWORD_FILE}`,
              reload_interval: "1m",
            },
          },
          max_span_age: `${TRACE_DAYS * 24}h`,
          create_mappings: true,
          indices: {
            spans: daily,
            services: daily,
            dependencies: daily,
            sampling: daily,
          },
        },
      };
    }
  }
}
