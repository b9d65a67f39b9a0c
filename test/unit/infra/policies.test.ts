import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { platformNamespaces } from "../../../components/common/namespaces";
import { admissionRules, ignoredNamespaces } from "../../../components/security/admission";
import { readPackConfig } from "../../../infra/policies";
import { stages } from "../../../infra/stages";
import { rules } from "../../../policies/rules";
import { theProgram } from "../../support/program";
import { temporaryFolder } from "../../support/temporary";

const POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";

describe("the configuration of the policies", () => {
  it("is there for every stage", () => {
    for (const stage of Object.keys(stages)) assert.notDeepEqual(readPackConfig(stage), {}, stage);
  });

  it("is empty for a stage without a file, so that each rule keeps its own level", () => {
    assert.deepEqual(readPackConfig("preview"), {});
  });

  const mistakes: readonly (readonly [text: string, said: RegExp])[] = [
    ["", /it is not JSON/],
    ["{", /it is not JSON/],
    ["[]", /it is no JSON object; allowed: rules by name, \{\} for none/],
    ["null", /it is no JSON object/],
    ['{"kubernetes-core-pod-forbid-everything": "mandatory"}', /kubernetes-core-pod-forbid-everything/],
    ['{"kubernetes-core-pod-forbid-privileged": "always"}', /kubernetes-core-pod-forbid-privileged/],
  ];
  for (const [text, said] of mistakes) {
    it(`is refused as ${JSON.stringify(text)}`, () => {
      const folder = temporaryFolder();
      writeFileSync(path.join(folder, "preview.json"), text);
      assert.throws(
        () => readPackConfig("preview", folder),
        ({ name, message }: Error) => {
          assert.equal(name, "SlipwayError");
          assert.match(message, /^policies\/config\/preview\.json.*correct the file; \{\} keeps each rule/);
          assert.match(message, said);
          return true;
        },
      );
    });
  }
});

describe("the policies inside the cluster", function () {
  this.timeout(60_000);
  for (const stack of ["local", "staging", "production"]) {
    it(`are of every rule that the API server can hold (${stack})`, async () => {
      const { ofType } = await theProgram(stack);
      const config = readPackConfig(stack) as Readonly<
        Record<string, { enforcementLevel?: string } | undefined>
      >;
      const held = admissionRules(rules).filter(({ name }) => config[name]?.enforcementLevel !== "disabled");
      assert.deepEqual(
        ofType(POLICY)
          .map(({ inputs }) => String(inputs["metadata"].name))
          .sort(),
        held.map(({ name }) => name).sort(),
      );
      const namespacesOf = (operator: string): string[] => [
        ...new Set(
          ofType(`${POLICY}Binding`)
            .map(
              ({ inputs }) =>
                inputs["spec"].matchResources.namespaceSelector.matchExpressions[0] as {
                  operator: string;
                  values: string[];
                },
            )
            .filter((expression) => expression.operator === operator)
            .flatMap(({ values }) => values),
        ),
      ];
      const { envoyGateway, certManager, externalDns } = platformNamespaces;
      assert.deepEqual(namespacesOf("In").sort(), [certManager, envoyGateway, externalDns]);
      assert.deepEqual(
        namespacesOf("NotIn").sort(),
        [...ignoredNamespaces, certManager, envoyGateway, externalDns].sort(),
      );
    });
  }

  it("are waited for by nothing, and wait for a cluster that is ready", async () => {
    const { one, resources } = await theProgram("production");
    const own = resources.filter(({ urn }) => urn.includes("slipway:security:AdmissionPolicies"));
    const urns = new Set(own.map(({ urn }) => urn));
    const waiting = resources.filter(
      (resource) => !urns.has(resource.urn) && resource.dependsOn.some((urn) => urns.has(urn)),
    );
    assert.deepEqual(waiting, []);
    const first = own.find(({ type }) => type === POLICY)!;
    assert.ok(first.dependsOn.includes(one("kubernetes:storage.k8s.io/v1:StorageClass").urn));
  });
});
