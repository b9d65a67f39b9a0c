import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { logLevels } from "../../components/monitoring/alloy/logs";
import { LOKI_DATA, lokiConfig } from "../../components/monitoring/loki/config";
import type { LokiConfigArgs } from "../../components/monitoring/loki/config";
import { silent } from "../../engine/progress";
import { ensureTool } from "../../engine/tools";
import { temporaryFolder } from "../support/temporary";
import { installOnly } from "../support/tools";
import { getJson, until } from "./support/programs";

const run = promisify(execFile);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

const volume: LokiConfigArgs = { storage: { kind: "volume" }, members: 1, scale: "small" };
const bucket = (members: number, scale: "small" | "full"): LokiConfigArgs => ({
  storage: {
    kind: "bucket",
    bucket: "logs",
    region: "eu-central-1",
    kmsKeyArn: "arn:aws:kms:eu-central-1:1:key/k",
  },
  ...{ members, scale },
});

/** Our configuration in a folder of this machine in place of the pod's volume. */
function write(folder: string, args: LokiConfigArgs): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "loki.yaml");
  writeFileSync(file, lokiConfig(args).replaceAll(LOKI_DATA, folder));
  return file;
}

describe("Loki's configuration, as the real program reads it", function () {
  this.timeout(60_000);
  let program: string;
  let folder: string;

  before(installOnly("loki"));
  before(async () => {
    program = (await ensureTool("loki", silent)).path;
    folder = temporaryFolder("slipway-loki-test-");
  });

  const verify = (file: string) =>
    run(program, [`-config.file=${file}`, "-config.expand-env=true", "-verify-config"], {
      env: { POD_IP: "127.0.0.1" },
    });

  for (const [title, args] of [
    ["of one member on a volume", volume],
    ["of three members on a bucket", bucket(3, "full")],
    ["of one member on a bucket", bucket(1, "full")],
    ["of three small members", bucket(3, "small")],
  ] as const) {
    it(`is valid ${title}`, async () => {
      const { stderr } = await verify(write(path.join(folder, title.replaceAll(" ", "-")), args));
      assert.match(stderr, /config is valid/);
    });
  }

  it("would not be with a field that Loki does not know", async () => {
    const file = path.join(folder, "wrong.yaml");
    writeFileSync(file, lokiConfig(volume).replace('"retention_period"', '"retention_time"'));
    await assert.rejects(verify(file), /field retention_time not found/);
  });
});

describe("a real Loki with our configuration", function () {
  this.timeout(90_000);
  let child: ChildProcess;
  let url: string;

  before(installOnly("loki"));
  before(async function () {
    this.timeout(120_000);
    const { path: program } = await ensureTool("loki", silent);
    const file = write(temporaryFolder("slipway-loki-test-"), volume);
    const here = ["http", "grpc"].flatMap((kind) => [
      `-server.${kind}-listen-address=127.0.0.1`,
      `-server.${kind}-listen-port=0`,
    ]);
    child = spawn(program, [`-config.file=${file}`, ...here], {
      env: {},
      stdio: ["ignore", "ignore", "pipe"],
    });
    url = `http://${await addressOf(child)}`;
  });
  after(async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  const stream = {
    namespace: "daira",
    system: "daira",
    service: "backend",
    container: "backend",
    level: "error",
  };
  const push = (labels: object, ...values: unknown[][]): Promise<Response> =>
    fetch(`${url}/loki/api/v1/push`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ streams: [{ stream: labels, values }] }),
    });
  const now = (): string => `${Date.now()}000000`;
  interface Answer {
    readonly data: {
      readonly result: readonly { readonly stream: Record<string, string>; readonly values: string[][] }[];
    };
  }
  const ask = (query: string): Promise<Answer> =>
    getJson(`${url}/loki/api/v1/query_range?query=${encodeURIComponent(query)}&since=1h`);

  it("takes a line without a tenant, and finds it by the trace that it belongs to", async () => {
    await until("a line to be taken", 60, async () => {
      const { status } = await push(stream, [now(), "it failed", { trace_id: TRACE, pod: "backend-1" }]);
      return status === 204 ? true : undefined;
    });
    const found = await until("the line to be found", 30, async () => {
      const { data } = await ask(`{namespace="daira"} | trace_id="${TRACE}"`);
      return data.result[0];
    });
    assert.equal(found.values[0]?.[1], "it failed");
    assert.deepEqual(
      Object.fromEntries(["level", "service", "pod", "trace_id"].map((name) => [name, found.stream[name]])),
      { level: "error", service: "backend", pod: "backend-1", trace_id: TRACE },
    );
    const labels = await getJson<{ data: string[] }>(`${url}/loki/api/v1/labels`);
    assert.ok(!labels.data.includes("trace_id") && !labels.data.includes("pod"), "neither is a label");
    assert.ok(logLevels.includes(stream.level));
  });

  it("refuses a line of two weeks ago, and keeps one that is too long in part", async () => {
    const old = `${Date.now() - 14 * 24 * 3_600_000}000000`;
    const refused = await push(stream, [old, "late"]);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /too far behind|timestamp too old/);
    assert.equal((await push({ ...stream, level: "info" }, [now(), "x".repeat(70_000)])).status, 204);
    const [cut] = (await ask(`{level="info"}`)).data.result;
    assert.equal(cut?.values[0]?.[1]?.length, 64 * 1024);
  });

  it("answers for thirty days and no more", async () => {
    const config = await (await fetch(`${url}/config`)).text();
    for (const setting of [
      /retention_period: 30d/,
      /max_query_lookback: 30d/,
      /retention_enabled: true/,
      /auth_enabled: false/,
    ])
      assert.match(config, setting);
  });
});

async function addressOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    said.push(line);
    const { msg, http } = JSON.parse(line) as { msg?: string; http?: string };
    if (msg === "server listening on addresses" && http !== undefined) {
      child.stderr?.resume();
      return http;
    }
  }
  throw new Error(`Loki ended:\n${said.slice(-20).join("\n")}`);
}
