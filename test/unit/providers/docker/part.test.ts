import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { dockerPart } from "../../../../rehearsal/providers/docker/part";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import type { Props } from "../../../../rehearsal/providers/part";
import { digestOf, dockerfile, Engine, folderOf, image, NAME, sound } from "./harness";

const REGISTRY_IMAGE = "docker:index/registryImage:RegistryImage";
const build = image["build"] as Props;

describe("docker.Image in the stand-in", () => {
  it("answers with exactly the outputs of the official provider", async () => {
    const engine = await Engine.start(folderOf(sound));
    const { id, outputs } = await engine.create({
      ...image,
      registry: { server: "registry.example.com", username: "u", password: "p" },
    });
    assert.equal(id, NAME);
    const { repoDigest, ...rest } = outputs;
    assert.match(String(repoDigest), /^registry\.example\.com\/team\/app@sha256:[0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      baseImageName: NAME,
      context: "app",
      dockerfile: "Dockerfile",
      imageName: NAME,
      platform: "linux/amd64",
      registryServer: "registry.example.com",
    });
  });

  it("puts no password into its outputs", async () => {
    const engine = await Engine.start(folderOf(sound));
    const { outputs } = await engine.create({
      ...image,
      registry: { server: "x", username: "u", password: "hunter2" },
    });
    assert.doesNotMatch(JSON.stringify(outputs), /hunter2/);
  });

  it("gives equal content the same digest, wherever it lies", async () => {
    assert.equal(await digestOf(sound), await digestOf(sound));
    assert.equal(await digestOf(sound), await digestOf(sound, { dockerfile: "app/Dockerfile" }));
  });

  const others: readonly (readonly [string, Record<string, string>, Props])[] = [
    ["another content", { ...sound, "app/app.mjs": "walk()\n" }, {}],
    ["another file", { ...sound, "app/more": "" }, {}],
    ["another mode of a file", { "app/Dockerfile": dockerfile, "app/app.mjs*": "run()\n" }, {}],
    ["another Dockerfile", { ...sound, "app/Dockerfile": `${dockerfile}EXPOSE 80\n` }, {}],
    ["another argument", sound, { args: { A: "1" } }],
    ["another platform", sound, { platform: "linux/arm64" }],
    [
      "a name and content that only together are equal",
      { "app/Dockerfile": dockerfile, "app/app.mjs": "run()\n", "app/a": "bc" },
      {},
    ],
  ];
  for (const [sentence, files, settings] of others) {
    it(`gives ${sentence} another digest`, async () =>
      assert.notEqual(await digestOf(files, settings), await digestOf(sound)));
  }

  it("leaves out what .dockerignore names, and takes back what it excepts", async () => {
    const ignore = {
      ...sound,
      "app/.dockerignore": "# notes\nnode_modules\n*.log\n**/tmp\ndocs/*\n!docs/keep.md\n",
    };
    const base = await digestOf(ignore);
    for (const file of ["node_modules/a/b.js", "x.log", "deep/down/tmp/file", "docs/drop.md"]) {
      assert.equal(await digestOf({ ...ignore, [`app/${file}`]: "x" }), base, file);
    }
    for (const file of ["docs/keep.md", "deep/x.log", "xnode_modules", "tmpfile"]) {
      assert.notEqual(await digestOf({ ...ignore, [`app/${file}`]: "x" }), base, file);
    }
  });

  it("finds a changed context as a change of the inputs, and none otherwise", async () => {
    const folder = folderOf(sound);
    const engine = await Engine.start(folder);
    const { inputs } = await engine.create(image);
    assert.deepEqual((await engine.diff(inputs, image)).changes, []);
    fs.writeFileSync(path.join(folder, "app/app.mjs"), "walk()\n");
    assert.deepEqual(await engine.diff(inputs, image), {
      changes: ["build.contextDigest"],
      replaces: [],
      deleteBeforeReplace: false,
    });
  });

  it("builds nothing again for another login, and does for another server", async () => {
    const engine = await Engine.start(folderOf(sound));
    const registry = { server: "registry.example.com", username: "u", password: "p" };
    const { inputs } = await engine.create({ ...image, registry });
    assert.deepEqual(
      (await engine.diff(inputs, { ...image, registry: { ...registry, username: "v", password: "q" } }))
        .changes,
      [],
    );
    assert.deepEqual(
      (await engine.diff(inputs, { ...image, registry: { ...registry, server: "x" } })).changes,
      ["registry.server"],
    );
  });

  it("knows no digest in a preview unless it builds there", async () => {
    const engine = await Engine.start(folderOf(sound));
    const preview = await engine.create(image, undefined, true);
    assert.equal(preview.id, UNKNOWN);
    assert.equal(preview.outputs["repoDigest"], UNKNOWN);
    assert.equal(preview.outputs["imageName"], NAME);
    const built = await engine.create({ ...image, buildOnPreview: true }, undefined, true);
    assert.equal(built.outputs["repoDigest"], (await engine.create(image)).outputs["repoDigest"]);
    const later = await engine.create(
      { ...image, imageName: UNKNOWN, buildOnPreview: true },
      undefined,
      true,
    );
    assert.equal(later.outputs["repoDigest"], UNKNOWN);
  });

  it("writes the digests for a report, one image beside the other", async () => {
    const folder = folderOf(sound);
    const digestFile = path.join(folder, "digests.json");
    const engine = await Engine.start(folder, { digestFile });
    const { outputs } = await engine.create(image);
    await engine.create({ ...image, imageName: "registry.example.com/other:1" });
    const digests = JSON.parse(fs.readFileSync(digestFile, "utf8")) as Record<string, string>;
    assert.deepEqual(Object.keys(digests).sort(), ["registry.example.com/other:1", NAME]);
    assert.equal(`registry.example.com/team/app@${digests[NAME] ?? ""}`, outputs["repoDigest"]);
  });

  it("keeps the port of a registry when it leaves the tag out", async () => {
    const engine = await Engine.start(folderOf(sound));
    const { outputs } = await engine.create({ ...image, imageName: "localhost:5001/app:1" });
    assert.match(String(outputs["repoDigest"]), /^localhost:5001\/app@sha256:/);
    assert.equal(outputs["registryServer"], "localhost:5001");
  });

  const refused: readonly (readonly [string, Props, RegExp])[] = [
    ["an unknown field", { ...image, push: true }, /does not model the field "push" here/],
    [
      "an unknown field of the build",
      { ...image, build: { ...build, extraHosts: [] } },
      /does not model the field "build\.extraHosts" here/,
    ],
    ["a wrong type", { ...image, skipPush: "no" }, /skipPush must be a boolean/],
    ["no name", { build }, /imageName is required/],
    [
      "a name without its registry",
      { ...image, imageName: "app:1.0" },
      /"app:1\.0" is no fully qualified image name/,
    ],
    [
      "a context that is not there",
      { ...image, build: { context: "gone" } },
      /gone: the build context is no folder/,
    ],
    [
      "a Dockerfile that is not there",
      { ...image, build: { context: "app", dockerfile: "app/Other" } },
      /app\/Other: there is no Dockerfile here; add it/,
    ],
    [
      "a Dockerfile given relative to the context",
      { ...image, build: { context: "app", dockerfile: "Dockerfile" } },
      /there is one at .*app\/Dockerfile/,
    ],
    [
      "a stage that is not there",
      { ...image, build: { ...build, target: "prod" } },
      /there is no stage "prod"/,
    ],
  ];
  for (const [sentence, inputs, message] of refused) {
    it(`refuses ${sentence}`, async () => {
      const engine = await Engine.start(folderOf(sound));
      await assert.rejects(engine.check(inputs), message);
    });
  }
});

describe("docker.RegistryImage in the stand-in", () => {
  const inputs = { name: NAME, build: { context: "app" } };

  it("answers with the digest, as id too", async () => {
    const engine = await Engine.start(folderOf(sound));
    const { id, outputs } = await engine.create(inputs, REGISTRY_IMAGE);
    assert.match(id, /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(outputs, {
      name: NAME,
      build: { context: "app", platform: "linux/amd64" },
      sha256Digest: id,
    });
  });

  it("is replaced when its content changes, and not for keepRemotely", async () => {
    const folder = folderOf(sound);
    const engine = await Engine.start(folder);
    const held = await engine.create(inputs, REGISTRY_IMAGE);
    assert.deepEqual(
      (await engine.diff(held.inputs, { ...inputs, keepRemotely: true }, REGISTRY_IMAGE)).replaces,
      [],
    );
    fs.writeFileSync(path.join(folder, "app/app.mjs"), "walk()\n");
    assert.deepEqual((await engine.diff(held.inputs, inputs, REGISTRY_IMAGE)).replaces, [
      "build.contextDigest",
    ]);
  });

  it("is refused without a build, for there is no daemon that holds an image", async () => {
    const engine = await Engine.start(folderOf(sound));
    await assert.rejects(engine.check({ name: NAME }, REGISTRY_IMAGE), /build is required/);
  });
});

describe("the docker stand-in", () => {
  it("takes registryAuth and refuses what it does not model", async () => {
    const part = dockerPart({ mode: "hash" });
    await part.configure({ registryAuth: [{ address: "x" }] });
    await assert.rejects(part.configure({ certPath: "x" }), /does not model the argument "certPath"/);
    const instance = await part.configure({});
    const request = {
      type: "docker:index/container:Container",
      name: "c",
      urn: "c",
      news: {},
      olds: undefined,
      randomSeed: Buffer.alloc(0),
    };
    await assert.rejects(instance.check(request), /does not model docker:index\/container:Container/);
    await assert.rejects(instance.invoke("docker:index/getNetwork:getNetwork", {}), /does not model/);
  });
});
