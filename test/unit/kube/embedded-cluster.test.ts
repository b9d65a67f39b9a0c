import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments } from "yaml";
import { apiServerArguments } from "../../../rehearsal/cluster/commands";
import { clusterFiles } from "../../../rehearsal/cluster/files";
import { belongsTo } from "../../../rehearsal/cluster/leftovers";
import { manifestsOf, ownFiles, readManifests } from "../../../rehearsal/cluster/manifests";
import { nodeObjects, regionOf } from "../../../rehearsal/cluster/nodes";
import { kwokConfig } from "../../../rehearsal/cluster/stages";
import { standIns } from "../../../rehearsal/cluster";
import { temporaryFolder } from "../../support/temporary";

const size = { cpu: "8", memory: "32Gi", pods: 50 };

describe("nodes of an embedded cluster", () => {
  it("are spread over the zones in turn and numbered in each", () => {
    const nodes = nodeObjects({ count: 5, zones: ["eu-central-1b", "eu-central-1a"], ...size }, "1.36.3");
    assert.deepEqual(
      nodes.map(({ metadata }) => metadata.name),
      ["eu-central-1b-1", "eu-central-1a-1", "eu-central-1b-2", "eu-central-1a-2", "eu-central-1b-3"],
    );
  });

  it("have the labels that scheduling needs, and the given size", () => {
    const [node] = nodeObjects({ count: 1, zones: ["eu-central-1a"], ...size }, "1.36.3");
    assert.ok(node);
    assert.deepEqual(node.metadata.labels, {
      "kubernetes.io/hostname": "eu-central-1a-1",
      "kubernetes.io/os": "linux",
      "kubernetes.io/arch": "amd64",
      "topology.kubernetes.io/zone": "eu-central-1a",
      "topology.kubernetes.io/region": "eu-central-1",
    });
    const { allocatable, nodeInfo } = node["status"] as Record<string, Record<string, string>>;
    assert.deepEqual(allocatable, { cpu: "8", memory: "32Gi", pods: "50", "ephemeral-storage": "100Gi" });
    assert.equal(nodeInfo?.["kubeletVersion"], "v1.36.3");
  });

  for (const [count, zones] of [
    [0, ["a"]],
    [1.5, ["a"]],
    [1, []],
  ] as const) {
    it(`are refused when there are ${count} of them in ${zones.length} zones`, () => {
      assert.throws(() => nodeObjects({ count, zones, ...size }, "1.36.3"), {
        name: "SlipwayError",
        message: /at least one node/,
      });
    });
  }

  for (const [zone, region] of [
    ["eu-central-1a", "eu-central-1"],
    ["us-gov-west-1b", "us-gov-west-1"],
    ["local", "local"],
  ] as const) {
    it(`are in region ${region} when their zone is ${zone}`, () => assert.equal(regionOf(zone), region));
  }
});

describe("manifests", () => {
  it("are split at their markers, with kind and name, without comments alone and Helm conditions", () => {
    const text = `{{- if .Values.crds.enabled }}
---
# only a comment
--- # the first
kind: CustomResourceDefinition
metadata:
  annotations:
    name: not-this
  labels:
    name: nor-this
  name: "widgets.a.io"
spec:
  names:
    kind: Widget
---
apiVersion: v1
kind: Namespace
metadata:
  name: shop
{{- end }}
`;
    assert.deepEqual(
      manifestsOf(text).map(({ kind, name }) => [kind, name]),
      [
        ["CustomResourceDefinition", "widgets.a.io"],
        ["Namespace", "shop"],
      ],
    );
    assert.ok(manifestsOf(text).every((one) => !one.text.includes("{{")));
  });

  it("include the stand-ins of kinds whose schema cannot be had, and the report names them", async () => {
    const own = await readManifests(await ownFiles("crds"));
    assert.deepEqual(
      own.map(({ name }) => name),
      [
        "nodeclasses.eks.amazonaws.com",
        "targetgroupbindings.eks.amazonaws.com",
        "targetgroupbindings.elbv2.k8s.aws",
      ],
    );
    for (const kind of ["NodeClass", "TargetGroupBinding"])
      assert.ok(
        standIns.some(({ name }) => name.includes(kind)),
        kind,
      );
  });
});

describe("configuration of KWOK", () => {
  it("has the given stages but for those of volumes, and its own, each a document", async () => {
    const folder = temporaryFolder("slipway-stages-");
    const file = path.join(folder, "stages.yaml");
    const stage = (name: string, kind: string): string =>
      `apiVersion: kwok.x-k8s.io/v1alpha1\nkind: Stage\nmetadata:\n  name: ${name}\nspec:\n  resourceRef:\n    apiGroup: v1\n    kind: ${kind}\n`;
    const texts = [
      stage("pod", "Pod"),
      stage("claim", "PersistentVolumeClaim"),
      stage("volume", "PersistentVolume"),
      "kind: StorageClass\n",
    ];
    writeFileSync(file, texts.join("---\n"));
    const names = parseAllDocuments(await kwokConfig([file])).map((document) =>
      document.getIn(["metadata", "name"]),
    );
    rmSync(folder, { recursive: true });
    assert.deepEqual(names, ["pod", "load-balancer-address", "volume-provision", "volume-delete"]);
  });
});

describe("processes of an embedded cluster", () => {
  it("take the API server's port and folder from the session, and let nobody in without a token", () => {
    const files = clusterFiles("/session");
    const given = apiServerArguments(files, 1234);
    for (const expected of [
      "--secure-port=1234",
      "--bind-address=127.0.0.1",
      "--anonymous-auth=false",
      "--authorization-mode=Node,RBAC",
      "--cert-dir=/session/cluster/certificates",
    ]) {
      assert.ok(given.includes(expected), expected);
    }
  });

  it("are recognised by their arguments, so that a process id that went to another program is left alone", () => {
    const own = process.argv.at(-1) ?? "";
    assert.equal(belongsTo(process.pid, path.basename(own)), true);
    assert.equal(belongsTo(process.pid, "/no/such/session"), false);
    assert.equal(belongsTo(2 ** 22 + 1, "/"), false);
  });
});
