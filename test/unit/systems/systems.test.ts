import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { flows } from "../../../components/spec/reachability";
import { specForStage } from "../../../components/spec/stage";
import { validateSpec } from "../../../components/spec/validate";
import { findSystem, systems } from "../../../infra/systems";
import { daira } from "../../../infra/systems/daira";

describe("the list of systems", () => {
  it("refuses an unknown name, naming what exists and what was probably meant", () => {
    assert.throws(() => findSystem("diara"), {
      name: "SlipwayError",
      message:
        `slipway:systems: there is no system "diara" (did you mean "daira"?); allowed: ${Object.keys(systems).join(", ")}; ` +
        "correct the name in the stack's config, or add infra/systems/<name>.ts and list it in infra/systems/index.ts.",
    });
  });

  it("refuses names that every object has", () => {
    assert.throws(() => findSystem("constructor"), { name: "SlipwayError" });
  });

  it("finds a system by the name that its spec has", () => {
    for (const [name, spec] of Object.entries(systems)) {
      assert.equal(spec.name, name);
      assert.equal(findSystem(name), spec);
    }
  });

  it("holds only specs that are sound in every stage", () => {
    for (const spec of Object.values(systems)) {
      validateSpec(spec);
      for (const stage of Object.keys(spec.stages ?? {})) {
        validateSpec(specForStage(spec, { stage, replicaShare: 0.5, storeShare: 0.5 }));
      }
    }
  });

  it("holds data only: a system's file imports nothing but the spec", () => {
    for (const name of Object.keys(systems)) {
      const source = readFileSync(join(__dirname, `../../../infra/systems/${name}.ts`), "utf8");
      for (const [, path] of source.matchAll(/from "([^"]+)"/g))
        assert.match(path!, /^\.\.\/\.\.\/components\/spec\//);
    }
  });
});

describe("DAIRA", () => {
  it("has the hosts of its document", () => {
    const host = (stage: string): string | undefined =>
      specForStage(daira, { stage, replicaShare: 1, storeShare: 1 }).host;
    assert.deepEqual(["production", "staging", "local"].map(host), [
      "daira.dev",
      "staging.daira.dev",
      "daira.localhost",
    ]);
  });

  it("runs 2 to 5 pods in staging as its manifest says, not half of production's", () => {
    const { services } = specForStage(daira, { stage: "staging", replicaShare: 0.5, storeShare: 0.5 });
    assert.deepEqual(
      Object.values(services).map(({ replicas }) => replicas),
      [
        { min: 2, max: 5 },
        { min: 2, max: 5 },
      ],
    );
  });

  it("has half of production's volumes in staging", () => {
    const sizes = (share: number): string[] =>
      Object.values(
        specForStage(daira, { stage: "staging", replicaShare: share, storeShare: share }).stores ?? {},
      ).map(({ storage }) => storage);
    assert.deepEqual(sizes(1), ["20Gi", "4Gi"]);
    assert.deepEqual(sizes(0.5), ["10Gi", "2Gi"]);
  });

  it("opens exactly the flows of its document", () => {
    assert.deepEqual(
      flows(daira)
        .map(({ from, to, port }) => `${from} → ${to}:${port}`)
        .sort(),
      [
        "backend → dns:53",
        "backend → postgres:5432",
        "backend → redis:6379",
        "backend → traces:4317",
        "backend → traces:4318",
        "backend → traces:5778",
        "backend-migrate → dns:53",
        "backend-migrate → postgres:5432",
        "backend-migrate → redis:6379",
        "frontend → backend:3000",
        "frontend → dns:53",
        "gateway → backend:3000",
        "gateway → frontend:8080",
        "monitoring → backend:3000",
        "monitoring → postgres:9187",
        "monitoring → redis:9121",
      ],
    );
  });

  it("tells the log level and mode of each stage", () => {
    const env = (stage: string): unknown[] => {
      const { backend } = specForStage(daira, { stage, replicaShare: 1, storeShare: 1 }).services;
      return [backend?.env?.["NODE_ENV"], backend?.env?.["LOG_LEVEL"]];
    };
    assert.deepEqual(env("production"), ["production", "info"]);
    assert.deepEqual(env("staging"), ["staging", "debug"]);
    assert.deepEqual(env("local"), ["development", "debug"]);
  });
});
