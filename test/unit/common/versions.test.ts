import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedImage, versions } from "../../../components/common/versions";
import type { PinnedImage } from "../../../components/common/versions";

const file = join(__dirname, "../../../versions.json");

describe("versions", () => {
  it("are those of versions.json", () => {
    assert.deepEqual(versions, JSON.parse(readFileSync(file, "utf8")));
  });

  it("name every pinned image by repository and tag, never by a tag that is always the newest", () => {
    for (const name of Object.keys(versions.images) as PinnedImage[]) {
      assert.match(pinnedImage(name), /^[a-z0-9.-]+\.[a-z]+\/[a-z0-9/._-]+:[\w.-]+$/, name);
      assert.doesNotMatch(pinnedImage(name), /:latest$/, name);
    }
    assert.equal(pinnedImage("node"), `${versions.images.node.repository}:${versions.images.node.tag}`);
  });
});
