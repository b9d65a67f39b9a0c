import assert from "node:assert/strict";
import { withStandIns } from "../../../components/system/stand-in";
import type { ServiceSpec, SystemSpec } from "../../../components/spec/types";
import { contradictions } from "../../../components/spec/validate";
import { daira } from "../../../infra/systems/daira";
import { podOf, variable } from "../../support/pods";
import { full } from "../spec/full";
import { shop } from "../spec/fixtures";
import { render } from "./fixtures";

const everywhere = (): boolean => true;
const api = (spec: SystemSpec, isReference: (image: string) => boolean): ServiceSpec =>
  withStandIns(spec, isReference).services["api"]!;

describe("the reference service in place of an image", () => {
  it("changes nothing where every image is the app's own", () => {
    assert.deepEqual(
      withStandIns(full, () => false),
      full,
    );
    assert.deepEqual(
      withStandIns(shop, () => false),
      shop,
    );
  });

  it("runs no command of the app, and speaks only what it can", () => {
    const service = api(full, everywhere);
    for (const absent of ["command", "args", "preStop", "migrate", "protocol"])
      assert.equal(absent in service, false, absent);
    assert.deepEqual(service.init, {});
    assert.deepEqual(withStandIns(full, everywhere).jobs, {});
  });

  it("leaves containers of pinned images beside it", () => {
    assert.deepEqual(Object.keys(api(full, everywhere).sidecars ?? {}), ["proxy"]);
    const agentAlone = (image: string): boolean => image === "full/agent";
    assert.deepEqual(Object.keys(api(full, agentAlone).sidecars ?? {}), ["proxy"]);
    assert.deepEqual(api(full, agentAlone).init, full.services["api"]!.init);
    assert.deepEqual(api(full, agentAlone).migrate, full.services["api"]!.migrate);
  });

  it("leaves out only the jobs of images that there are not", () => {
    const { jobs } = withStandIns(full, (image) => image === "full/seed");
    assert.deepEqual(Object.keys(jobs ?? {}), ["nightly"]);
  });

  it("is told its name and its ports, unless the app's own variables say them", () => {
    assert.deepEqual(
      ["SERVICE_NAME", "PORT", "METRICS_PORT"].map((name) => api(full, everywhere).env?.[name]),
      ["api", "3000", "9090"],
    );
    const own = { ...full.services["api"]!, env: { PORT: "8081" } };
    assert.equal(api({ ...full, services: { api: own } }, everywhere).env?.["PORT"], "8081");
    assert.deepEqual(withStandIns(full, everywhere).services["worker"]?.env, { SERVICE_NAME: "worker" });
  });

  it("is asked by its port what the app is asked by a command or by gRPC, in the same time", () => {
    const { startup, readiness, liveness } = full.services["api"]!.probes!;
    const { periodSeconds, failureThreshold, timeoutSeconds } = startup!;
    assert.deepEqual(api(full, everywhere).probes, {
      startup: { tcp: "http", periodSeconds, failureThreshold, timeoutSeconds },
      readiness,
      liveness,
    });
    const probe = { exec: ["ok"], periodSeconds: 5, failureThreshold: 1, timeoutSeconds: 1 };
    const worker = { ...full.services["worker"]!, probes: { readiness: probe, liveness: probe } };
    assert.equal(
      "probes" in withStandIns({ ...full, services: { worker } }, everywhere).services["worker"]!,
      false,
    );
  });

  it("serves no metrics that a sidecar would have served which there is not", () => {
    const sidecars = {
      exporter: { image: "full/exporter", size: full.services["api"]!.size, ports: { stats: 9113 } },
    };
    const metrics = { path: "/metrics", port: "stats" };
    const service = { ...full.services["worker"]!, sidecars, metrics };
    const changed = withStandIns({ ...full, services: { worker: service } }, everywhere).services["worker"]!;
    assert.equal("metrics" in changed, false);
    assert.equal(
      withStandIns({ ...full, services: { worker: service } }, () => false).services["worker"]!.metrics,
      metrics,
    );
  });

  it("makes a spec that is as sound as it was", () => {
    for (const spec of [full, shop, daira]) {
      // What a stage says of a job that is left out has been taken into account before.
      const found = contradictions(withStandIns(spec, everywhere)).filter(
        ({ field }) => !field.startsWith("stages."),
      );
      assert.deepEqual(found, []);
    }
  });

  it("is rendered where the registry says so", async () => {
    const { one, counts } = await render(full, {
      args: { registry: { image: () => "reference@sha256:0" as never, isReference: everywhere } },
    });
    const [container] = podOf(one("kubernetes:apps/v1:Deployment", "full-api-deployment")).containers;
    assert.equal(container.image, "reference@sha256:0");
    assert.equal(variable(container, "PORT")?.value, "3000");
    assert.equal(counts()["kubernetes:batch/v1:Job"], undefined);
    assert.equal(counts()["kubernetes:batch/v1:CronJob"], undefined);
  });
});
