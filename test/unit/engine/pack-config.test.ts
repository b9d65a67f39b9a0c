import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stageOf } from "../../../cli/stacks";
import { configOfStage, packForStage } from "../../../engine/pack-config";
import { temporaryFolder } from "../../support/temporary";

describe("the pack with the configuration of a stage", () => {
  let folder: string;
  let cache: string | undefined;
  before(() => {
    cache = process.env["SLIPWAY_CACHE"];
  });
  beforeEach(async () => {
    folder = temporaryFolder();
    process.env["SLIPWAY_CACHE"] = path.join(folder, "cache");
    await mkdir(path.join(folder, "config"));
    for (const name of ["index.ts", "package.json"]) await writeFile(path.join(folder, name), "");
  });
  afterEach(() => rm(folder, { recursive: true }));
  after(() => {
    if (cache === undefined) delete process.env["SLIPWAY_CACHE"];
    else process.env["SLIPWAY_CACHE"] = cache;
  });
  const write = (stage: string, text: string): Promise<void> =>
    writeFile(path.join(folder, "config", `${stage}.json`), text);

  it("has the stage's file as it stands, so that the engine alone runs with the same", async () => {
    const text = '{ "kubernetes-core-pod-require-non-root": "advisory" }\n';
    await write("blue", text);
    const notes: string[] = [];
    const { config } = await packForStage(folder, "blue", { note: (line) => notes.push(line) });
    assert.equal(config, path.join(folder, "config", "blue.json"));
    assert.equal(await readFile(config, "utf8"), text);
    assert.deepEqual(notes, []);
  });

  it("has none for a stage without a file, and says so", async () => {
    const notes: string[] = [];
    const pack = await packForStage(folder, "green", { note: (line) => notes.push(line) });
    assert.equal(pack.config, undefined);
    assert.deepEqual(notes, [
      "policies: there is no policies/config/green.json, so each rule has the level that it says itself",
    ]);
  });

  it("has none and says nothing where no stage is named: the program refuses that itself", async () => {
    const notes: string[] = [];
    const pack = await packForStage(folder, undefined, { note: (line) => notes.push(line) });
    assert.deepEqual([pack.config, notes], [undefined, []]);
  });

  it("looks for no file outside of its folder", async () => {
    await writeFile(path.join(folder, "x.json"), "{");
    assert.equal(await configOfStage(folder, "../x"), undefined);
  });

  for (const [name, text, message] of [
    [
      "no JSON",
      '{\n"a": 1\n"b": 2 }',
      "it is not JSON: line 3: expected ',' or '}' after property value; correct the file.",
    ],
    [
      "a misspelt rule, with the nearest",
      '{ "kubernetes-core-pod-require-nonroot": "advisory" }',
      'kubernetes-core-pod-require-nonroot: the pack has no such rule (did you mean "kubernetes-core-pod-require-non-root"?); correct the file.',
    ],
    [
      "a wrong level, and how much more there is",
      '{ "all": "never", "a": 1, "b": 2 }',
      'all: "never" is no level; allowed: advisory, mandatory, remediate, disabled; correct the file, in which 2 more things are wrong.',
    ],
  ] as const)
    it(`stops with one sentence at a file with ${name}`, async () => {
      await write("blue", text);
      await assert.rejects(packForStage(folder, "blue", { note: () => undefined }), (error: Error) => {
        const where = path.join(folder, "config", "blue.json");
        assert.equal(error.name, "SlipwayError");
        assert.ok(error.message.startsWith(`${where}: `), error.message);
        assert.equal(error.message.slice(where.length + 2), message);
        return true;
      });
    });

  it("stops where the file is none that can be read", async () => {
    await mkdir(path.join(folder, "config", "blue.json"));
    await assert.rejects(configOfStage(folder, "blue"), /blue\.json: it cannot be read \(EISDIR\)\.$/);
  });
});

describe("the stage of a stack", () => {
  it("is what its file says, and nothing where that says none", async () => {
    const folder = temporaryFolder();
    for (const [stack, text] of Object.entries({
      a: "config:\n  slipway:stage: staging\n",
      b: "config: {}\n",
      c: "config:\n",
      d: "",
      e: "config: [\n",
      f: "config:\n  slipway:stage: 3\n",
    }))
      await writeFile(path.join(folder, `Pulumi.${stack}.yaml`), text);
    await writeFile(path.join(folder, "Pulumi.g.yml"), "config:\n  slipway:stage: local\n");
    const found = await Promise.all("a b c d e f g h".split(" ").map((stack) => stageOf(folder, stack)));
    const none = undefined;
    assert.deepEqual(found, ["staging", none, none, none, none, none, "local", none]);
    await rm(folder, { recursive: true });
  });
});
