import assert from "node:assert/strict";
import { dataLosses, refuseDataLoss } from "../../../engine/data-loss";
import { explain } from "../../../engine/errors";
import type { StepRecord } from "../../../engine/types";

const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const INSTANCE = "aws:rds/instance:Instance";
const GROUP = "aws:elasticache/replicationGroup:ReplicationGroup";

function step(op: string, type: string, name: string, parent = "slipway:data:Store"): StepRecord {
  const chain = `slipway:system:System$${parent}$${type}`;
  return { op, type, urn: `urn:pulumi:dev::demo::${chain}::${name}`, diffs: [] };
}
const system = (name: string): StepRecord => ({
  ...{ op: "same", type: "slipway:system:System", diffs: [] },
  urn: `urn:pulumi:dev::demo::slipway:system:System::${name}`,
});

describe("the loss of a store's data", () => {
  const losing: readonly (readonly [StepRecord, string])[] = [
    [step("delete", CLAIM, "shop-db-data"), "delete shop/db"],
    [step("replace", CLAIM, "shop-db-data"), "replace shop/db"],
    [step("replace", INSTANCE, "shop-db-instance", "slipway:data:ManagedStore"), "replace shop/db"],
    [step("delete", GROUP, "shop-cache-group", "slipway:data:ManagedStore"), "delete shop/cache"],
  ];
  for (const [one, told] of losing) {
    it(`is seen: ${one.op} ${one.type.split(":").at(-1) ?? ""}`, () => {
      assert.deepEqual(
        dataLosses([system("shop"), one]).map(({ op, store }) => `${op} ${store}`),
        [told],
      );
    });
  }

  const harmless: readonly (readonly [string, StepRecord])[] = [
    ["a volume that grows", step("update", CLAIM, "shop-db-data")],
    ["a volume that stays", step("same", CLAIM, "shop-db-data")],
    ["a new store", step("create", INSTANCE, "shop-db-instance")],
    ["a reader that goes", step("delete", INSTANCE, "shop-db-reader-1", "slipway:data:ManagedStore")],
    ["a password's Secret", step("replace", "kubernetes:core/v1:Secret", "shop-db-connection")],
    ["the pod around the data", step("replace", "kubernetes:apps/v1:StatefulSet", "shop-db-member")],
    ["a volume of a service", step("delete", CLAIM, "shop-api-data", "slipway:workload:Workload")],
  ];
  for (const [title, one] of harmless) {
    it(`is not seen in ${title}`, () => assert.deepEqual(dataLosses([system("shop"), one]), []));
  }

  it("names the store by the system that has it, whatever dashes the names hold", () => {
    const name = (systems: readonly string[]): string =>
      dataLosses([...systems.map(system), step("delete", CLAIM, "a-b-c-data")])[0]?.store ?? "";
    assert.equal(name(["a"]), "a/b-c");
    assert.equal(name(["a-b"]), "a-b/c");
    assert.equal(name(["a", "a-b"]), "a-b/c");
  });

  it("is refused in one sentence until each store is confirmed by name", () => {
    const steps = [
      system("shop"),
      step("delete", CLAIM, "shop-db-data"),
      step("replace", GROUP, "shop-cache-group"),
    ];
    assert.throws(() => refuseDataLoss("dev", steps, []), {
      name: "SlipwayError",
      message:
        "up of stack dev: it would replace shop/cache, delete shop/db, and with that all data in there; nothing was changed; " +
        "allowed: stores that are named under slipway:confirm in Pulumi.dev.yaml; " +
        "undo the change or, when it is meant and a backup is at hand, confirm it: " +
        "pulumi config set --path 'slipway:confirm[0]' shop/cache -s dev.",
    });
    assert.throws(() => refuseDataLoss("dev", steps, ["shop/cache"]), /it would delete shop\/db, and/);
    assert.throws(() => refuseDataLoss("dev", steps, ["other/db", "db", "shop"]), /replace shop\/cache/);
    assert.doesNotThrow(() => refuseDataLoss("dev", steps, ["shop/db", "shop/cache"]));
  });
});

describe("a change of what is protected", () => {
  // Recorded from the CLI 3.259.0, with another name.
  const recorded = (name: string) => ({
    urn: step("delete", INSTANCE, name).urn,
    message: `Preview failed: resource "${step("delete", INSTANCE, name).urn}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the \`protect\` flag from the resource in your Pulumi program and run \`pulumi up\`, or use the command:\n\`pulumi state unprotect 'x'\``,
  });
  const explained = (operation: "preview" | "up", names: readonly string[]): string =>
    explain(new Error("failed"), {
      operation,
      target: { stack: "dev", env: {} },
      errors: names.map(recorded),
    }).message;

  it("is one sentence that says how to go about it", () => {
    assert.equal(
      explained("preview", ["shop-db-instance"]),
      'preview of stack dev: the change would delete or replace what is protected: aws:rds/instance:Instance "shop-db-instance"; nothing was changed; ' +
        "undo it or, when it is meant, lift the protection first: name the store under slipway:confirm (for anything else set slipway:protection to false) in Pulumi.dev.yaml, " +
        "run `slipway up -s dev` without the change, and then with it.",
    );
  });

  it("names five at most, and claims nothing of an update", () => {
    const told = explained("up", ["f", "e", "d", "c", "b", "a"]);
    assert.match(told, /Instance "a", .*"e" and 1 more; undo/);
    assert.doesNotMatch(told, /nothing was changed|"f"/);
  });
});
