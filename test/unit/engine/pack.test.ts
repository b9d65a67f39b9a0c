import assert from "node:assert/strict";
import { access, constants, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { packFor } from "../../../engine/pack";
import { temporaryFolder } from "../../support/temporary";

describe("policy pack", () => {
  let folder: string;
  let into: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    into = path.join(folder, "cache");
    for (const pack of ["it's one", "two"]) {
      await mkdir(path.join(folder, pack));
      await writeFile(path.join(folder, pack, "index.ts"), "");
      await writeFile(path.join(folder, pack, "package.json"), "{}");
    }
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is an executable that starts this Node.js in the pack's folder", async () => {
    const pack = await packFor(path.join(folder, "it's one"), { into });
    assert.equal(path.basename(pack.path), "pulumi-analyzer-slipway");
    await access(pack.path, constants.X_OK);
    const lines = (await readFile(pack.path, "utf8")).split("\n");
    assert.equal(lines[0], "#!/bin/sh");
    assert.equal(lines[1], `cd '${folder}/it'\\''s one' || exit 1`);
    assert.match(
      lines[2] ?? "",
      /^exec '([^']+)' '--max-semi-space-size=64' ('--require' '\/[^']+' ){3}'\.\/index\.ts' "\$@"$/,
    );
    assert.ok(lines[2]?.startsWith(`exec '${process.execPath}' `));
    assert.equal(pack.config, undefined);
  });

  it("lies at one place for one folder and at another for another, and leaves nothing half-made", async () => {
    const [one, same, two] = await Promise.all(
      ["it's one", "it's one", "two"].map((name) => packFor(path.join(folder, name), { into })),
    );
    assert.equal(one!.path, same!.path);
    assert.notEqual(one!.path, two!.path);
    for (const pack of [one!, two!])
      assert.deepEqual(await readdir(path.dirname(pack.path)), ["pulumi-analyzer-slipway"]);
  });

  it("has its config in a file", async () => {
    const { config } = await packFor(path.join(folder, "two"), { into, config: { all: "mandatory" } });
    assert.deepEqual(JSON.parse(await readFile(config!, "utf8")), { all: "mandatory" });
  });

  it("is refused where there is none", async () => {
    await rm(path.join(folder, "two", "package.json"));
    await assert.rejects(packFor(path.join(folder, "two"), { into }), {
      name: "SlipwayError",
      message: `${folder}/two: the policy pack has no package.json; allowed: a folder with index.ts and package.json; restore the folder from the repository.`,
    });
  });
});
