import assert from "node:assert/strict";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { preview, up } from "../../engine/operations";
import { packFor } from "../../engine/pack";
import { silent } from "../../engine/progress";
import { PolicyViolationError } from "../../engine/violations";
import { installTools } from "../support/tools";
import { podFixtures } from "../policy/fixtures/pods";
import { withChange } from "../support/policy";
import type { Path } from "../support/policy";
import type { Scratch } from "./support/scratch";
import { scratch } from "./support/scratch";

const root = path.resolve(__dirname, "..", "..");
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const { object: deployment, pod } = podFixtures[DEPLOYMENT]!;

/** A resource that the engine keeps by itself: what it shows the pack needs no provider. */
class Thing extends pulumi.Resource {
  constructor(type: string, name: string, props: object) {
    super(type, name, false, props as pulumi.Inputs);
  }
}

/** A Deployment with one field of its pod made something else. */
const program = (at: Path, value: unknown): (() => Promise<void>) => {
  return () => {
    // A value that only an update knows stands for itself in this graph: nothing here makes one.
    const given = value === LATER && pulumi.runtime.isDryRun() ? pulumi.unknown : value;
    new Thing(DEPLOYMENT, "api", withInput(withChange(deployment, [...pod, ...at], "to be put"), given));
    return Promise.resolve();
  };
};

const LATER = 10_001;

/** The object with an input in the place that was left for it. */
function withInput(value: unknown, input: unknown): object {
  if (value === "to be put") return input as object;
  if (Array.isArray(value)) return value.map((item) => withInput(item, input));
  if (typeof value !== "object" || value === null) return value as object;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withInput(inner, input)]));
}

// Rules about what stands around a Deployment are not this test's.
const onlyPods = { all: "disabled", "slipway-policies-rule-report-undecided": "advisory" };
const NON_ROOT = "kubernetes-core-pod-require-non-root";
const ROOT_USER = "kubernetes-core-pod-forbid-root-user";
const ESCALATION = "kubernetes-core-pod-forbid-privilege-escalation";

describe("the policy pack under the real engine", function () {
  this.timeout(180_000);
  before(installTools);
  let here: Scratch;
  before(async () => {
    here = await scratch();
  });
  after(async () => {
    await (here as Scratch | undefined)?.remove();
  });

  async function target(what: () => Promise<void>, config: object, stack: string) {
    const policyPack = await packFor(path.join(root, "policies"), {
      into: path.join(here.folder, "packs"),
      config: { ...onlyPods, ...config },
    });
    return here.target(what, { policyPack, stack });
  }

  it("says at the end of a preview what it cannot decide, and decides at the update", async () => {
    const unknown = program(["securityContext", "runAsUser"], LATER);
    // The stack is new, so only `up` makes it.
    const done = await up(await target(unknown, { [ROOT_USER]: "mandatory" }, "undecided"), silent, {
      engine: here.engine,
    });
    assert.deepEqual(done.findings, []);
    const again = await preview(await target(unknown, { [ROOT_USER]: "mandatory" }, "undecided"), silent, {
      engine: here.engine,
    });
    assert.deepEqual(
      again.findings.map(({ policy, level, message }) => [policy, level, message]),
      [
        [
          "slipway-policies-rule-report-undecided",
          "advisory",
          `Every rule has decided. ${ROOT_USER} decides at the update, when all values are known, about ${DEPLOYMENT} api.`,
        ],
      ],
    );
  });

  it("refuses at the update what it could not decide before", async () => {
    const root = (): Promise<void> => {
      const user = pulumi.runtime.isDryRun() ? pulumi.unknown : 0;
      const given = withChange(deployment, [...pod, "securityContext", "runAsUser"], "to be put");
      new Thing(DEPLOYMENT, "api", withInput(given, user));
      return Promise.resolve();
    };
    await assert.rejects(
      up(await target(root, { [ROOT_USER]: "mandatory" }, "refused"), silent, { engine: here.engine }),
      (error: unknown) => {
        assert.ok(error instanceof PolicyViolationError);
        assert.deepEqual([...new Set(error.findings.map(({ policy }) => policy))], [ROOT_USER]);
        return true;
      },
    );
  });

  it("lets an exemption pass until its last day, and fails after it", async () => {
    const bad = program(["containers", 0, "securityContext", "runAsNonRoot"], false);
    const exempt = (until: string): object => ({
      [NON_ROOT]: {
        enforcementLevel: "mandatory",
        exemptions: [{ resource: "Deployment shop/api", reason: "its image is made anew in spring", until }],
      },
      "slipway-policies-exemption-forbid-ended": "mandatory",
    });
    await assert.rejects(
      up(await target(bad, { [NON_ROOT]: "mandatory" }, "exempt"), silent, { engine: here.engine }),
      /kubernetes-core-pod-require-non-root refuses kubernetes:apps\/v1:Deployment "api"/,
    );
    const { findings } = await up(await target(bad, exempt("2999-12-31"), "exempt"), silent, {
      engine: here.engine,
    });
    assert.deepEqual(findings, []);
    await assert.rejects(
      up(await target(bad, exempt("2026-01-31"), "exempt"), silent, { engine: here.engine }),
      /the exemption of Deployment shop\/api from kubernetes-core-pod-require-non-root ended on 2026-01-31 \(its image is made anew in spring\)/,
    );
  });

  it("mends what has one right answer where it is told to, lists it, and refuses it where it is not", async () => {
    const bad = program(["containers", 0, "securityContext", "allowPrivilegeEscalation"], true);
    await assert.rejects(
      up(await target(bad, { [ESCALATION]: "mandatory" }, "mended"), silent, { engine: here.engine }),
      /allowPrivilegeEscalation is true/,
    );
    const { findings, remediations } = await up(
      await target(bad, { [ESCALATION]: "remediate" }, "mended"),
      silent,
      { engine: here.engine },
    );
    assert.deepEqual(findings, []);
    assert.deepEqual(
      remediations.map(({ policy, urn }) => [policy, urn.split("::").at(-1)]),
      [[ESCALATION, "api"]],
    );
  });
});
