import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import { silent } from "../../../engine/progress";
import { catalogue, toolNames } from "../../../engine/tools/catalogue";
import { ensureTool, ensureTools } from "../../../engine/tools/ensure";
import { repositoryRoot } from "../../../engine/tools/context";
import { Interrupted } from "../../../engine/tools/failures";
import { buildEnvironment } from "../../../engine/tools/go";
import type { Machine } from "./fixture";
import { fakeGo, machine, recording, sites, withServer, writesTool } from "./fixture";

const etcd = "etcd Version: 3.6.4";

describe("getting a tool", () => {
  let here: Machine;
  beforeEach(() => (here = machine()));
  afterEach(() => here.remove());
  const inBin = (): string[] => {
    const folder = path.join(here.cache, "bin");
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  it("takes what is found, without a step of its own", async () => {
    here.script("etcd", `echo "${etcd}"`);
    const shown = recording();
    assert.equal((await ensureTool("etcd", shown, here.context())).source, "PATH");
    assert.deepEqual([shown.titles, shown.said], [[], []]);
  });

  it("builds from the pinned module what no release site has, and finds it in the cache from then on", async () => {
    here.script("go", fakeGo(writesTool(etcd)));
    const shown = recording();
    const built = await ensureTool("etcd", shown, here.context());
    const file = path.join(here.cache, "bin", "etcd-3.6.4-linux-amd64", "etcd");
    assert.deepEqual(built, { name: "etcd", path: file, version: "3.6.4", source: "built" });
    assert.deepEqual([shown.titles, shown.said], [["Install etcd 3.6.4"], ["building from source, 0 s"]]);
    const log = here.read("go.log");
    assert.match(
      log,
      /^build -trimpath -mod=readonly -buildvcs=false -ldflags -s -w -o .*\.part-[0-9a-f]{12}\/etcd go\.etcd\.io\/etcd\/server\/v3 \|/,
    );
    assert.match(log, /GOFLAGS=-tags=netgo -mod=readonly GOWORK=off CGO=0 TOOLCHAIN= DIR=.*\/tools\/etcd$/m);
    assert.equal((await ensureTool("etcd", shown, here.context())).source, "cache");
    assert.equal(log, here.read("go.log"));
  });

  it("builds every tool of the catalogue one after another, each with its own version stamped in", async () => {
    const sayings = toolNames.map((name) => {
      const { goPackage, version } = catalogue[name];
      const says =
        { pulumi: `v${version}`, etcd, kwok: `kwok version v${version}` }[name as string] ??
        `Kubernetes v${version}`;
      return `*${goPackage}) ${writesTool(says)} ;;`;
    });
    here.script(
      "go",
      fakeGo(`case "$(tail -n 1 "$ROOT/go.log" | sed 's/ |.*//')" in\n${sayings.join("\n")}\nesac`),
    );
    const tools = await ensureTools(toolNames, silent, here.context());
    assert.deepEqual(Object.keys(tools), toolNames);
    assert.ok(Object.values(tools).every(({ source }) => source === "built"));
    const log = here.read("go.log").split("\n");
    assert.equal(log.filter((line) => line.startsWith("build ")).length, 6);
    assert.equal(log.filter((line) => line.includes("component-base/version.gitVersion=v1.36.3")).length, 3);
    assert.equal(log.filter((line) => line.includes("common/version.Version=v3.259.0")).length, 1);
  });

  it("builds with the tags of a tool that needs some", async () => {
    here.script("go", fakeGo(writesTool("promtool, version 3.13.5 (branch: )")));
    assert.equal((await ensureTool("promtool", silent, here.context())).source, "built");
    assert.match(
      here.read("go.log"),
      /^build -trimpath -mod=readonly -buildvcs=false -tags remove_all_sd,enable_kubernetes_sd -ldflags -s -w -X github\.com\/prometheus\/common\/version\.Version=3\.13\.5 -o .*\/promtool github\.com\/prometheus\/prometheus\/cmd\/promtool \|/,
    );
  });

  describe("whose sources embed a page that only npm makes", () => {
    const sum = /^github\.com\/prometheus\/alertmanager v\S+ (h1:\S+)$/m.exec(
      readFileSync(path.join(repositoryRoot, "tools/alertmanager/go.sum"), "utf8"),
    )![1]!;
    /** A `go` whose module cache is as the real one: nobody may write to it. */
    const goWithModule = (moduleSum: string, build: string): string => {
      const module = path.join(here.root, "module");
      mkdirSync(path.join(module, "ui"), { recursive: true });
      writeFileSync(path.join(module, "go.mod"), "module x\n\ngo 1.24\n");
      writeFileSync(path.join(module, "ui", "web.go"), "package ui\n");
      for (const file of ["go.mod", "ui/web.go"]) chmodSync(path.join(module, file), 0o444);
      for (const folder of ["ui", "."]) chmodSync(path.join(module, folder), 0o555);
      return fakeGo(`case "$(tail -n 1 "$ROOT/go.log")" in
        mod*) echo '{"Dir": "${module}", "Sum": "${moduleSum}"}'; exit 0 ;;
      esac
      (cd "$PWD" && find . -type f | sort | tr '\\n' ' ' && wc -c < ui/app/dist/none.txt) > "$ROOT/seen"
      ${build}`);
    };
    const amtool = writesTool("amtool, version 0.34.2 (branch: )");
    afterEach(() => {
      for (const folder of [".", "ui"]) chmodSync(path.join(here.root, "module", folder), 0o755);
    });

    it("are built in a copy with an empty file in its place, of which nothing stays", async () => {
      here.script("go", goWithModule(sum, amtool));
      const tool = await ensureTool("amtool", silent, here.context());
      assert.equal(tool.source, "built");
      assert.equal(
        here.read("seen").trim().replaceAll(/ +/g, " "),
        "./go.mod ./ui/app/dist/none.txt ./ui/web.go 0",
      );
      assert.match(
        here.read("go.log"),
        /^mod download -json github\.com\/prometheus\/alertmanager@v0\.34\.2 \|/,
      );
      assert.match(here.read("go.log"), /DIR=.*\.part-[0-9a-f]{12}\/source$/m);
      assert.deepEqual(readdirSync(path.dirname(tool.path)), ["amtool"]);
      assert.deepEqual(readdirSync(path.join(here.root, "module", "ui")), ["web.go"]);
    });

    it("are refused when they are not what go.sum pins", async () => {
      here.script("go", goWithModule("h1:other=", amtool));
      await assert.rejects(
        ensureTool("amtool", silent, here.context()),
        /tools\/alertmanager\/go\.sum: github\.com\/prometheus\/alertmanager@v0\.34\.2 is not what go\.sum pins/,
      );
      assert.deepEqual(inBin(), []);
    });

    it("leave nothing when they do not compile", async () => {
      here.script("go", goWithModule(sum, "echo 'x.go:1: broken' >&2; exit 1"));
      await assert.rejects(ensureTool("amtool", silent, here.context()), /building amtool 0\.34\.2 .*broken/);
      assert.deepEqual(inBin(), []);
    });
  });

  it("prefers the official release to a build", async () => {
    here.script("go", fakeGo("exit 1"));
    const at = "/release/v1.36.3/bin/linux/amd64/kube-scheduler";
    const binary = '#!/bin/sh\necho "Kubernetes v1.36.3"\n';
    const sum = createHash("sha256").update(binary).digest("hex");
    await withServer(
      (request, response) => void response.end(request.url === at ? binary : sum),
      async (base) => {
        const tool = await ensureTool("kube-scheduler", silent, here.context({ origins: sites(base) }));
        assert.equal(tool.source, "installed");
      },
    );
    assert.equal(existsSync(path.join(here.root, "go.log")), false);
  });

  it("says what to install when there is neither a release nor Go", async () => {
    const problem = async (): Promise<string> => {
      const error: unknown = await ensureTool("etcd", silent, here.context()).catch(
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof SlipwayError);
      return error.message;
    };
    const rest =
      "; allowed: a route to the official releases, or Go 1.24 or newer with a route to a Go module proxy; " +
      "install Go 1.24 or newer from https://go.dev/dl, or put etcd 3.6.4 on PATH, then run the command again.";
    const start = "etcd 3.6.4 is not on this machine, its official release cannot be reached, and ";
    assert.equal(await problem(), `${start}Go is not installed${rest}`);
    here.script("go", fakeGo(writesTool(etcd), "1.22.3"));
    assert.equal(await problem(), `${start}Go 1.22.3 is too old${rest}`);
    assert.deepEqual(inBin(), []);
  });

  it("looks for Go also where the official package puts it", async () => {
    const elsewhere = path.join(here.root, "go", "bin");
    here.script("go", fakeGo(writesTool(etcd)), elsewhere);
    assert.equal(
      (await ensureTool("etcd", silent, here.context({ goFolders: [elsewhere] }))).source,
      "built",
    );
  });

  it("tells the compiler's last word, without a mirror's password", async () => {
    here.script(
      "go",
      fakeGo(
        "echo 'go: downloading x v1' >&2; echo 'go: x@v1: Get \"https://me:hush@mirror.test/x\": no route' >&2; echo 'note: see docs' >&2; exit 1",
      ),
    );
    await assert.rejects(ensureTool("etcd", silent, here.context()), (error: Error) => {
      assert.ok(error instanceof SlipwayError);
      assert.match(
        error.message,
        /building etcd 3\.6\.4 with Go 1\.26\.8 failed \(go: x@v1: Get "https:\/\/mirror\.test\/x": no route\)/,
      );
      return true;
    });
    assert.deepEqual(inBin(), []);
  });

  it("says that the disk is full when the compiler says so, and leaves nothing", async () => {
    here.script(
      "go",
      fakeGo("echo 'compile: writing output: write /tmp/go-build1/x.a: no space left on device' >&2; exit 1"),
    );
    await assert.rejects(ensureTool("etcd", silent, here.context()), (error: Error) => {
      assert.ok(error instanceof SlipwayError);
      assert.match(
        error.message,
        /the disk is full while building etcd 3\.6\.4 \(compile: .*no space left on device\); allowed: .*TMPDIR/,
      );
      return true;
    });
    assert.deepEqual(inBin(), []);
  });

  it("refuses a build that says another version", async () => {
    here.script("go", fakeGo(writesTool("etcd Version: 3.5.0")));
    await assert.rejects(
      ensureTool("etcd", silent, here.context()),
      /the etcd that was just installed says version 3\.5\.0; allowed: 3\.6\.4/,
    );
    assert.deepEqual(inBin(), []);
  });

  it("ends the compiler and what it started when it is aborted", async () => {
    here.script(
      "go",
      fakeGo('sleep 600 & echo $! > "$ROOT/compiler"; echo $$ > "$ROOT/go"; echo up > "$ROOT/up"; wait'),
    );
    const control = new AbortController();
    const building = ensureTool("etcd", silent, here.context({ signal: control.signal }));
    const up = path.join(here.root, "up");
    while (!existsSync(up)) await new Promise((resolve) => setImmediate(resolve));
    const compiler = Number(here.read("compiler"));
    assert.ok(isAlive(compiler));
    control.abort();
    await assert.rejects(building, Interrupted);
    assert.equal(isAlive(compiler), false);
    assert.deepEqual(inBin(), []);
  });

  it("lets an older Go fetch the toolchain that a module asks for, and leaves a new one as it is", () => {
    const go = { file: "go", version: "1.24.2", flags: "-mod=vendor -modfile=x -v --overlay=y" };
    const older = buildEnvironment(go, "module x\n\ngo 1.26.0\n", { GOTOOLCHAIN: "local", HOME: "/h" });
    assert.equal(older["GOTOOLCHAIN"], "auto");
    assert.equal(older["GOFLAGS"], "-v -mod=readonly");
    const newer = buildEnvironment({ ...go, version: "1.26.0" }, "module x\n\ngo 1.26.0\n", {
      GOTOOLCHAIN: "local",
      HOME: "/h",
    });
    assert.equal(newer["GOTOOLCHAIN"], "local");
    const homeless = buildEnvironment(go, "go 1.24\n", {});
    assert.ok((homeless["HOME"] ?? "") !== "");
  });
});

/** A process that has ended but that nobody waited for counts as ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc/self/stat") || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
