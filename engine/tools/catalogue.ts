import { versions } from "../../components/common/versions";
import type { ToolName } from "../types";

/** Machine type in the words of Go and of release files. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** Bases of the official release sites. Tests give their own; users cannot change them. */
export interface Origins {
  readonly kubernetes: string;
  readonly github: string;
  readonly githubApi: string;
  readonly githubRaw: string;
  readonly pulumi: string;
}

/** Where the projects publish their releases. */
export const officialOrigins: Origins = {
  kubernetes: "https://dl.k8s.io",
  github: "https://github.com",
  githubApi: "https://api.github.com",
  githubRaw: "https://raw.githubusercontent.com",
  pulumi: "https://get.pulumi.com",
};

/** A file at one of the release sites. */
export interface Address {
  readonly origin: keyof Origins;
  readonly path: string;
}

/** Where the publisher states the SHA-256 of a release file: in a file beside it, or in GitHub's record of the asset. */
export type Checksum =
  | { readonly in: "file"; readonly at: Address }
  | { readonly in: "asset"; readonly at: Address; readonly asset: string };

/** How an official release is had: by Pulumi's own installer, or as one file with a published checksum. */
export type Release =
  | { readonly by: "installer"; readonly version: string; readonly probe: Address }
  | {
      readonly by: "download";
      readonly file: Address;
      readonly checksum: Checksum;
      /** Path of the binary inside the file, when that is a gzipped tar archive. */
      readonly member?: string;
    };

/** All that is known of one tool. */
export interface ToolEntry {
  readonly name: ToolName;
  /** Exact version, without a leading `v`. */
  readonly version: string;
  /** Versions that are good enough on PATH: from `atLeast`, below `below`. Absent: only the exact version. */
  readonly onPath?: { readonly atLeast: string; readonly below: string };
  /** Folder under `tools/` whose go.mod and go.sum pin the sources. */
  readonly module: string;
  readonly goPackage: string;
  readonly ldflags: string;
  /** Path of the binary inside the tool's folder of the cache. */
  readonly file: string;
  readonly versionArgs: readonly string[];
  /** Reads the version, without `v`, out of what the tool prints for `versionArgs`. */
  readonly versionPattern: RegExp;
}

/** Oldest Go that understands the `tool` lines of our go.mod files: https://go.dev/doc/go1.24#tools. */
export const minimumGo = "1.24";

const kubernetes = versions.kubernetes.version;
const { pulumi, etcd, kwok } = versions.tools;

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

/** The tools that a rehearsal needs, in the order in which they are looked for. */
export const catalogue: Readonly<Record<ToolName, ToolEntry>> = {
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

/** All tool names, in the order of the catalogue. */
export const toolNames = Object.keys(catalogue) as readonly ToolName[];

/** This machine's platform in the words of Go. */
export function thisPlatform(): Platform {
  return { os: process.platform, arch: process.arch === "x64" ? "amd64" : process.arch };
}

/**
 * Where the official release of a tool is, or undefined where its project publishes none for that platform:
 * Kubernetes publishes server binaries, and etcd tar archives, for Linux only.
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
    default: {
      if (os !== "linux") return undefined;
      const path = `/release/v${version}/bin/${os}/${arch}/${name}`;
      return {
        by: "download",
        file: { origin: "kubernetes", path },
        checksum: { in: "file", at: { origin: "kubernetes", path: `${path}.sha256` } },
      };
    }
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
