/** Where finished spans go, as the OpenTelemetry variables say it. */
export interface OtlpSettings {
  /** Full URL of the traces endpoint. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds between two exports. */
  readonly delay: number;
}

export type Level = "debug" | "info" | "warn" | "error";

/** What the service is told by its environment. */
export interface Settings {
  readonly service: string;
  readonly version: string;
  /** Address to listen on; undefined is every address, as a pod must. */
  readonly host: string | undefined;
  /** 0 takes a free port. */
  readonly port: number;
  /** A further port for metrics and probes only. */
  readonly metricsPort: number | undefined;
  readonly level: Level;
  readonly resource: Readonly<Record<string, string>>;
  /** Undefined: spans are not exported. */
  readonly otlp: OtlpSettings | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Error of one sentence, naming the variable, its value and what is allowed. */
export function readSettings(env: Environment): Settings {
  // Not every value of LOG_LEVEL that an app knows is known here, and its stand-in must start all the same.
  const level = (["debug", "info", "warn", "error"] as const).find((known) => known === env.LOG_LEVEL);
  const resource = pairs(env.OTEL_RESOURCE_ATTRIBUTES);
  return {
    service: env.OTEL_SERVICE_NAME ?? env.SERVICE_NAME ?? resource["service.name"] ?? "reference",
    version: env.SERVICE_VERSION ?? resource["service.version"] ?? "0.0.0",
    host: env.HOST,
    port: port("PORT", env.PORT) ?? 8080,
    metricsPort: port("METRICS_PORT", env.METRICS_PORT) ?? port("PROMETHEUS_PORT", env.PROMETHEUS_PORT),
    level: level ?? "info",
    resource,
    otlp: readOtlp(env),
  };
}

function port(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new Error(`${name} is "${text}"; allowed: a whole number from 0 to 65535`);
}

// https://opentelemetry.io/docs/specs/otel/protocol/exporter/: the general endpoint gets the signal's path, the
// endpoint of the signal is taken as it is.
function readOtlp(env: Environment): OtlpSettings | undefined {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === "true" || env.OTEL_TRACES_EXPORTER === "none")
    return undefined;
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? "";
  const general = env.OTEL_EXPORTER_OTLP_ENDPOINT ?? "";
  if (own === "" && general === "") return undefined;
  const name = own === "" ? "OTEL_EXPORTER_OTLP_ENDPOINT" : "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
  const url = own === "" ? `${general.replace(/\/+$/, "")}/v1/traces` : own;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new Error(`${name} is no URL; allowed: the http or https address of an OTLP/HTTP receiver`);
  }
  const delay = Number(env.OTEL_BSP_SCHEDULE_DELAY);
  return {
    url,
    headers: pairs(env.OTEL_EXPORTER_OTLP_HEADERS),
    delay: Number.isInteger(delay) && delay > 0 ? delay : 5000,
  };
}

/** `a=1,b=2` with percent-encoded values. */
function pairs(text = ""): Record<string, string> {
  return Object.fromEntries(
    text
      .split(",")
      .map((pair) => pair.split("=", 2).map((part) => part.trim()))
      .filter(([name, value]) => name !== "" && value !== undefined)
      .map(([name = "", value = ""]) => [name, decode(value)]),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
