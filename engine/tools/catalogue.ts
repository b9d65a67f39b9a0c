import { versions } from "../../components/common/versions";
import type { RehearsalTool, TestTool, ToolName } from "../types";
import type { Origins, Platform, Release, ToolEntry } from "./entry";
import { monitoringRelease, monitoringTools } from "./monitoring-tools";

export type { Address, Checksum, Origins, Platform, Release, ToolEntry } from "./entry";

/** Where the projects publish their releases. */
export const officialOrigins: Origins = {
  kubernetes: "https://dl.k8s.io",
  github: "https://github.com",
  githubApi: "https://api.github.com",
  githubRaw: "https://raw.githubusercontent.com",
  pulumi: "https://get.pulumi.com",
};

/** Oldest Go that understands the `tool` lines of our go.mod files: https://go.dev/doc/go1.24#tools. */
export const minimumGo = "1.24";

const kubernetes = versions.kubernetes.version;
const { pulumi, etcd, kwok, actionlint } = versions.tools;

const kubernetesTool = (name: ToolName): ToolEntry => ({
  name,
  version: kubernetes,
  module: "kubernetes",
  goPackage: `k8s.io/kubernetes/cmd/${name}`,
  // A binary without this says v0.0.0-master, which clients read as a very old server.
  ldflags: `-s -w -X k8s.io/component-base/version.gitVersion=v${kubernetes}`,
  file: name,
  versionArgs: ["--version"],
  versionPattern: /^Kubernetes v(\S+)/m,
});

/** The tools that a rehearsal needs. */
const rehearsalTools: Readonly<Record<RehearsalTool, ToolEntry>> = {
  pulumi: {
    name: "pulumi",
    version: pulumi.version,
    // 3.255 is the first that runs a policy pack as an executable without a language host.
    onPath: { atLeast: "3.255.0", below: "4.0.0" },
    module: "pulumi",
    goPackage: `${pulumi.module}/cmd/pulumi`,
    ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumi.version}`,
    // The installer lays its files out like this, and the Automation API looks for `bin/pulumi` under a root.
    file: "bin/pulumi",
    versionArgs: ["version"],
    versionPattern: /^v(\d\S*)/m,
  },
  etcd: {
    name: "etcd",
    version: etcd.version,
    module: "etcd",
    goPackage: etcd.module,
    ldflags: "-s -w",
    file: "etcd",
    versionArgs: ["--version"],
    versionPattern: /^etcd Version: (\S+)/m,
  },
  "kube-apiserver": kubernetesTool("kube-apiserver"),
  "kube-controller-manager": kubernetesTool("kube-controller-manager"),
  "kube-scheduler": kubernetesTool("kube-scheduler"),
  kwok: {
    name: "kwok",
    version: kwok.version,
    module: "kwok",
    goPackage: `${kwok.module}/cmd/kwok`,
    ldflags: "-s -w",
    file: "kwok",
    versionArgs: ["--version"],
    versionPattern: /^kwok version v(\S+)/m,
  },
};

/** The tools that only tests run, the quickest to build first. */
const testTools: Readonly<Record<TestTool, ToolEntry>> = {
  actionlint: {
    name: "actionlint",
    version: actionlint.version,
    module: "actionlint",
    goPackage: `${actionlint.module}/cmd/actionlint`,
    ldflags: `-s -w -X ${actionlint.module}.version=${actionlint.version}`,
    file: "actionlint",
    versionArgs: ["-version"],
    versionPattern: /^v?(\d\S*)$/m,
  },
  ...monitoringTools,
};

/** Every tool that can be got. */
export const catalogue: Readonly<Record<ToolName, ToolEntry>> = { ...rehearsalTools, ...testTools };

/** Names of the tools that a rehearsal needs, in the order in which they are looked for. */
export const toolNames = Object.keys(rehearsalTools) as readonly RehearsalTool[];

/** Names of the tools that only this repository's tests need. */
export const testToolNames = Object.keys(testTools) as readonly TestTool[];

/** This machine's platform in the words of Go. */
export function thisPlatform(): Platform {
  return { os: process.platform, arch: process.arch === "x64" ? "amd64" : process.arch };
}

/**
 * Where the official release of a tool is, or undefined where its project publishes none for that platform:
 * Kubernetes publishes server binaries, and etcd tar archives, for Linux only. For the tools of the tests see
 * `monitoringRelease`.
 */
export function releaseOf(name: ToolName, { os, arch }: Platform): Release | undefined {
  if (!["amd64", "arm64"].includes(arch)) return undefined;
  const { version } = catalogue[name];
  switch (name) {
    case "pulumi":
      return { by: "installer", version, probe: { origin: "pulumi", path: "/install.sh" } };
    case "etcd": {
      if (os !== "linux") return undefined;
      const folder = `/etcd-io/etcd/releases/download/v${version}`;
      const archive = `etcd-v${version}-${os}-${arch}`;
      return {
        by: "download",
        file: { origin: "github", path: `${folder}/${archive}.tar.gz` },
        checksum: { in: "file", at: { origin: "github", path: `${folder}/SHA256SUMS` } },
        member: `${archive}/etcd`,
      };
    }
    case "kwok": {
      // The project publishes no checksum file; GitHub computes a digest for each asset when it is uploaded:
      // https://docs.github.com/en/rest/releases/releases#get-a-release-by-tag-name.
      const asset = `kwok-${os}-${arch}`;
      const repository = "kubernetes-sigs/kwok";
      return {
        by: "download",
        file: { origin: "github", path: `/${repository}/releases/download/v${version}/${asset}` },
        checksum: {
          in: "asset",
          at: { origin: "githubApi", path: `/repos/${repository}/releases/tags/v${version}` },
          asset,
        },
      };
    }
    case "kube-apiserver":
    case "kube-controller-manager":
    case "kube-scheduler": {
      if (os !== "linux") return undefined;
      const path = `/release/v${version}/bin/${os}/${arch}/${name}`;
      return {
        by: "download",
        file: { origin: "kubernetes", path },
        checksum: { in: "file", at: { origin: "kubernetes", path: `${path}.sha256` } },
      };
    }
    case "actionlint": {
      const folder = `/rhysd/actionlint/releases/download/v${version}`;
      return {
        by: "download",
        file: { origin: "github", path: `${folder}/actionlint_${version}_${os}_${arch}.tar.gz` },
        checksum: {
          in: "file",
          at: { origin: "github", path: `${folder}/actionlint_${version}_checksums.txt` },
        },
        member: "actionlint",
      };
    }
    default:
      return monitoringRelease(name, { os, arch });
  }
}

/** Name of a tool's folder in the cache: `bin/etcd-3.6.4-linux-amd64`. */
export function cacheKey({ name, version }: ToolEntry, { os, arch }: Platform): string {
  return `bin/${name}-${version}-${os}-${arch}`;
}

/** Orders two dotted versions by number; a missing part counts as 0, and what follows the third part is ignored. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string): number[] =>
    version.split(/[.+-]/, 3).map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether a tool found on PATH at `version` may be used. */
export function acceptsOnPath({ version: pinned, onPath }: ToolEntry, version: string): boolean {
  if (onPath === undefined) return version === pinned;
  return compareVersions(version, onPath.atLeast) >= 0 && compareVersions(version, onPath.below) < 0;
}
