import assert from "node:assert/strict";
import { flows, mayReach, partyNamespace } from "../../../components/spec/reachability";
import { changed } from "./contradictions";
import { mailer, shop } from "./fixtures";

const text = ({ from, to, port }: { from: string; to: string; port: number }): string =>
  `${from} → ${to}:${port}`;

describe("reachability", () => {
  for (const [from, to, port] of [
    ["web", "db", 5432],
    ["web", "cache", 6379],
    ["web", "https", 443],
    ["web", "api", 9090],
    ["web", "worker", 3000],
    ["api", "web", 8080],
    ["api", "cache", 6379],
    ["api", "db", 5433],
    ["api", "api", 3000],
    ["worker", "api", 3000],
    ["worker", "db", 5432],
    ["worker", "https", 443],
    ["db", "api", 3000],
    ["db", "dns", 53],
    ["cache", "https", 443],
    ["gateway", "api", 9090],
    ["gateway", "worker", 3000],
    ["gateway", "db", 5432],
    ["gateway", "web", 80],
    ["monitoring", "api", 3000],
    ["monitoring", "db", 5432],
    ["monitoring", "web", 8080],
    ["api", "db", 9187],
    ["api", "api-server", 443],
    ["web", "namespace:elsewhere", 8080],
  ] as const) {
    it(`keeps ${text({ from, to, port })} closed`, () => {
      assert.equal(mayReach(shop, from, to, port), false);
    });
  }

  it("opens exactly what routes, env and reaches say, and DNS to whoever reaches anything", () => {
    assert.deepEqual(flows(shop).map(text).sort(), [
      "api → db:5432",
      "api → dns:53",
      "api → https:443",
      "gateway → api:3000",
      "gateway → web:8080",
      "monitoring → api:9090",
      "monitoring → cache:9121",
      "monitoring → db:9187",
      "web → api:3000",
      "web → dns:53",
      "worker → cache:6379",
      "worker → dns:53",
    ]);
  });

  it("opens a store once that is named in env and in reaches", () => {
    const { api, ...others } = shop.services;
    const spec = { ...shop, services: { ...others, api: { ...api!, reaches: ["db"] } } };
    assert.deepEqual(
      flows(spec)
        .filter(({ from, to }) => from === "api" && to === "db")
        .map(text),
      ["api → db:5432"],
    );
  });

  it("opens the port of pods in another namespace to the service that names it, and no other", () => {
    const spec = changed([[{ namespace: "legacy", port: 8080 }], "services", "worker", "reaches"]);
    assert.deepEqual(
      flows(spec)
        .filter(({ from }) => from === "worker")
        .map(text),
      ["worker → namespace:legacy:8080", "worker → dns:53"],
    );
    assert.equal(partyNamespace("namespace:legacy"), "legacy");
    assert.equal(partyNamespace("worker"), undefined);
  });

  it("opens the Kubernetes API, on EKS and elsewhere, to a service that has rights there", () => {
    const permissions = [{ resources: ["configmaps"], verbs: ["get"] }];
    const spec = changed([permissions, "services", "worker", "permissions"]);
    assert.deepEqual(
      flows(spec)
        .filter(({ to }) => to === "api-server")
        .map(text),
      ["worker → api-server:443", "worker → api-server:6443"],
    );
  });

  it("lets a migration and a job reach what they name, and nobody reach them", () => {
    const job = { ...shop.services["worker"]!, reaches: ["db"], env: { S: { store: "cache", key: "url" } } };
    const spec = changed(
      [{ nightly: job }, "jobs"],
      changed([{ command: ["m"] }, "services", "api", "migrate"]),
    );
    const own = flows(spec).filter(({ from, to }) => /nightly|migrate/.test(from + to));
    assert.deepEqual(own.map(text).sort(), [
      "api-migrate → db:5432",
      "api-migrate → dns:53",
      "api-migrate → https:443",
      "nightly → cache:6379",
      "nightly → db:5432",
      "nightly → dns:53",
    ]);
  });

  it("opens a sidecar's port to monitoring where it serves the metrics, and its stores to the pod", () => {
    const size = { cpu: ["10m", "10m"], memory: ["8Mi", "8Mi"] };
    const env = { URL: { store: "cache", key: "url" } };
    const sidecars = { exporter: { size, env, ports: { metrics: 9113 } } };
    const service = { ...shop.services["web"], sidecars, metrics: { path: "/metrics", port: "metrics" } };
    const spec = changed([service, "services", "web"]);
    assert.equal(mayReach(spec, "monitoring", "web", 9113), true);
    assert.equal(mayReach(spec, "gateway", "web", 9113), false);
    assert.equal(mayReach(spec, "web", "cache", 6379), true);
  });

  it("opens nothing to a service that reaches nothing, not even DNS", () => {
    const { sender } = mailer.services;
    assert.deepEqual(flows({ ...mailer, services: { sender: { ...sender!, reaches: [] } } }), []);
    assert.deepEqual(flows(mailer).map(text), ["sender → https:443", "sender → dns:53"]);
  });
});
