import assert from "node:assert/strict";
import { join } from "node:path";
import { contentTag } from "../../../components/registry/context";
import { ExternalRegistry } from "../../../components/registry/external-registry";
import type { ExternalRegistryArgs } from "../../../components/registry/external-registry";
import { record, value } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const DIGEST = `sha256:${"a".repeat(64)}`;
const BUILT = `localhost:5001/slipway/reference@sha256:${"b".repeat(64)}`;
const defaults: ExternalRegistryArgs = {
  server: "localhost:5001",
  reference: { name: "slipway/reference", context: "../images/reference" },
  programFolder: join(__dirname, "../../../infra"),
};

function build(change: Partial<ExternalRegistryArgs> = {}): Promise<Recording<ExternalRegistry>> {
  return record(() => new ExternalRegistry("registry", { ...defaults, ...change }), {
    outputs: () => ({ repoDigest: BUILT }),
  });
}

describe("ExternalRegistry", () => {
  it("creates the reference service's image and nothing else", async () => {
    const recording = await build();
    assert.deepEqual(recording.counts(), {
      "slipway:registry:ExternalRegistry": 1,
      "docker:index/image:Image": 1,
    });
    const component = recording.one("slipway:registry:ExternalRegistry");
    const image = recording.one("docker:index/image:Image", "registry-slipway/reference-image");
    assert.deepEqual(component.inputs, {});
    assert.equal(image.parent, component.urn);
    assert.deepEqual(image.inputs, {
      imageName: `localhost:5001/slipway/reference:${contentTag(defaults.programFolder, "../images/reference")}`,
      build: { context: "../images/reference", platform: "linux/amd64" },
      skipPush: false,
      buildOnPreview: false,
    });
  });

  it("runs the reference service in place of every image without a digest", async () => {
    const { result } = await build({ digests: { "daira/backend": DIGEST } });
    assert.equal(await value(result.image("daira/backend")), `localhost:5001/daira/backend@${DIGEST}`);
    assert.equal(await value(result.image("daira/frontend")), BUILT);
    assert.equal(await value(result.image("slipway/reference")), BUILT);
    assert.equal(await value(result.image("constructor")), BUILT);
    assert.equal(await value(result.reference), BUILT);
    const images = ["daira/backend", "daira/frontend", "constructor"];
    assert.deepEqual(
      images.map((image) => result.isReference(image)),
      [false, true, true],
    );
  });

  it("tells for which images the reference service runs", async () => {
    const { result } = await build({ digests: { "daira/backend": DIGEST } });
    assert.equal(result.isReference("daira/backend"), false);
    assert.equal(result.isReference("daira/frontend"), true);
    assert.equal(result.isReference("constructor"), true);
  });

  for (const server of ["localhost:5001", "registry.example.com", "10.0.0.5:5000"]) {
    it(`takes ${server}`, async () => assert.equal((await build({ server })).result.server, server));
  }

  const refused: readonly (readonly [string, Partial<ExternalRegistryArgs>, RegExp])[] = [
    [
      "an address with a scheme",
      { server: "http://localhost:5001" },
      /slipway:registry\.server: "http:\/\/localhost:5001" is no registry; allowed: a host/,
    ],
    ["a server with a path", { server: "localhost:5001/x" }, /is no registry/],
    ["no server", { server: "" }, /is no registry/],
    ["a tag in place of a digest", { digests: { "daira/backend": "latest" } }, /"latest" is no digest/],
    [
      "a digest for what is no image",
      { digests: { "daira/backend:v1": DIGEST } },
      /cannot be the name of an image/,
    ],
    [
      "a reference service without a Dockerfile",
      { reference: { name: "slipway/reference", context: "../docs" } },
      /no Dockerfile/,
    ],
  ];
  for (const [what, change, message] of refused) {
    it(`refuses ${what} before anything exists`, async () => {
      const recording = await record(() => {
        assert.throws(() => new ExternalRegistry("registry", { ...defaults, ...change }), {
          name: "SlipwayError",
          message,
        });
      });
      assert.deepEqual(recording.resources, []);
    });
  }
});
