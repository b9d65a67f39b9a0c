import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { catalogue } from "../../../engine/tools/catalogue";
import { cachedFile, findTool, isExecutable } from "../../../engine/tools/find";
import type { Machine } from "./fixture";
import { machine } from "./fixture";

describe("finding a tool", () => {
  let here: Machine;
  beforeEach(() => (here = machine()));
  afterEach(() => here.remove());
  const inCache = (name: keyof typeof catalogue): string => {
    const file = cachedFile(catalogue[name], here.context());
    return here.script(path.basename(file), "exit 1", path.dirname(file));
  };

  it("finds nothing on an empty machine", async () => {
    assert.equal(await findTool("etcd", here.context()), undefined);
  });

  it("takes the pinned version from PATH", async () => {
    const file = here.script("etcd", 'echo "etcd Version: 3.6.4"');
    assert.deepEqual(await findTool("etcd", here.context()), {
      name: "etcd",
      path: file,
      version: "3.6.4",
      source: "PATH",
    });
  });

  it("does not use another version on PATH", async () => {
    here.script("etcd", 'echo "etcd Version: 3.5.9"');
    assert.equal(await findTool("etcd", here.context()), undefined);
    const cached = inCache("etcd");
    assert.deepEqual(await findTool("etcd", here.context()), {
      name: "etcd",
      path: cached,
      version: "3.6.4",
      source: "cache",
    });
  });

  it("goes on along PATH after a version that does not fit", async () => {
    here.script("kwok", "echo kwok version v0.7.0 go1.25");
    const later = path.join(here.root, "later");
    const file = here.script("kwok", "echo kwok version v0.8.0 go1.26", later);
    const env = { PATH: [here.bin, "relative", later].join(path.delimiter) };
    assert.deepEqual(await findTool("kwok", here.context({ env })), {
      name: "kwok",
      path: file,
      version: "0.8.0",
      source: "PATH",
    });
  });

  it("looks in KUBEBUILDER_ASSETS before PATH, but not for the engine", async () => {
    const assets = path.join(here.root, "assets");
    const env = { PATH: here.bin, KUBEBUILDER_ASSETS: assets };
    here.script("kube-apiserver", "echo Kubernetes v1.36.3");
    const file = here.script("kube-apiserver", "echo Kubernetes v1.36.3", assets);
    const found = await findTool("kube-apiserver", here.context({ env }));
    assert.deepEqual([found?.path, found?.source], [file, "KUBEBUILDER_ASSETS"]);
    here.script("pulumi", "echo v3.259.0", assets);
    assert.equal(await findTool("pulumi", here.context({ env })), undefined);
  });

  it("takes the user's own engine on PATH at any version that works", async () => {
    here.script("pulumi", '[ "$1" = version ] && echo v3.260.1');
    assert.equal((await findTool("pulumi", here.context()))?.version, "3.260.1");
    here.script("pulumi", "echo v3.254.0");
    assert.equal(await findTool("pulumi", here.context()), undefined);
  });

  it("skips what cannot be run, fails, or says no version", async () => {
    const plain = path.join(here.bin, "etcd");
    writeFileSync(plain, "etcd Version: 3.6.4");
    chmodSync(plain, 0o644);
    assert.equal(await findTool("etcd", here.context()), undefined);
    here.script("etcd", 'echo "etcd Version: 3.6.4"; exit 3');
    assert.equal(await findTool("etcd", here.context()), undefined);
    here.script("etcd", "echo hello");
    assert.equal(await findTool("etcd", here.context()), undefined);
    writeFileSync(plain, "#!/no/such/interpreter\n");
    assert.equal(await findTool("etcd", here.context()), undefined);
  });

  it("takes a folder for no tool", async () => {
    mkdirSync(path.join(here.bin, "etcd"));
    assert.equal(await isExecutable(path.join(here.bin, "etcd")), false);
    assert.equal(await findTool("etcd", here.context()), undefined);
  });
});
