import assert from "node:assert/strict";
import { admissionRules } from "../../components/security/admission";
import type { AdmissionRule } from "../../components/security/admission";
import { silent } from "../../engine/progress";
import { rules } from "../../policies/rules";
import type { EmbeddedCluster } from "../../rehearsal/cluster";
import { startCluster } from "../../rehearsal/cluster";
import { applyCrds } from "../../rehearsal/cluster/crds";
import { manifestsOf } from "../../rehearsal/cluster/manifests";
import type { KubeClient } from "../../rehearsal/kube/client";
import { clusterParts } from "../support/cluster";
import { temporaryFolder } from "../support/temporary";
import { installTools } from "../support/tools";
import { ruleCases } from "./fixtures";
import { inTurns } from "./support/in-turns";
import type { Answer } from "./support/server";
import { AskedServer } from "./support/server";
import type { Row } from "./support/table";
import { differences, packRefusals, rowsOf } from "./support/table";

/** No definition of Rollout is pinned: whoever runs Argo Rollouts brings it. */
const rolloutDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: rollouts.argoproj.io
spec:
  group: argoproj.io
  scope: Namespaced
  names: { plural: rollouts, singular: rollout, kind: Rollout, listKind: RolloutList }
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                replicas: { type: integer }
                template: { type: object, x-kubernetes-preserve-unknown-fields: true }
              x-kubernetes-preserve-unknown-fields: true
`;

/** Types that the API server does not serve; the pack knows them all the same, for a manifest may have them. */
const notServed = ["kubernetes:extensions/v1beta1:Ingress", "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"];

/** What the server takes for invalid of some kinds only, while it is a case of the pod. */
const invalidElsewhere = /restartPolicy: Unsupported value/;

const held = admissionRules(rules);
const rows = rowsOf(ruleCases, held);
const served = rows.filter(({ type }) => !notServed.includes(type));
const rowsOfRule = (rule: AdmissionRule): readonly Row[] => served.filter((row) => row.rule === rule);
const refusals = (row: Row): ReadonlySet<string> => packRefusals(row, held);

/** Whether a row is a valid object, as far as its case says. */
const isWhole = ({ invalid, isTurned, config }: Row): boolean =>
  invalid === undefined && !isTurned && config === undefined;

describe("the pack and an API server that holds its rules", function () {
  this.timeout(900_000);
  before(installTools);
  let cluster: EmbeddedCluster | undefined;
  let server: AskedServer;
  const answers = new Map<Row, Answer>();

  before(async function () {
    this.timeout(900_000);
    const parts = await clusterParts();
    const crdFiles = parts.crdFiles.filter((file) => /gateway\.(networking|envoyproxy)/.test(file));
    cluster = await startCluster({ ...parts, crdFiles, folder: temporaryFolder() }, silent);
    const { client } = cluster;
    await applyCrds(client, manifestsOf(rolloutDefinition), new AbortController().signal);
    await makeNamespaces(client);
    server = new AskedServer(client, held);
    await server.installTable(served, refusals);
    await inTurns(served, async (row) => answers.set(row, await server.ask(row)));
  });

  after(() => cluster?.stop());

  it("try an object of every type that the server has", () => {
    const types = new Set(held.flatMap((rule) => rule.types));
    const tried = new Set(served.map(({ type }) => type));
    assert.deepEqual(
      [...types].filter((type) => !tried.has(type)),
      notServed.filter((type) => types.has(type)),
    );
  });

  it("have every condition in a form that the server can compile", () => {
    assert.deepEqual(Object.fromEntries(server.broken), {});
  });

  describe("agree, object by object, about what is tried of", () => {
    for (const rule of held) {
      it(rule.name, () => {
        const found = rowsOfRule(rule).flatMap((row) => {
          const { invalid, exists = "", errors, refused } = answers.get(row)!;
          if (invalid !== undefined || !(row.invalid?.test(exists) ?? true)) return inWords(row, invalid);
          return [...errors, ...differences(row, refusals(row), refused, held)];
        });
        assert.deepEqual(found, []);
      });
    }
  });

  it("disagree about each rule whose verdict in the pack is turned round", () => {
    for (const rule of held) {
      const found = rowsOfRule(rule).filter((row) => {
        const { invalid, refused } = answers.get(row)!;
        const turned = new Set(refusals(row).has(rule.name) ? [] : [rule.name]);
        return invalid === undefined && differences(row, turned, refused, [rule]).length > 0;
      });
      assert.notDeepEqual(found, [], rule.name);
    }
  });

  describe("with each rule's conditions turned round in the server", () => {
    const compliant = (rule: AdmissionRule): Row => rowsOfRule(rule).find(isWhole)!;

    before(() => server.installOpposites(compliant));

    it("disagree about each of them, and about nothing else", async () => {
      const found = await inTurns(held, async (rule) => {
        const row = compliant(rule);
        const { refused } = await server.askOpposites(row);
        return differences(row, refusals(row), refused, [rule]);
      });
      assert.deepEqual(
        found.map((each) => each.length),
        held.map(() => 1),
      );
    });
  });

  describe("with rules that deny", () => {
    const refused = (rule: AdmissionRule): Row =>
      rowsOfRule(rule).find((row) => isWhole(row) && refusals(row).has(rule.name))!;

    before(() => server.installDenying(refused));

    for (const rule of held) {
      it(`creates nothing that breaks ${rule.name}, and says its name`, async () => {
        const said = await server.create(refused(rule));
        assert.ok(
          said.startsWith("403: ") &&
            said.includes(
              `ValidatingAdmissionPolicy '${rule.name}' with binding '${rule.name}' denied request: ${rule.name}: `,
            ),
          said,
        );
      });
    }
  });

  it("have conditions whose types the server's own check has nothing to say about", async () => {
    const found = await server.typeWarnings();
    assert.deepEqual(found, []);
  });
});

/** Whatever namespace a case is about is there, with the account that pods of the fixtures run as. */
async function makeNamespaces(client: KubeClient): Promise<void> {
  const named = rows.map(({ object }): unknown => object.metadata.namespace ?? "default");
  await inTurns(
    [...new Set(named)].filter((name): name is string => typeof name === "string" && /^[a-z]/.test(name)),
    async (name) => {
      await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
      await client.apply({
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "api", namespace: name },
      });
    },
  );
}

/** Where only one of a case and the server takes the object for invalid, or each for another reason. */
function inWords(row: Row, said: string | undefined): readonly string[] {
  if (said === undefined) return [`the API server takes for valid: ${row.title}`];
  // A case is written for its own type; elsewhere the path is longer.
  const path = said.replaceAll(/(spec\.jobTemplate\.)?(spec\.)?template\.spec\./g, "spec.");
  if (row.invalid?.test(path) === true || (row.isTurned && invalidElsewhere.test(said))) return [];
  return [`the API server takes for invalid: ${row.title}: ${said}`];
}
