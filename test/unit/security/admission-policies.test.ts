import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { admissionOf, admissionRules } from "../../../components/security/admission";
import { AdmissionPolicies } from "../../../components/security/admission-policies";
import type { AdmissionPoliciesArgs } from "../../../components/security/admission-policies";
import { rules } from "../../../policies/rules";
import { record } from "../../support/recorder";
import type { Recording } from "../../support/recorder";

const POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = `${POLICY}Binding`;

const [first, second, third] = admissionRules(rules).filter(({ level }) => level === "mandatory");
const all = [first!, second!, third!];
const options = { today: "2026-06-01", watched: ["cert-manager"] };

function build(change: Partial<AdmissionPoliciesArgs> = {}): Promise<Recording<AdmissionPolicies>> {
  return record(() => {
    const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
    const args = {
      cluster: { provider, ready: [] },
      stage: "test",
      rules: all,
      config: {},
      ...options,
      ...change,
    };
    return new AdmissionPolicies("policies", args);
  });
}

describe("AdmissionPolicies", () => {
  it("makes a policy of each rule, and its bindings, by the cluster's provider", async () => {
    const { resources, one, ofType, counts, result } = await build();
    assert.deepEqual(counts(), {
      "pulumi:providers:kubernetes": 1,
      "slipway:security:AdmissionPolicies": 1,
      [POLICY]: 3,
      [BINDING]: 6,
    });
    assert.deepEqual(
      result.policies,
      all.map(({ name }) => name),
    );
    const component = one("slipway:security:AdmissionPolicies");
    for (const { type, parent, provider } of resources.slice(2)) {
      assert.equal(parent, component.urn, type);
      assert.match(provider, /::cluster::/);
    }
    for (const { name, inputs } of ofType(POLICY)) {
      const rule = all.find((each) => name === `policies-${each.name}`)!;
      const { policy, bindings } = admissionOf(rule, {}, options)!;
      assert.deepEqual(inputs["spec"], policy);
      assert.equal(inputs["metadata"].name, rule.name);
      assert.equal(
        inputs["metadata"].annotations["kubernetes.io/description"],
        `${rule.description} ${rule.url}`,
      );
      for (const purpose of ["enforced", "watched"] as const) {
        const binding = one(BINDING, `${name}-${purpose}`);
        assert.equal(binding.inputs["metadata"].name, `${rule.name}-${purpose}`);
        assert.deepEqual(binding.inputs["spec"], bindings[purpose]);
      }
    }
  });

  it("makes nothing of a rule that is disabled, and one binding of one that warns", async () => {
    const config = { [first!.name]: "disabled", [second!.name]: { enforcementLevel: "advisory" } };
    const { counts, result } = await build({ config });
    assert.deepEqual([counts()[POLICY], counts()[BINDING]], [2, 3]);
    assert.deepEqual(result.policies, [second!.name, third!.name]);
  });

  it("takes an exemption out of the cluster on the day after its last", async () => {
    const exemptions = [{ resource: "Pod shop/api", reason: "mended in June", until: "2026-06-01" }];
    const conditions = async (today: string): Promise<readonly string[]> => {
      const { one } = await build({ today, config: { [first!.name]: { exemptions } } });
      const { spec } = one(POLICY, `policies-${first!.name}`).inputs;
      return (spec.matchConditions as { name: string }[]).map(({ name }) => name);
    };
    assert.deepEqual(await conditions("2026-06-01"), ["is-not-exempt", "is-kept", "is-changed"]);
    assert.deepEqual(await conditions("2026-06-02"), ["is-kept", "is-changed"]);
  });
});
