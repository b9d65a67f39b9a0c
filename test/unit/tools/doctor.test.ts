import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { DoctorItem } from "../../../engine/tools/doctor-item";
import { doctor, formatDoctor, isWell } from "../../../engine/tools/doctor";
import { nodeItem } from "../../../engine/tools/doctor-tools";
import type { ToolOptions } from "../../../engine/tools/context";
import type { Machine } from "./fixture";
import { fakeGo, machine, sites, withServer } from "./fixture";

describe("the doctor", () => {
  let here: Machine;
  beforeEach(() => (here = machine()));
  afterEach(() => here.remove());
  const item = async (name: string, options: ToolOptions = {}): Promise<DoctorItem> => {
    const { items } = await doctor(here.context(options));
    const found = items.filter((each) => each.name === name);
    assert.equal(found.length, 1, name);
    return found[0]!;
  };

  it("looks at everything that a rehearsal or a deployment needs, once", async () => {
    const { items } = await doctor(here.context());
    assert.deepEqual(
      items.map(({ name }) => name),
      [
        ...[
          "Node.js",
          "Go",
          "pulumi",
          "etcd",
          "kube-apiserver",
          "kube-controller-manager",
          "kube-scheduler",
          "kwok",
        ],
        ...[
          "CRDs and stages",
          "Cache folder",
          "Provider kubernetes",
          "Provider random",
          "KUBECONFIG",
          "Docker daemon",
        ],
        "AWS credentials",
      ],
    );
    assert.equal(existsSync(here.cache), false);
  });

  it("finds a machine without Go and without a route not ready, and says how to mend it", async () => {
    const report = await doctor(here.context());
    assert.equal(report.ok, false);
    const etcd = report.items.find(({ name }) => name === "etcd");
    assert.equal(etcd?.status, "missing");
    assert.match(etcd.remedy ?? "", /^install Go 1\.24 or newer from https:\/\/go\.dev\/dl, or open a route/);
    assert.equal(etcd.comesByItself, undefined);
    assert.equal(report.items.find(({ name }) => name === "Go")?.status, "optional");
  });

  it("finds a machine ready on which what is missing comes by itself", async () => {
    here.script("go", fakeGo(""));
    const withGo = await doctor(here.context());
    assert.equal(withGo.ok, true);
    assert.equal(withGo.items.filter(({ comesByItself }) => comesByItself).length, 7);
    here.script("go", "exit 1");
    await withServer(
      (_request, response) => void response.end(),
      async (base) => assert.equal((await doctor(here.context({ origins: sites(base) }))).ok, true),
    );
  });

  it("names a tool's version, source and path", async () => {
    const file = here.script("etcd", 'echo "etcd Version: 3.6.4"');
    assert.deepEqual(await item("etcd"), { name: "etcd", status: "ok", detail: `3.6.4 from PATH (${file})` });
  });

  it("finds provider plugins on PATH and in the plugin cache, but not a half-installed one", async () => {
    const plugins = path.join(here.root, ".pulumi", "plugins");
    mkdirSync(path.join(plugins, "resource-random-v4.21.2"), { recursive: true });
    writeFileSync(path.join(plugins, "resource-kubernetes-v4.34.2.partial"), "");
    const env = { PATH: here.bin, HOME: here.root };
    assert.equal((await item("Provider random", { env })).detail, `resource-random-v4.21.2 in ${plugins}`);
    assert.equal((await item("Provider kubernetes", { env })).status, "optional");
    here.script("pulumi-resource-kubernetes", "");
    assert.deepEqual(await item("Provider kubernetes", { env }), {
      name: "Provider kubernetes",
      status: "ok",
      detail: `on PATH (${here.bin})`,
    });
  });

  it("names credentials by variable and profile, never a value", async () => {
    const folder = path.join(here.root, ".aws");
    mkdirSync(folder);
    writeFileSync(
      path.join(folder, "credentials"),
      "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = SECRETFILE\n",
    );
    writeFileSync(path.join(folder, "config"), "[default]\nregion = x\n[profile platform]\nregion = y\n");
    const env = {
      PATH: here.bin,
      HOME: here.root,
      AWS_ACCESS_KEY_ID: "AKIDENV",
      AWS_SECRET_ACCESS_KEY: "SECRETENV",
    };
    const report = await doctor(here.context({ env }));
    const found = report.items.find(({ name }) => name === "AWS credentials");
    assert.equal(found?.detail, "AWS_ACCESS_KEY_ID, profile default, profile platform");
    assert.doesNotMatch(JSON.stringify(report) + formatDoctor(report), /AKID|SECRET/);
    assert.equal(
      (await item("AWS credentials", { env: { PATH: here.bin, HOME: here.bin } })).status,
      "optional",
    );
  });

  it("takes Docker and a kubeconfig when they are there", async () => {
    here.script("docker", "echo 28.1.0");
    assert.deepEqual(await item("Docker daemon"), { name: "Docker daemon", status: "ok", detail: "28.1.0" });
    here.script("docker", "echo 'Cannot connect' >&2; exit 1");
    assert.equal((await item("Docker daemon")).status, "optional");
    assert.equal((await item("KUBECONFIG")).status, "optional");
    assert.equal(
      (await item("KUBECONFIG", { env: { PATH: here.bin, HOME: here.root, KUBECONFIG: "/k" } })).detail,
      "/k",
    );
  });

  it("says when the cache folder cannot be made", async () => {
    const file = path.join(here.root, "file");
    writeFileSync(file, "");
    const found = await item("Cache folder", { cache: path.join(file, "cache") });
    assert.equal(found.status, "missing");
    assert.match((await item("Cache folder")).detail, /, \d+\.\d GB free$/);
  });

  it("refuses a Node.js that is too old", () => {
    assert.equal(nodeItem("20.19.0").status, "ok");
    assert.equal(nodeItem("24.1.0").status, "ok");
    assert.equal(nodeItem("20.18.3").status, "missing");
    assert.equal(nodeItem("9.0.0").status, "missing");
  });

  it("prints one line a thing and its remedy below it", () => {
    const items: DoctorItem[] = [
      { name: "Go", status: "ok", detail: "1.26" },
      { name: "etcd", status: "missing", detail: "gone", remedy: "get it" },
      { name: "AWS", status: "optional", detail: "none" },
    ];
    assert.equal(isWell(items), false);
    assert.equal(
      formatDoctor({ ok: false, items }),
      [
        "✓ Go    1.26",
        "✗ etcd  gone",
        "        → get it",
        "– AWS   none",
        "Not ready: see the lines marked ✗.",
      ].join("\n"),
    );
    assert.equal(isWell(items.map((each) => ({ ...each, comesByItself: true }))), true);
  });
});
