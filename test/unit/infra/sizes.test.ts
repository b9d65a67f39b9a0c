import assert from "node:assert/strict";
import { parseBytes } from "../../../components/spec/quantities";
import type { Bytes, SystemSpec } from "../../../components/spec/types";
import { systems } from "../../../infra/systems";
import { runProgram, theProgram, withSystem } from "../../support/program";
import type { Program } from "../../support/program";
import type { Recorded } from "../../support/recorder";
import { shop } from "../spec/fixtures";

interface Pods {
  readonly min: number;
  readonly max: number;
}

const systemOf = ({ inputs }: Recorded): string =>
  String(inputs["metadata"].labels["app.kubernetes.io/part-of"]);

/** Of the system and not of its namespace, which a stage may name otherwise. */
const key = (resource: Recorded): string =>
  `${systemOf(resource)}/${String(resource.inputs["metadata"].name)}`;

/** Whether it is the exporter of a managed store, in place of which staging has the store itself. */
const isExporter = ({ inputs }: Recorded): boolean =>
  inputs["metadata"].labels["app.kubernetes.io/component"] === "exporter";

/** Objects of a kind that the systems have; the platform's own parts go by the stage in another way. */
const ofSystems = (made: Program, kind: string): readonly Recorded[] =>
  made
    .ofType(`kubernetes:${kind}`)
    .filter((resource) => systemOf(resource) !== "slipway" && !isExporter(resource));

/** What each pod of a stack asks for, by the name of what makes it. */
function resources(made: Program): Readonly<Record<string, unknown>> {
  const makers = [...ofSystems(made, "apps/v1:Deployment"), ...ofSystems(made, "apps/v1:StatefulSet")];
  return Object.fromEntries(
    makers.map((maker) => [
      key(maker),
      (maker.inputs["spec"].template.spec.containers as { resources: unknown }[]).map((one) => one.resources),
    ]),
  );
}

/** Fewest and most pods of each Deployment. */
function replicas(made: Program): Readonly<Record<string, Pods>> {
  const scalers = new Map(
    ofSystems(made, "autoscaling/v2:HorizontalPodAutoscaler").map((scaler) => [key(scaler), scaler]),
  );
  return Object.fromEntries(
    ofSystems(made, "apps/v1:Deployment").map((deployment) => {
      const scaler = scalers.get(key(deployment))?.inputs["spec"];
      const fixed = deployment.inputs["spec"].replicas as number;
      return [
        key(deployment),
        scaler === undefined
          ? { min: fixed, max: fixed }
          : { min: scaler.minReplicas as number, max: scaler.maxReplicas as number },
      ];
    }),
  );
}

const volumes = (made: Program): Readonly<Record<string, number>> =>
  Object.fromEntries(
    ofSystems(made, "core/v1:PersistentVolumeClaim").map((claim) => [
      key(claim),
      parseBytes(claim.inputs["spec"].resources.requests.storage as Bytes),
    ]),
  );

const half = (count: number): number => Math.max(1, Math.ceil(count / 2));

function documented(stack: string, name: string): Pods | undefined {
  const all: Readonly<Record<string, SystemSpec>> = { ...systems, shop };
  const [system = "", service = ""] = name.split("/");
  return all[system]?.stages?.[stack]?.replicas?.[service];
}

describe("sizes of staging against production, for every system", function () {
  this.timeout(60_000);
  let staging: Program;
  let production: Program;
  before(async () => {
    // Of the systems, and of one whose documents leave most numbers open.
    const named = { "slipway:systems": [...Object.keys(systems), shop.name] };
    await withSystem(shop, async () => {
      staging = await runProgram("staging", named);
      production = await runProgram("production", named);
    });
  });

  it("are equal for each pod", () => {
    const [less, full] = [resources(staging), resources(production)];
    assert.ok(Object.keys(full).length >= 9);
    // Stores are pods in staging alone.
    for (const [name, each] of Object.entries(full)) assert.deepEqual(less[name], each, name);
  });

  it("are half of the pods, and at least one, unless a document gives the numbers", () => {
    const [less, full] = [replicas(staging), replicas(production)];
    let halved = 0;
    for (const [name, { min, max }] of Object.entries(full)) {
      const given = documented("staging", name);
      if (given === undefined) halved++;
      assert.deepEqual(less[name], given ?? { min: half(min), max: half(max) }, name);
    }
    assert.ok(halved >= 2, "some system has numbers for production alone");
    assert.deepEqual(less["shop/web"], { min: 2, max: 2 });
    assert.deepEqual(less["shop/worker"], { min: 1, max: 1 });
  });

  it("are exactly the documents' in production", () => {
    const full = replicas(production);
    for (const spec of [...Object.values(systems), shop]) {
      for (const [service, own] of Object.entries(spec.services)) {
        const name = `${spec.name}/${service}`;
        if (full[name] !== undefined)
          assert.deepEqual(full[name], spec.stages?.["production"]?.replicas?.[service] ?? own.replicas);
      }
    }
  });

  it("are half of each store's volume, also where production has a managed one", () => {
    const [less, full] = [volumes(staging), volumes(production)];
    const databases = production
      .ofType("aws:rds/instance:Instance")
      .map(
        ({ name, inputs }) => [name.replace(/-instance$/, ""), Number(inputs["allocatedStorage"])] as const,
      );
    assert.ok(databases.length >= 3);
    const claims = new Map(
      staging
        .ofType("kubernetes:core/v1:PersistentVolumeClaim")
        .map((claim) => [claim.name.replace(/-data$/, ""), less[key(claim)]]),
    );
    const wanted = new Map(
      [...Object.values(systems), shop].flatMap(({ name, stores = {} }) =>
        Object.entries(stores).map(([store, { storage }]) => [`${name}-${store}`, parseBytes(storage)]),
      ),
    );
    for (const [name, gibibytes] of databases) {
      const bytes = wanted.get(name) ?? NaN;
      assert.equal(claims.get(name), bytes / 2, name);
      // RDS has no smaller disk than 20 GiB.
      assert.equal(gibibytes, Math.max(20, bytes / 1024 ** 3), name);
    }
    const both = Object.keys(full).filter((name) => name in less);
    assert.ok(both.length > 0);
    for (const name of both) assert.equal(less[name], (full[name] ?? NaN) / 2, name);
  });

  it("are half of the nodes' limits, on Auto Mode and in node groups", async () => {
    const limits = (made: Program): { cpu: number; memory: number } => {
      const { cpu, memory } = made.one("kubernetes:karpenter.sh/v1:NodePool").inputs["spec"].limits;
      return { cpu: Number(cpu), memory: parseBytes(memory as Bytes) };
    };
    const [less, full] = [limits(staging), limits(production)];
    assert.deepEqual(less, { cpu: full.cpu / 2, memory: full.memory / 2 });
    const most = async (stack: string): Promise<number[]> => {
      const cluster = { compute: "managed", admins: { platform: "role/PlatformAdmin" } };
      const made = await theProgram(stack, { "slipway:systems": ["daira"], "slipway:cluster": cluster });
      return made
        .ofType("aws:eks/nodeGroup:NodeGroup")
        .map(({ inputs }) => Number(inputs["scalingConfig"].maxSize));
    };
    assert.deepEqual(
      await most("staging"),
      (await most("production")).map((count) => count / 2),
    );
  });
});
