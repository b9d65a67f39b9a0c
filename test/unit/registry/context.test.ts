import assert from "node:assert/strict";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentTag } from "../../../components/registry/context";
import { temporaryFolder } from "../../support/temporary";

describe("tag of a build context", () => {
  let root = "";
  beforeEach(() => {
    root = temporaryFolder("slipway-context-");
    for (const folder of ["a", "b"]) {
      mkdirSync(join(root, folder, "inner"), { recursive: true });
      writeFileSync(join(root, folder, "Dockerfile"), "FROM scratch\n");
      writeFileSync(join(root, folder, "inner", "file"), "x");
    }
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const change = (path: string, content: string): void => writeFileSync(join(root, "b", path), content);
  const tags = (): [string, string] => [contentTag(root, "a"), contentTag(root, "b")];

  it("is a tag that registries take", () => {
    assert.match(contentTag(root, "a"), /^content-[0-9a-f]{16}$/);
  });

  it("is the same wherever the folder lies and whenever it was written", () => {
    utimesSync(join(root, "b", "Dockerfile"), 1, 1);
    const [a, b] = tags();
    assert.equal(a, b);
    assert.equal(contentTag(join(root, "elsewhere"), "../a"), a);
  });

  const changes: readonly (readonly [string, () => void])[] = [
    ["the Dockerfile changes", () => change("Dockerfile", "FROM busybox\n")],
    ["a file deep inside changes", () => change("inner/file", "y")],
    ["a file is added", () => change("more", "")],
    [
      "a file gets another name",
      () => {
        rmSync(join(root, "b", "inner", "file"));
        change("inner/file2", "x");
      },
    ],
  ];
  for (const [what, act] of changes) {
    it(`differs when ${what}`, () => {
      act();
      const [a, b] = tags();
      assert.notEqual(a, b);
    });
  }

  it("is refused without a Dockerfile", () => {
    rmSync(join(root, "b", "Dockerfile"));
    assert.throws(() => contentTag(root, "b"), {
      name: "SlipwayError",
      message: "build context b: there is no Dockerfile; give the folder that holds one.",
    });
  });
});
