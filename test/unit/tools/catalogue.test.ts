import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { versions } from "../../../components/common/versions";
import {
  acceptsOnPath,
  cacheKey,
  catalogue,
  compareVersions,
  releaseOf,
  testToolNames,
  toolNames,
} from "../../../engine/tools/catalogue";
import { repositoryRoot } from "../../../engine/tools/context";
import { pinnedSources } from "../../../engine/tools/modules";

const allTools = [...toolNames, ...testToolNames];
const linux = { os: "linux", arch: "amd64" };
const pinFile = (module: string, file: string): string =>
  readFileSync(path.join(repositoryRoot, "tools", module, file), "utf8");

describe("the catalogue of tools", () => {
  it("pins in each go.mod and go.sum the version that versions.json names", () => {
    const pins = [
      ["pulumi", versions.tools.pulumi.module, versions.tools.pulumi.version],
      ["etcd", versions.tools.etcd.module, versions.tools.etcd.version],
      ["kwok", versions.tools.kwok.module, versions.tools.kwok.version],
      ["prometheus", versions.tools.prometheus.module, versions.tools.prometheus.moduleVersion],
      ["alertmanager", versions.tools.alertmanager.module, versions.tools.alertmanager.version],
      [
        "prometheus-operator",
        versions.tools.prometheusOperator.module,
        versions.tools.prometheusOperator.version,
      ],
      ["loki", versions.tools.loki.module, versions.tools.loki.version],
      ["actionlint", versions.tools.actionlint.module, versions.tools.actionlint.version],
      ["kubernetes", "k8s.io/kubernetes", versions.kubernetes.version],
      ...Object.values(versions.crds).map(({ module, version }) => ["crds", module, version]),
    ] as [string, string, string][];
    assert.equal(pins.length, Object.keys(versions.tools).length + 1 + Object.keys(versions.crds).length);
    for (const [folder, module, version] of pins) {
      const asked = pinFile(folder, "go.mod")
        .split("\n")
        .map((line) => line.trim().replace(/^require /, ""));
      assert.ok(
        asked.some(
          (line) => line === `${module} v${version}` || line === `${module} v${version} // indirect`,
        ),
        `tools/${folder}/go.mod does not ask for ${module} v${version}`,
      );
      assert.match(
        pinFile(folder, "go.sum"),
        new RegExp(`^${module.replaceAll(".", "\\.")} v${version} h1:`, "m"),
      );
    }
  });

  it("builds each tool from a package that its go.mod names as a tool, or of the module that it copies", () => {
    for (const name of allTools) {
      const { module, goPackage, incomplete } = catalogue[name];
      if (incomplete !== undefined) assert.ok(goPackage.startsWith(`${incomplete.module}/`));
      assert.ok(
        pinFile(module, "go.mod")
          .split(/\s+/)
          .includes(incomplete?.module ?? goPackage),
        `${goPackage} in tools/${module}/go.mod`,
      );
    }
    assert.deepEqual(
      allTools.filter((name) => catalogue[name].incomplete !== undefined),
      ["amtool", "alertmanager"],
    );
  });

  it("takes the replacements of Loki's own go.mod but for the one that names a folder", () => {
    const lines = pinFile("loki", "go.mod").split("\n");
    assert.equal(lines.filter((line) => line.includes(" => ")).length, 7);
    assert.ok(!lines.some((line) => line.includes("=> ./")));
  });

  it("stamps the version of Prometheus, which is not that of its module", () => {
    const { version, moduleVersion } = versions.tools.prometheus;
    const [, major, minor = "", patch = ""] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
    assert.equal(moduleVersion, `0.${major}${minor.padStart(2, "0")}.${patch}`);
    assert.ok(catalogue.promtool.ldflags.endsWith(`version.Version=${version}`));
  });

  it("keeps what only tests need apart from what a rehearsal needs", () => {
    assert.deepEqual(toolNames, [
      "pulumi",
      "etcd",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kwok",
    ]);
    assert.deepEqual(testToolNames, [
      "actionlint",
      "promtool",
      "amtool",
      "prometheus",
      "alertmanager",
      "prometheus-operator",
      "loki",
    ]);
  });

  it("pins the files of every source at the version that versions.json names", () => {
    const wanted = { ...versions.crds, kwok: versions.tools.kwok } as Record<
      string,
      { version: string; module: string }
    >;
    assert.deepEqual(Object.keys(pinnedSources).sort(), Object.keys(wanted).sort());
    for (const [name, { version, module, files }] of Object.entries(pinnedSources)) {
      assert.deepEqual(
        { version, module },
        { version: wanted[name]!.version, module: wanted[name]!.module },
        "run node tools/crds/pin.mjs",
      );
      assert.ok(Object.values(files).every((sum) => /^[0-9a-f]{64}$/.test(sum)));
    }
    const counts = Object.entries(pinnedSources).map(([name, { files }]) => [
      name,
      Object.keys(files).length,
    ]);
    assert.deepEqual(Object.fromEntries(counts), {
      gatewayApi: 10,
      envoyGateway: 8,
      certManager: 6,
      karpenter: 2,
      kwok: 10,
      prometheusOperator: 7,
    });
  });

  it("reads the version out of what each tool prints", () => {
    const printed = {
      pulumi: "v3.259.0\n",
      etcd: "etcd Version: 3.6.4\nGit SHA: Not provided\nGo Version: go1.26.8\n",
      "kube-apiserver": "Kubernetes v1.36.3\n",
      "kube-controller-manager": "Kubernetes v1.36.3\n",
      "kube-scheduler": "Kubernetes v1.36.3\n",
      kwok: "kwok version v0.8.0 go1.26.8 (linux/amd64)\n",
      promtool: "promtool, version 3.13.5 (branch: , revision: unknown)\n  build user:       \n",
      prometheus: "prometheus, version 3.13.5 (branch: , revision: unknown)\n  build user:       \n",
      amtool: "amtool, version 0.34.2 (branch: , revision: unknown)\n  build user:       \n",
      alertmanager: "alertmanager, version 0.34.2 (branch: , revision: unknown)\n  build user:       \n",
      "prometheus-operator": "prometheus-operator, version 0.93.1 (branch: , revision: unknown)\n",
      loki: "loki, version 3.7.8 (branch: , revision: )\n  build user:       \n",
      actionlint: "1.7.12\ninstalled by building from source\nbuilt with go1.26.8 compiler for linux/amd64\n",
    };
    for (const name of allTools) {
      assert.equal(catalogue[name].versionPattern.exec(printed[name])?.[1], catalogue[name].version, name);
      assert.equal(catalogue[name].versionPattern.exec("usage: something else"), null, name);
    }
  });

  it("names the official release and its checksum for Linux", () => {
    assert.deepEqual(releaseOf("kube-apiserver", linux), {
      by: "download",
      file: { origin: "kubernetes", path: "/release/v1.36.3/bin/linux/amd64/kube-apiserver" },
      checksum: {
        in: "file",
        at: { origin: "kubernetes", path: "/release/v1.36.3/bin/linux/amd64/kube-apiserver.sha256" },
      },
    });
    assert.deepEqual(releaseOf("etcd", { os: "linux", arch: "arm64" }), {
      by: "download",
      file: {
        origin: "github",
        path: "/etcd-io/etcd/releases/download/v3.6.4/etcd-v3.6.4-linux-arm64.tar.gz",
      },
      checksum: {
        in: "file",
        at: { origin: "github", path: "/etcd-io/etcd/releases/download/v3.6.4/SHA256SUMS" },
      },
      member: "etcd-v3.6.4-linux-arm64/etcd",
    });
    assert.deepEqual(releaseOf("kwok", linux), {
      by: "download",
      file: { origin: "github", path: "/kubernetes-sigs/kwok/releases/download/v0.8.0/kwok-linux-amd64" },
      checksum: {
        in: "asset",
        at: { origin: "githubApi", path: "/repos/kubernetes-sigs/kwok/releases/tags/v0.8.0" },
        asset: "kwok-linux-amd64",
      },
    });
    assert.equal(releaseOf("pulumi", linux)?.by, "installer");
    assert.deepEqual(releaseOf("amtool", { os: "darwin", arch: "arm64" }), {
      by: "download",
      file: {
        origin: "github",
        path: "/prometheus/alertmanager/releases/download/v0.34.2/alertmanager-0.34.2.darwin-arm64.tar.gz",
      },
      checksum: {
        in: "file",
        at: { origin: "github", path: "/prometheus/alertmanager/releases/download/v0.34.2/sha256sums.txt" },
      },
      member: "alertmanager-0.34.2.darwin-arm64/amtool",
    });
    const prometheus = releaseOf("promtool", linux);
    assert.ok(prometheus?.by === "download");
    assert.equal(prometheus.member, "prometheus-3.13.5.linux-amd64/promtool");
    assert.deepEqual(releaseOf("actionlint", linux), {
      by: "download",
      file: {
        origin: "github",
        path: "/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_linux_amd64.tar.gz",
      },
      checksum: {
        in: "file",
        at: {
          origin: "github",
          path: "/rhysd/actionlint/releases/download/v1.7.12/actionlint_1.7.12_checksums.txt",
        },
      },
      member: "actionlint",
    });
  });

  it("names no release where the project publishes none", () => {
    const mac = { os: "darwin", arch: "arm64" };
    assert.deepEqual(
      allTools.filter((name) => releaseOf(name, mac) === undefined),
      ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "prometheus-operator", "loki"],
    );
    assert.deepEqual(
      allTools.filter((name) => releaseOf(name, { os: "linux", arch: "riscv64" }) !== undefined),
      [],
    );
  });

  it("keeps versions and platforms apart in the cache", () => {
    assert.equal(cacheKey(catalogue.etcd, linux), "bin/etcd-3.6.4-linux-amd64");
    const keys = allTools.flatMap((name) =>
      ["amd64", "arm64"].map((arch) => cacheKey(catalogue[name], { os: "linux", arch })),
    );
    assert.equal(new Set(keys).size, 26);
  });

  it("takes on PATH any Pulumi from 3.255 below 4, and of the others only the pinned version", () => {
    const table: [keyof typeof catalogue, string, boolean][] = [
      ["pulumi", "3.254.9", false],
      ["pulumi", "3.255.0", true],
      ["pulumi", "3.300.1-alpha.5", true],
      ["pulumi", "4.0.0", false],
      ["etcd", "3.6.4", true],
      ["etcd", "3.6.5", false],
      ["kube-apiserver", "1.36.3-eks-1", false],
      ["promtool", "3.13.5", true],
      ["promtool", "3.13.4", false],
    ];
    for (const [name, version, good] of table)
      assert.equal(acceptsOnPath(catalogue[name], version), good, `${name} ${version}`);
  });

  it("orders versions by number, not by letter", () => {
    assert.ok(compareVersions("1.9", "1.24") < 0);
    assert.equal(compareVersions("1.24", "1.24.0"), 0);
    const version = fc.tuple(fc.nat(2000), fc.nat(2000), fc.nat(2000));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const at = a.findIndex((part, index) => part !== b[index]);
        const expected = at === -1 ? 0 : Math.sign(a[at]! - b[at]!);
        assert.equal(Math.sign(compareVersions(a.join("."), b.join("."))), expected);
      }),
    );
  });
});
