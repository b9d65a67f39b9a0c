import assert from "node:assert/strict";
import { stages } from "../../../infra/stages";
import {
  byIdentity,
  identities,
  runProgram,
  stackFile,
  theProgram,
  withStage,
  withSystem,
} from "../../support/program";
import type { Program } from "../../support/program";
import { mailer, shop } from "../spec/fixtures";

const zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];
const onZones = (stack: string, names: readonly string[]): Promise<Program> =>
  theProgram(stack, { "slipway:network": { cidr: "10.16.0.0/16", zones: names } });

describe("logical names of the whole program", function () {
  this.timeout(60_000);
  for (const stack of ["staging", "production", "local"]) {
    it(`are made from names, never from positions (${stack})`, async () => {
      for (const { name } of (await theProgram(stack, { "slipway:systems": ["daira"] })).resources)
        assert.doesNotMatch(name, /(^|-)\d+$/, name);
    });
  }

  for (const stack of ["staging", "production"]) {
    it(`do not depend on the order of zones, admins or systems (${stack})`, async () => {
      const admins = { first: "role/First", second: "role/Second" };
      const ordered = (reverse: boolean): Promise<Program> => {
        const turn = <T>(list: readonly T[]): readonly T[] => (reverse ? [...list].reverse() : list);
        return runProgram(stack, {
          "slipway:systems": turn(["daira", "mailer"]),
          "slipway:network": { cidr: "10.0.0.0/16", zones: turn(zones) },
          "slipway:cluster": { admins: Object.fromEntries(turn(Object.entries(admins))) },
          "slipway:images": Object.fromEntries(
            ["daira/backend", "daira/frontend", "mailer/sender"].map((image) => [
              image,
              `sha256:${"0".repeat(64)}`,
            ]),
          ),
        });
      };
      await withSystem(mailer, async () => {
        assert.deepEqual(identities(await ordered(true)), identities(await ordered(false)));
      });
    });
  }

  for (const stack of ["staging", "production"]) {
    it(`stay when a zone is added, and so does where every subnet lies (${stack})`, async () => {
      const before = byIdentity(await onZones(stack, zones));
      for (const [added, longer] of [
        ["eu-central-1d", [...zones, "eu-central-1d"]],
        ["eu-central-1f", ["eu-central-1f", ...zones]],
      ] as const) {
        const after = byIdentity(await onZones(stack, longer));
        const lost = [...before.keys()].filter((urn) => !after.has(urn));
        assert.deepEqual(lost, []);
        const gained = [...after].filter(([urn]) => !before.has(urn)).map(([, { name }]) => name);
        assert.ok(gained.length > 0);
        for (const name of gained) assert.ok(name.endsWith(added), name);
        for (const [urn, { type, inputs }] of before) {
          if (type === "aws:ec2/subnet:Subnet") assert.deepEqual(after.get(urn)?.inputs, inputs);
        }
      }
    });

    it(`of all other zones stay when one is taken away (${stack})`, async () => {
      const before = byIdentity(await onZones(stack, [...zones, "eu-central-1d"]));
      const after = byIdentity(await onZones(stack, ["eu-central-1a", "eu-central-1c", "eu-central-1d"]));
      const lost = [...before.values()].filter(({ urn }) => !after.has(urn)).map(({ name }) => name);
      for (const name of lost) assert.ok(name.endsWith("eu-central-1b"), name);
      assert.deepEqual(
        [...after.keys()].filter((urn) => !before.has(urn)),
        [],
      );
    });
  }
});

describe("a further stage", function () {
  this.timeout(60_000);
  const file = { ...stackFile("staging"), "slipway:stage": "preview" };

  it("is one row of the table and one stack file", async () => {
    await withStage("preview", { ...stages["staging"]!, share: 1, nat: "none" }, async () => {
      const [preview, staging] = [await runProgram("preview", {}, file), await runProgram("staging")];
      assert.equal(preview.result["stage"], "preview");
      const { "aws:ec2/eip:Eip": _eip, "aws:ec2/natGateway:NatGateway": _nat, ...rest } = staging.counts();
      // With one NAT gateway less and no route to it; twice the pods have a budget, and a volume each.
      const { "kubernetes:policy/v1:PodDisruptionBudget": budgets, ...others } = preview.counts();
      const { "kubernetes:policy/v1:PodDisruptionBudget": fewer, ...same } = rest;
      const claims = "kubernetes:core/v1:PersistentVolumeClaim";
      assert.deepEqual(others, { ...same, "aws:ec2/route:Route": 1, [claims]: (same[claims] ?? 0) + 1 });
      assert.ok((budgets ?? 0) > (fewer ?? 0));
    });
  });

  it("gives each public system a host under its domain, and a cluster of its own", async () => {
    await withStage("preview", stages["staging"]!, async () => {
      const made = await runProgram("preview", { "slipway:systems": ["daira"] }, file);
      const hosts = made
        .ofType("kubernetes:cert-manager.io/v1:Certificate")
        .filter(({ name }) => name.startsWith("edge-"))
        .map(({ inputs }) => inputs["spec"].dnsNames as string[]);
      assert.deepEqual(hosts, [["preview.daira.dev"]]);
      assert.equal(made.one("aws:eks/cluster:Cluster").inputs["name"], "slipway-preview");
      const repositories = made
        .ofType("aws:ecr/repository:Repository")
        .map(({ inputs }) => String(inputs["name"]));
      for (const name of repositories) assert.match(name, /^slipway-preview\//);
    });
  });

  it("is refused by name without its row", async () => {
    await assert.rejects(runProgram("preview", {}, file), /there is no stage "preview"; allowed: production/);
  });
});

describe("a further system", function () {
  this.timeout(60_000);
  it("changes no resource of another, in no stage", async () => {
    for (const stack of ["staging", "production"]) {
      const named = { "slipway:systems": ["daira"] };
      const before = byIdentity(await theProgram(stack, named));
      const after = await withSystem(shop, async () =>
        byIdentity(await runProgram(stack, { "slipway:systems": ["daira", "shop"] })),
      );
      const changed = [...before].filter(([urn, resource]) => {
        const now = after.get(urn);
        return now === undefined || JSON.stringify(now) !== JSON.stringify(resource);
      });
      // The one gateway that all hosts share gets a listener more, and Prometheus a namespace more to look into.
      assert.deepEqual(changed.map(([, { name }]) => name).sort(), [
        "edge-gateway",
        "monitoring-prometheus-annotated-pods",
        "monitoring-prometheus-policy",
        "monitoring-prometheus-server",
      ]);
    }
  });
});
