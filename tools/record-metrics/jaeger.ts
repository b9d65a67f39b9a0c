import { JAEGER_CONFIG, jaegerPorts, jaegerSettings } from "../../components/monitoring/jaeger/config";
import type { Exporter } from "./exporter";
import { goProgram } from "./go-program";
import { eventually, freePort } from "./session";

/** The newest that the module proxy serves: the module's 1.76.0 is Jaeger 2.13.0. */
const moduleVersion = "1.76.0";
const version = "2.13.0";

export const jaeger: Exporter = {
  name: "jaeger",
  version,
  recorded:
    "with the configuration of the platform, traces in memory, sent a span and asked for it; the pinned 2.20.0 could " +
    "not be built here",
  async record(session) {
    const program = await goProgram({
      name: "jaeger",
      module: "github.com/jaegertracing/jaeger",
      version: moduleVersion,
      main: "cmd/jaeger",
    });
    const ports: Record<number, number> = {};
    for (const port of [...Object.values(jaegerPorts), 16_685]) ports[port] = await freePort();
    const at = (name: keyof typeof jaegerPorts): string => `http://127.0.0.1:${ports[jaegerPorts[name]]}`;
    const strategies = JSON.stringify({ default_strategy: { type: "probabilistic", param: 1 } });
    session.write("sampling.json", strategies);
    const text = JSON.stringify(jaegerSettings({ storage: { kind: "memory" }, share: 1 }))
      .replaceAll(JAEGER_CONFIG, session.folder)
      .replaceAll(/"(?:0\.0\.0\.0|127\.0\.0\.1):(\d+)"/g, (_, port) => `"127.0.0.1:${ports[Number(port)]}"`)
      .replace('"host":"0.0.0.0"', '"host":"127.0.0.1"')
      .replace(`"port":${jaegerPorts.metrics}`, `"port":${ports[jaegerPorts.metrics]}`);
    await session.start(
      program,
      [`--config=${session.write("jaeger.json", text)}`],
      `${at("health")}/status`,
    );

    const time = `${Date.now()}000000`;
    const span = {
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
      name: "recorded",
      kind: 2,
      startTimeUnixNano: time,
      endTimeUnixNano: time,
    };
    const attributes = [{ key: "service.name", value: { stringValue: "recorded" } }];
    await fetch(`${at("otlp-http")}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }],
      }),
    });
    await eventually("the span is found", async () =>
      (await (await fetch(`${at("http")}/api/traces?service=recorded`)).text()).includes(span.spanId),
    );
    await fetch(`${at("sampling")}/api/sampling?service=recorded`);
    return session.scrape(`${at("metrics")}/metrics`);
  },
};
