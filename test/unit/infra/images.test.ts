import assert from "node:assert/strict";
import { imagesOfAll, requireDigests } from "../../../infra/images";
import { stages } from "../../../infra/stages";
import { systems } from "../../../infra/systems";
import { daira } from "../../../infra/systems/daira";
import { everyDigest, runProgram } from "../../support/program";
import { value } from "../../support/recorder";

const DIGEST = `sha256:${"a".repeat(64)}`;
const settings = (stage: string, images: Record<string, string>) => ({
  stack: stage,
  stage: stages[stage]!,
  images,
});

describe("digests of images", function () {
  this.timeout(60_000);
  it("are asked for by image, each once", () => {
    assert.deepEqual(imagesOfAll([daira, daira]), ["daira/backend", "daira/frontend"]);
    assert.deepEqual(imagesOfAll([]), []);
  });

  it("are refused when missing, all at once, with the order in which a first release goes", () => {
    assert.throws(() => requireDigests(settings("staging", {}), [daira]), {
      name: "SlipwayError",
      message:
        "slipway:images of stack staging: there is no digest for images daira/backend, daira/frontend; " +
        "allowed: sha256: and 64 hexadecimal digits, of an image that was pushed to the stack's repository; " +
        "push each one and set its digest: " +
        `pulumi config set --path 'slipway:images["daira/backend"]' sha256:… -s staging; ` +
        "if there is no repository yet, go up with slipway:systems: [] in Pulumi.staging.yaml first, " +
        "which makes them all.",
    });
    assert.throws(
      () => requireDigests(settings("production", { "daira/backend": DIGEST }), [daira]),
      /there is no digest for image daira\/frontend;/,
    );
  });

  it("are not needed where the reference service stands in, nor for systems that do not run", () => {
    assert.doesNotThrow(() => requireDigests(settings("local", {}), [daira]));
    assert.doesNotThrow(() => requireDigests(settings("production", {}), []));
    assert.doesNotThrow(() =>
      requireDigests(settings("production", { "daira/backend": DIGEST, "daira/frontend": DIGEST }), [daira]),
    );
  });

  it("are missed before any resource exists", async () => {
    await assert.rejects(runProgram("staging", { "slipway:images": {} }), /there is no digest for images/);
  });
});

describe("the first up of a stack", function () {
  this.timeout(60_000);
  it("needs no digest: it makes everything but systems, and a repository for every image there is", async () => {
    const made = await runProgram("staging", { "slipway:systems": [], "slipway:images": {} });
    assert.deepEqual(made.ofType("slipway:system:System"), []);
    assert.equal(made.ofType("slipway:edge:Edge").length, 1);
    assert.equal(made.ofType("slipway:cluster:EksCluster").length, 1);
    const names = made.ofType("aws:ecr/repository:Repository").map(({ inputs }) => String(inputs["name"]));
    const wanted = [...imagesOfAll(Object.values(systems)), "slipway/frontend", "slipway/reference"];
    assert.deepEqual(names.sort(), wanted.map((image) => `slipway-staging/${image}`).sort());
    const urls = made.result["repositoryUrls"] as Record<string, never>;
    assert.deepEqual(Object.keys(urls).sort(), wanted.sort());
    assert.match(
      String(await value(urls["daira/backend"]!)),
      /amazonaws\.com\/slipway-staging\/daira\/backend$/,
    );
  });

  it("keeps all that it made when systems are added", async () => {
    const first = await runProgram("production", { "slipway:systems": [], "slipway:images": {} });
    const second = await runProgram("production", { "slipway:images": everyDigest() });
    const after = new Set(second.resources.map(({ urn }) => urn));
    assert.deepEqual(
      first.resources.filter(({ urn }) => !after.has(urn)).map(({ name }) => name),
      [],
    );
  });
});
