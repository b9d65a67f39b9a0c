import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import type { Release } from "../../../engine/tools/catalogue";
import { catalogue, releaseOf } from "../../../engine/tools/catalogue";
import type { ToolContext } from "../../../engine/tools/context";
import { checksumInFile, checksumOfAsset, installRelease, runInstaller } from "../../../engine/tools/release";
import type { Machine } from "./fixture";
import { closed, machine, sites, withServer } from "./fixture";

const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");
const linux = { os: "linux", arch: "amd64" };

/** Answers with the content of a path, else 404; notes what was asked for. */
function serving(files: Record<string, Buffer | string>, asked: string[] = []): RequestListener {
  return (request, response) => {
    asked.push(request.url ?? "");
    const content = files[request.url ?? ""];
    response.writeHead(content === undefined ? 404 : 200).end(content ?? "not here");
  };
}

describe("an official release", () => {
  let here: Machine;
  let folder: string;
  const scheduler = releaseOf("kube-scheduler", linux)!;
  const schedulerPath = "/release/v1.36.3/bin/linux/amd64/kube-scheduler";
  beforeEach(() => {
    here = machine();
    folder = path.join(here.root, "part");
    mkdirSync(folder);
  });
  afterEach(() => here.remove());
  const get = (
    name: keyof typeof catalogue,
    release: Release,
    context: Partial<ToolContext>,
  ): Promise<boolean> =>
    installRelease(release, catalogue[name], folder, here.context(context), () => undefined);

  it("is installed, and can be run, when it has the published checksum", async () => {
    const files = { [schedulerPath]: "binary", [`${schedulerPath}.sha256`]: sha256("binary") };
    await withServer(serving(files), async (base) => {
      assert.equal(await get("kube-scheduler", scheduler, { origins: sites(base) }), true);
    });
    assert.deepEqual(readdirSync(folder), ["kube-scheduler"]);
    assert.equal(readFileSync(path.join(folder, "kube-scheduler"), "utf8"), "binary");
    assert.equal(statSync(path.join(folder, "kube-scheduler")).mode & 0o777, 0o755);
  });

  it("is refused when its checksum is another", async () => {
    const files = { [schedulerPath]: "other", [`${schedulerPath}.sha256`]: sha256("binary") };
    await withServer(serving(files), async (base) => {
      await assert.rejects(get("kube-scheduler", scheduler, { origins: sites(base) }), (error: Error) => {
        assert.ok(error instanceof SlipwayError);
        assert.ok(error.message.includes(`has SHA-256 ${sha256("other")}; allowed: ${sha256("binary")}`));
        return true;
      });
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is not to be had where the site lacks the file, its checksum, or answers with something else", async () => {
    const checksum = `${schedulerPath}.sha256`;
    const lacking: Record<string, string>[] = [
      {},
      { [schedulerPath]: "binary" },
      { [checksum]: sha256("binary") },
      { [schedulerPath]: "binary", [checksum]: "<html>sign in first</html>" },
    ];
    for (const files of lacking) {
      await withServer(serving(files), async (base) => {
        assert.equal(await get("kube-scheduler", scheduler, { origins: sites(base) }), false);
      });
      assert.deepEqual(readdirSync(folder), []);
    }
  });

  it("leaves nothing of a body that is cut off", async () => {
    const listener: RequestListener = (request, response) => {
      if (request.url?.endsWith(".sha256") === true) return void response.end(sha256("binary"));
      response.writeHead(200, { "content-length": "6" });
      response.write("bin", () => response.destroy());
    };
    await withServer(listener, async (base) => {
      assert.equal(await get("kube-scheduler", scheduler, { origins: sites(base) }), false);
    });
    assert.deepEqual(readdirSync(folder), []);
  });

  it("asks a site that does not answer only once in a process", async () => {
    const asked: string[] = [];
    let dead = "";
    const listener: RequestListener = (request) => {
      asked.push(request.url ?? "");
      request.socket.destroy();
    };
    await withServer(listener, async (base) => {
      dead = base;
      assert.equal(await get("kube-scheduler", scheduler, { origins: sites(base) }), false);
      assert.equal(
        await get("kube-apiserver", releaseOf("kube-apiserver", linux)!, { origins: sites(base) }),
        false,
      );
      assert.equal(await get("etcd", releaseOf("etcd", linux)!, { origins: sites(base) }), false);
    });
    assert.deepEqual(asked, [`${schedulerPath}.sha256`]);
    assert.notEqual(dead, "");
    // A site that answers, be it with 404, is asked again.
    const told: string[] = [];
    await withServer(serving({}, told), async (base) => {
      await get("kube-scheduler", scheduler, { origins: sites(base) });
      await get("etcd", releaseOf("etcd", linux)!, { origins: sites(base) });
    });
    assert.equal(told.length, 2);
  });

  it("unpacks etcd out of its archive", async () => {
    const name = "etcd-v3.6.4-linux-amd64";
    mkdirSync(path.join(here.root, name));
    writeFileSync(path.join(here.root, name, "etcd"), "binary");
    writeFileSync(path.join(here.root, name, "README.md"), "");
    execFileSync("tar", ["-czf", `${name}.tar.gz`, name], { cwd: here.root });
    const archive = readFileSync(path.join(here.root, `${name}.tar.gz`));
    const at = "/etcd-io/etcd/releases/download/v3.6.4";
    const sums = `${sha256("x")}  etcd-v3.6.4-darwin-amd64.zip\n${sha256(archive)}  ${name}.tar.gz\n`;
    here.script("tar", 'exec tar "$@"');
    await withServer(
      serving({ [`${at}/${name}.tar.gz`]: archive, [`${at}/SHA256SUMS`]: sums }),
      async (base) => {
        assert.equal(await get("etcd", releaseOf("etcd", linux)!, { origins: sites(base) }), true);
      },
    );
    assert.deepEqual(readdirSync(folder), ["etcd"]);
    assert.equal(readFileSync(path.join(folder, "etcd"), "utf8"), "binary");
  });

  it("takes kwok's checksum from GitHub's record of the asset", async () => {
    const api = "/repos/kubernetes-sigs/kwok/releases/tags/v0.8.0";
    const file = "/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-linux-amd64";
    const record = (content: string): string =>
      JSON.stringify({ assets: [{ name: "kwok-linux-amd64", digest: `sha256:${sha256(content)}` }] });
    await withServer(serving({ [api]: record("binary"), [file]: "binary" }), async (base) => {
      assert.equal(await get("kwok", releaseOf("kwok", linux)!, { origins: sites(base) }), true);
    });
    await withServer(serving({ [api]: record("binary"), [file]: "other" }), async (base) => {
      await assert.rejects(get("kwok", releaseOf("kwok", linux)!, { origins: sites(base) }), SlipwayError);
    });
  });

  it("reads a checksum only from what is one", () => {
    const sum = sha256("x");
    assert.equal(checksumInFile(`${sum}\n`, "a"), sum);
    assert.equal(checksumInFile(`${sha256("y")}  b\n${sum} *a\n`, "a"), sum);
    assert.equal(checksumInFile(`${sum}  b\n`, "a"), undefined);
    assert.equal(checksumInFile("<html>", "a"), undefined);
    assert.equal(checksumInFile(sum.slice(1), "a"), undefined);
    const record = (digest: unknown): string => JSON.stringify({ assets: [{ name: "a", digest }] });
    assert.equal(checksumOfAsset(record(`sha256:${sum}`), "a"), sum);
    for (const text of [
      record(null),
      record("md5:1"),
      record(`sha256:${sum}`).replace('"a"', '"b"'),
      "null",
      "[]",
      "<html>",
      '{"assets":1}',
    ]) {
      assert.equal(checksumOfAsset(text, "a"), undefined, text);
    }
  });

  it("leaves Pulumi's installer alone where its site does not answer", async () => {
    assert.equal(await get("pulumi", releaseOf("pulumi", linux)!, { origins: sites(closed) }), false);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("counts an installer that fails as a release that cannot be had, but not a full disk", async () => {
    const context = here.context();
    assert.equal(await runInstaller(["-e", "process.exit(1)"], "pulumi 3.259.0", context), false);
    assert.equal(await runInstaller(["-e", ""], "pulumi 3.259.0", context), true);
    const full = 'process.stderr.write("tar: write error: No space left on device\\n"); process.exit(2)';
    await assert.rejects(
      runInstaller(["-e", full], "pulumi 3.259.0", context),
      /the disk is full while installing pulumi 3\.259\.0/,
    );
  });

  it("runs the installer of the Automation API on a folder and a version", async () => {
    // An engine that is already in the folder is found before anything is downloaded.
    const file = here.script("pulumi", "echo v3.259.0", path.join(folder, "bin"));
    const installer = path.resolve(__dirname, "../../../engine/tools/install-pulumi.cjs");
    assert.equal(await runInstaller([installer, folder, "3.259.0"], "pulumi 3.259.0", here.context()), true);
    assert.ok(existsSync(file));
  });
});
