// Writes files.json: which files are taken out of each pinned module, and their SHA-256. Run it after changing a
// version in versions.json and go.mod: node tools/crds/pin.mjs. It needs Go; what it writes is checked into git.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const versions = JSON.parse(readFileSync(path.join(here, "../../versions.json"), "utf8"));
const isCrd = (text) => /^kind: CustomResourceDefinition$/m.test(text) && !text.includes("{{");
const isStage = (text) => /^kind: Stage$/m.test(text);

const sources = [
  {
    key: "gatewayApi",
    repository: "kubernetes-sigs/gateway-api",
    folders: ["config/crd/standard"],
    takes: isCrd,
  },
  {
    key: "envoyGateway",
    repository: "envoyproxy/gateway",
    folders: ["charts/gateway-helm/charts/crds/crds/generated"],
    takes: isCrd,
  },
  { key: "certManager", repository: "cert-manager/cert-manager", folders: ["deploy/crds"], takes: isCrd },
  {
    key: "karpenter",
    repository: "kubernetes-sigs/karpenter",
    folders: ["pkg/apis/crds"],
    // Only what the managed node pools write; the others belong to features that are off by default.
    takes: (text, file) => isCrd(text) && /karpenter\.sh_(nodeclaims|nodepools)\.yaml$/.test(file),
  },
  {
    key: "prometheusOperator",
    repository: "prometheus-operator/prometheus-operator",
    folders: ["example/prometheus-operator-crd"],
    // Only the kinds that are made; the others are of programs that do not run here.
    takes: (text, file) =>
      isCrd(text) &&
      /_(alertmanagers|podmonitors|probes|prometheuses|prometheusrules|scrapeconfigs|servicemonitors)\.yaml$/.test(
        file,
      ),
  },
  {
    key: "kwok",
    repository: "kubernetes-sigs/kwok",
    folders: ["node/fast", "node/heartbeat-with-lease", "pod/fast", "volume/fast"].map(
      (folder) => `kustomize/stage/${folder}`,
    ),
    takes: (text, file) => isStage(text) || file.endsWith("/storage-class.yaml"),
  },
];

const pinned = {};
for (const { key, repository, folders, takes } of sources) {
  const { version, module } = versions.crds[key] ?? versions.tools[key];
  const pinnedBy = key === "kwok" ? "kwok" : "crds";
  const args = ["mod", "download", "-json", `${module}@v${version}`];
  const { Dir } = JSON.parse(
    execFileSync("go", args, { cwd: path.join(here, "..", pinnedBy), encoding: "utf8" }),
  );
  const files = {};
  for (const folder of folders) {
    for (const name of readdirSync(path.join(Dir, folder))
      .filter((entry) => entry.endsWith(".yaml"))
      .sort()) {
      const file = `${folder}/${name}`;
      const text = readFileSync(path.join(Dir, file), "utf8");
      if (takes(text, file)) files[file] = createHash("sha256").update(text).digest("hex");
    }
  }
  pinned[key] = { version, module, repository, pinnedBy, files };
}
writeFileSync(path.join(here, "files.json"), `${JSON.stringify(pinned, null, 2)}\n`);
