import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { RegistryContract } from "../../../components/common/contracts";
import { http } from "../../../components/spec/probes";
import { referenceEnv } from "../../../components/system/reference";
import { daira } from "../../../infra/systems/daira";
import { ReferenceService } from "../../support/reference";
import { render } from "./fixtures";

interface Container {
  readonly name: string;
  readonly env: { readonly name: string; readonly value?: string }[];
  readonly ports: { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

/** DAIRA's containers as `local` runs them, with the reference service in place of the named images. */
async function containers(standsIn: (image: string) => boolean): Promise<readonly Container[]> {
  const registry: RegistryContract = {
    image: (name) => pulumi.output(`registry.test/${name}@sha256:${"0".repeat(64)}`),
    isReference: standsIn,
  };
  const made = await render(daira, { stage: "local", share: 0.5, args: { registry } });
  return made
    .ofType("kubernetes:apps/v1:Deployment")
    .map(({ inputs }) => inputs["spec"].template.spec.containers[0] as Container);
}

const plain = ({ env }: Container): Record<string, string> =>
  Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));

describe("the reference service in place of a system's image", () => {
  let running: ReferenceService | undefined;
  afterEach(async () => {
    running?.kill("SIGKILL");
    await running?.exit();
    running = undefined;
  });

  for (const name of ["backend", "frontend"]) {
    it(`runs as DAIRA's ${name}: on its port, and ready by its probes`, async () => {
      const container = (await containers(() => true)).find((one) => one.name === name)!;
      const env = plain(container);
      const declared = container.ports.map(({ containerPort }) => String(containerPort));
      assert.deepEqual([env["PORT"], ...(env["EXTRA_PORTS"]?.split(",") ?? [])], declared);
      running = await new ReferenceService({ ...env, PORT: "0" }).ready();
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
        assert.ok(container.ports.some((port) => port.name === probe.httpGet.port));
        assert.equal((await running.get(probe.httpGet.path)).status, 200, probe.httpGet.path);
      }
      const { metrics } = daira.services[name]!;
      const { status, type } = await running.get(metrics?.path ?? "/metrics");
      assert.equal(status, 200);
      assert.match(type, /^text\/plain/);
    });
  }

  it("is told nothing where the system's own image runs", async () => {
    const told = ["SERVICE_NAME", "PORT", "EXTRA_PORTS", "HEALTH_PATHS", "METRICS_PATHS"];
    for (const container of await containers((image) => image === "daira/frontend")) {
      const names = Object.keys(plain(container)).filter((name) => told.includes(name));
      assert.deepEqual(
        names.sort(),
        container.name === "backend" ? [] : ["HEALTH_PATHS", "METRICS_PATHS", "PORT", "SERVICE_NAME"],
      );
    }
  });
});

describe("what the reference service is told", () => {
  const bare = { ...daira.services["frontend"]!, probes: undefined, port: undefined } as never;

  it("is every port, the first as PORT", () => {
    const service = { ...daira.services["backend"]!, ports: { metrics: 9090, grpc: 50051 } };
    const env = referenceEnv("backend", service);
    assert.equal(env["PORT"], "3000");
    assert.equal(env["EXTRA_PORTS"], "9090,50051");
  });

  it("is each probe's path once", () => {
    const service = {
      ...daira.services["backend"]!,
      probes: { ...http("/live"), readiness: http("/ready").readiness },
    };
    assert.equal(referenceEnv("backend", service)["HEALTH_PATHS"], "/live,/ready");
  });

  it("is no port and no path for a worker without either", () => {
    assert.deepEqual(referenceEnv("worker", bare), { SERVICE_NAME: "worker", METRICS_PATHS: "/metrics" });
  });
});
