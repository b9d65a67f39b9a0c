import assert from "node:assert/strict";
import { NODE_AGENTS_NAMESPACE } from "../../../components/common/monitoring";
import { podSecurityLabels } from "../../../components/common/pod-security";
import { systems } from "../../../infra/systems";
import { theProgram } from "../../support/program";

interface Policy {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly podSelector: object; readonly policyTypes?: readonly string[] };
}

/** Whether a policy selects every pod in both directions and opens nothing, by itself. */
function isClosed({ spec }: Policy): boolean {
  const { podSelector, policyTypes = [], ...rules } = spec;
  return (
    Object.keys(podSelector).length === 0 &&
    ["Egress", "Ingress"].every((type) => policyTypes.includes(type)) &&
    Object.keys(rules).length === 0
  );
}

describe("every namespace that the program makes", function () {
  this.timeout(60_000);
  const all = { "slipway:systems": Object.keys(systems) };
  const cases = [
    ["local", {}],
    ["local with add-ons of others", { "slipway:addons": "provided" }],
    ["staging", {}],
    ["production", {}],
  ] as const;
  for (const [title, changes] of cases) {
    it(`is closed in both directions but for what its other policies open (${title})`, async () => {
      const [stack = ""] = title.split(" ");
      const { ofType } = await theProgram(stack, { ...all, ...changes });
      const named = ofType("kubernetes:core/v1:Namespace").map(({ inputs }) =>
        String(inputs["metadata"].name),
      );
      assert.ok(named.length > Object.keys(systems).length);
      const closed = ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy")
        .map(({ inputs }) => inputs as unknown as Policy)
        .filter(isClosed)
        .map(({ metadata }) => metadata.namespace);
      assert.deepEqual(
        named.filter((name) => !closed.includes(name)),
        [],
      );
    });

    it(`holds its pods to Pod Security restricted, but for the one whose pods see their node (${title})`, async () => {
      const [stack = ""] = title.split(" ");
      const { ofType } = await theProgram(stack, { ...all, ...changes });
      const others = ofType("kubernetes:core/v1:Namespace")
        .map(({ inputs }) => inputs["metadata"] as { name: string; labels: Record<string, string> })
        .filter(({ labels }) =>
          Object.entries(podSecurityLabels()).some(([label, level]) => labels[label] !== level),
        );
      assert.deepEqual(
        others.map(({ name, labels }) => [name, labels["pod-security.kubernetes.io/enforce"]]),
        [[NODE_AGENTS_NAMESPACE, "privileged"]],
      );
    });
  }
});
