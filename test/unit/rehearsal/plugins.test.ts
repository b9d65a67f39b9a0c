import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { officialPlugins, selectable } from "../../../rehearsal/plugins";
import { temporaryFolder } from "../../support/temporary";

describe("official provider plugins", () => {
  let base: string;
  beforeEach(() => {
    base = temporaryFolder("slipway-plugins-test-");
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  function put(folder: string, name: string, mode = 0o755): string {
    const full = path.join(base, folder);
    mkdirSync(full, { recursive: true });
    const file = path.join(full, `pulumi-resource-${name}`);
    writeFileSync(file, "");
    chmodSync(file, mode);
    return full;
  }
  const env = (...folders: string[]) => ({
    PATH: folders.map((folder) => path.join(base, folder)).join(path.delimiter),
    PULUMI_HOME: path.join(base, "home"),
  });
  const cached = (name: string, version: string, mode?: number): string =>
    put(`home/plugins/resource-${name}-v${version}`, name, mode);

  it("are those for Kubernetes and random; clouds are never among them", async () => {
    assert.deepEqual(selectable, ["kubernetes", "random"]);
    put("bin", "aws");
    assert.deepEqual(await officialPlugins("auto", env("bin")), []);
  });

  it("are left alone where stand-ins are wanted", async () => {
    put("bin", "kubernetes");
    assert.deepEqual(await officialPlugins("stand-in", env("bin")), []);
  });

  it("are found on PATH first, in its order", async () => {
    cached("kubernetes", "4.34.2");
    put("second", "kubernetes");
    const first = put("first", "kubernetes");
    assert.deepEqual(await officialPlugins("auto", env("empty", "first", "second")), [
      { name: "kubernetes", version: "on PATH", folder: first },
    ]);
  });

  it("are found in the plugin cache, the newest version by number", async () => {
    cached("kubernetes", "4.9.0");
    const newest = cached("kubernetes", "4.34.2");
    cached("kubernetes", "4.10.0");
    cached("kubernetes", "5.0.0-alpha.1");
    const random = cached("random", "4.21.2");
    assert.deepEqual(await officialPlugins("official", env()), [
      { name: "kubernetes", version: "4.34.2", folder: newest },
      { name: "random", version: "4.21.2", folder: random },
    ]);
  });

  it("are passed over when they cannot be executed", async () => {
    put("bin", "random", 0o644);
    cached("random", "4.21.2", 0o644);
    const older = cached("random", "4.0.0");
    assert.deepEqual(await officialPlugins("auto", env("bin")), [
      { name: "random", version: "4.0.0", folder: older },
    ]);
  });

  it("are missed by name where the official ones are wanted", async () => {
    const sentence = (names: string, todo: string): string =>
      `--providers official: no plugin for ${names} on PATH or in the plugin cache; allowed: auto, official, stand-in; install it: ${todo}.`;
    await assert.rejects(officialPlugins("official", env()), {
      name: "SlipwayError",
      message: sentence(
        "kubernetes and random",
        "pulumi plugin install resource kubernetes && pulumi plugin install resource random",
      ),
    });
    cached("kubernetes", "4.34.2");
    await assert.rejects(officialPlugins("official", env()), {
      message: sentence("random", "pulumi plugin install resource random"),
    });
  });
});
