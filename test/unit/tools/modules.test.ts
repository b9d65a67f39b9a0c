import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import { silent } from "../../../engine/progress";
import type { ToolContext } from "../../../engine/tools/context";
import type { Manifests, PinnedSource } from "../../../engine/tools/modules";
import { ensureManifests, missingManifests, pinnedSources } from "../../../engine/tools/modules";
import type { Machine } from "./fixture";
import { fakeGo, machine, recording, sites, withServer } from "./fixture";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const files: Record<string, string> = {
  "crd/b.yaml": "kind: B",
  "crd/a.yaml": "kind: A",
  "stage/pod/fast.yaml": "kind: Stage",
  "stage/volume/storage-class.yaml": "kind: StorageClass",
};
const source = (module: string, names: readonly string[]): PinnedSource => ({
  version: "1.2.3",
  module,
  repository: `owner/${module}`,
  pinnedBy: "crds",
  files: Object.fromEntries(names.map((name) => [name, sha256(files[name]!)])),
});
const sources: Record<string, PinnedSource> = {
  kwok: source("kwok", ["stage/pod/fast.yaml", "stage/volume/storage-class.yaml"]),
  things: source("things", ["crd/b.yaml", "crd/a.yaml"]),
};

describe("the manifests of the control plane", () => {
  let here: Machine;
  let modules: string;
  beforeEach(() => {
    here = machine();
    modules = path.join(here.root, "tools");
    mkdirSync(path.join(modules, "crds"), { recursive: true });
    writeFileSync(path.join(modules, "crds", "go.mod"), "module x\n\ngo 1.24\n");
    writeFileSync(path.join(modules, "crds", "go.sum"), "things v1.2.3 h1:sum=\nkwok v1.2.3 h1:sum=\n");
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.join(here.root, "module", path.dirname(name)), { recursive: true });
      writeFileSync(path.join(here.root, "module", name), text);
    }
  });
  afterEach(() => here.remove());
  const ensure = (context: Partial<ToolContext> = {}): Promise<Manifests> =>
    ensureManifests(silent, here.context({ modules, ...context }), sources);
  const go = (sum = "h1:sum="): string =>
    here.script("go", fakeGo(`printf '{"Dir":"%s/module","Sum":"${sum}"}' "$ROOT"`));
  const short = (list: readonly string[]): string[] => list.map((file) => file.split("-1.2.3-")[1]!.slice(9));

  it("come out of the Go modules, in the order in which they are pinned", async () => {
    go();
    const found = await ensure();
    assert.deepEqual(short(found.crds), ["crd/b.yaml", "crd/a.yaml"]);
    assert.deepEqual(short(found.kwokStages), ["stage/pod/fast.yaml"]);
    assert.deepEqual(short([found.storageClass]), ["stage/volume/storage-class.yaml"]);
    assert.deepEqual(found.versions, { kwok: "1.2.3", things: "1.2.3" });
    assert.equal(readFileSync(found.crds[0]!, "utf8"), "kind: B");
    assert.match(
      here.read("go.log"),
      /^mod download -json kwok@v1\.2\.3 \| GOFLAGS=-tags=netgo -mod=readonly .*\/tools\/crds\nmod download -json things@v1\.2\.3 /,
    );
  });

  it("are in the cache from then on, and need no Go any more", async () => {
    const file = go();
    const first = await ensure();
    rmSync(file);
    const shown = recording();
    assert.deepEqual(await ensureManifests(shown, here.context({ modules }), sources), first);
    assert.deepEqual(shown.titles, []);
    assert.deepEqual(await missingManifests(here.context(), sources), []);
    rmSync(first.crds[1]!);
    assert.deepEqual(await missingManifests(here.context(), sources), ["things"]);
  });

  it("are refused when the module is not what go.sum pins, also when go itself let it pass", async () => {
    go("h1:other=");
    await assert.rejects(ensure(), /tools\/crds\/go\.sum: kwok@v1\.2\.3 is not what go\.sum pins/);
  });

  it("are refused when a file is not the pinned one", async () => {
    go();
    writeFileSync(path.join(here.root, "module", "crd/a.yaml"), "kind: Changed");
    await assert.rejects(ensure(), (error: Error) => {
      assert.ok(error instanceof SlipwayError);
      assert.match(error.message, /crd\/a\.yaml of things v1\.2\.3 is not the file that is pinned/);
      return true;
    });
    assert.deepEqual(await missingManifests(here.context(), sources), ["things"]);
  });

  it("come from the same tag at GitHub where there is no Go, and are checked as well", async () => {
    const asked: string[] = [];
    let served = files;
    const listener = (request: { url?: string | undefined }, response: { end(text: string): void }): void => {
      asked.push(request.url ?? "");
      response.end(served[(request.url ?? "").replace(/^\/owner\/\w+\/v1\.2\.3\//, "")] ?? "nothing");
    };
    await withServer(listener, async (base) => {
      served = { ...files, "crd/a.yaml": "kind: Changed" };
      await assert.rejects(ensure({ origins: sites(base) }), /is not the file that is pinned/);
      served = files;
      assert.equal((await ensure({ origins: sites(base) })).crds.length, 2);
    });
    assert.equal(asked[0], "/owner/kwok/v1.2.3/stage/pod/fast.yaml");
  });

  it("come from GitHub too where Go cannot reach its proxy", async () => {
    here.script("go", fakeGo("echo 'go: no route' >&2; exit 1"));
    await assert.rejects(ensure(), /downloading kwok@v1\.2\.3 with Go 1\.26\.8 failed \(go: no route\)/);
    await withServer(
      (request, response) =>
        void response.end(files[(request.url ?? "").replace(/^\/owner\/\w+\/v1\.2\.3\//, "")]),
      async (base) => assert.equal((await ensure({ origins: sites(base) })).crds.length, 2),
    );
  });

  it("say what to install when neither way is open", async () => {
    await assert.rejects(ensure(), (error: Error) => {
      assert.ok(error instanceof SlipwayError);
      assert.match(
        error.message,
        /the manifests of kwok 1\.2\.3 are not in the cache, and .* cannot be reached; .*install Go 1\.24 or newer/,
      );
      return true;
    });
    assert.equal(existsSync(path.join(here.cache, "manifests", "kwok-1.2.3")), false);
  });

  it("hold what a rehearsal needs: 33 definitions, 9 stages, a storage class", () => {
    const names = Object.entries(pinnedSources).flatMap(([name, { files: list }]) =>
      Object.keys(list).map((file) => [name, path.basename(file)]),
    );
    const stages = names.filter(([name]) => name === "kwok").map(([, file]) => file);
    assert.equal(names.length - stages.length, 33);
    assert.deepEqual(stages, [
      "node-initialize.yaml",
      "node-heartbeat-with-lease.yaml",
      "pod-complete.yaml",
      "pod-delete.yaml",
      "pod-ready.yaml",
      "pv-bind.yaml",
      "pv-delete.yaml",
      "pvc-delete.yaml",
      "pvc-provision.yaml",
      "storage-class.yaml",
    ]);
  });
});
