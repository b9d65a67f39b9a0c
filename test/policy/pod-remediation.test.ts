import assert from "node:assert/strict";
import * as policy from "@pulumi/policy";
import * as wire from "@pulumi/policy/deserialize";
import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ResourceRule } from "../../policies/core/rule";
import { podTypes } from "../../policies/kubernetes/pods";
import { podSecurityRules } from "../../policies/rules/pod-security";
import { forbidPrivilegeEscalation } from "../../policies/rules/pod-security/forbid-privilege-escalation";
import { requireSeccompProfile } from "../../policies/rules/pod-security/require-seccomp-profile";
import type { Path } from "../support/policy";
import { judge, unknownObject, unknownString, withChange } from "../support/policy";
import { compliantPod, podFixtures, windowsPod } from "./fixtures/pods";

// What the package does with a resource's properties on their way to a remediation and back; left out of its typings.
const { unknownCheckingProxy } = policy as unknown as { unknownCheckingProxy: <T>(props: T) => T };
const { deserializeProperties, serializeProperties } = wire as unknown as {
  deserializeProperties: (props: Struct, keepSecrets: boolean) => Record<string, unknown>;
  serializeProperties: (props: object) => Promise<unknown>;
};

/** The engine's mark of a secret. */
const secret = (value: unknown): object => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

/** What becomes of a resource's properties as the engine's helper has a rule remediate them; undefined: nothing. */
async function remediated(
  rule: ResourceRule,
  props: object,
  type = "kubernetes:core/v1:Pod",
): Promise<unknown> {
  const sent = Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as Record<string, JavaScriptValue>);
  const shown = unknownCheckingProxy(deserializeProperties(sent, true));
  const result = rule.remediate?.({ type, name: "subject", props: shown, isProtected: false });
  return result && (await serializeProperties(result));
}

const pod = (spec: unknown): object => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "api" }, spec });
const main = compliantPod.containers[0]!;
const withMain = (securityContext: unknown): object =>
  pod({ ...compliantPod, initContainers: [], containers: [{ ...main, securityContext }] });

/** Steps from a pod's spec to what each of the two rules sets. */
const places: readonly { readonly rule: ResourceRule; readonly at: Path; readonly set: unknown }[] = [
  {
    rule: forbidPrivilegeEscalation,
    at: ["containers", 0, "securityContext", "allowPrivilegeEscalation"],
    set: false,
  },
  { rule: requireSeccompProfile, at: ["securityContext", "seccompProfile"], set: { type: "RuntimeDefault" } },
];

describe("remediation of pods", () => {
  it("is there for these two rules of the area only", () => {
    assert.deepEqual(
      podSecurityRules.filter((rule) => "remediate" in rule).map(({ name }) => name),
      places.map(({ rule }) => rule.name),
    );
  });

  for (const { rule, at, set } of places) {
    describe(rule.name, () => {
      for (const type of podTypes) {
        const fixture = podFixtures[type]!;
        const broken = withChange(fixture.object, [...fixture.pod, ...at], undefined);

        it(`mends a ${type} and nothing else of it`, async () => {
          assert.notDeepEqual(judge(rule, { type, props: broken }).violations, []);
          const result = await remediated(rule, broken, type);
          assert.deepEqual(result, withChange(broken, [...fixture.pod, ...at], set));
          assert.deepEqual(judge(rule, { type, props: result as object }).violations, []);
        });

        it(`leaves a compliant ${type} alone`, async () => {
          assert.equal(await remediated(rule, fixture.object, type), undefined);
        });
      }

      it("keeps secrets secret and what is not known yet unknown", async () => {
        const props = withChange(
          {
            ...pod({
              ...compliantPod,
              containers: [
                { ...main, env: [{ name: "TOKEN", value: secret("s3cret") }], image: unknownString },
              ],
              volumes: [{ name: "data", emptyDir: unknownObject }],
            }),
            stringData: secret({ token: "s3cret" }),
          },
          ["spec", ...at],
          undefined,
        );
        assert.deepEqual(await remediated(rule, props), withChange(props, ["spec", ...at], set));
      });

      it("mends inside a secret, which stays one", async () => {
        const spec = withChange(compliantPod, at, undefined);
        const result = await remediated(rule, pod(secret(spec)));
        assert.deepEqual(result, pod(secret(withChange(compliantPod, at, set))));
      });

      it("makes the security context where there is none", async () => {
        const [context, field] = [at.slice(0, -1), at.at(-1)!];
        const props = withChange(pod(compliantPod), ["spec", ...context], undefined);
        assert.deepEqual(
          await remediated(rule, props),
          withChange(props, ["spec", ...context], { [field]: set }),
        );
      });

      it("leaves alone what is not known yet, what is no block, and what is for Windows", async () => {
        const context = ["spec", ...at.slice(0, -1)];
        for (const value of [unknownObject, "text"]) {
          const props = withChange(pod({ ...compliantPod, initContainers: [] }), context, value);
          assert.equal(await remediated(rule, props), undefined, value);
        }
        assert.equal(await remediated(rule, pod(windowsPod)), undefined);
        assert.equal(await remediated(rule, pod(unknownObject)), undefined);
      });

      it("leaves alone members of a List, a Patch, and what makes no pods", async () => {
        const broken = withChange(pod(compliantPod), ["spec", ...at], undefined);
        assert.equal(await remediated(rule, { items: [broken] }, "kubernetes:core/v1:PodList"), undefined);
        assert.equal(await remediated(rule, broken, "kubernetes:core/v1:PodPatch"), undefined);
        assert.equal(await remediated(rule, broken, "kubernetes:core/v1:ConfigMap"), undefined);
        assert.equal(await remediated(rule, broken, "aws:s3/bucket:Bucket"), undefined);
      });
    });
  }

  it("turns privilege escalation off where it is on, in every container that is known", async () => {
    const on = { securityContext: { allowPrivilegeEscalation: true } };
    const off = { securityContext: { allowPrivilegeEscalation: false } };
    const props = (one: object): object =>
      pod({ containers: [unknownObject, { name: "a", ...one }], initContainers: [{ name: "b", ...one }] });
    assert.deepEqual(await remediated(forbidPrivilegeEscalation, props(on)), props(off));
  });

  it("leaves it on where the API server would refuse it off", async () => {
    for (const context of [
      { privileged: true },
      { privileged: true, allowPrivilegeEscalation: true },
      { capabilities: { add: ["CAP_SYS_ADMIN"] } },
      { capabilities: { add: ["NET_ADMIN", "SYS_ADMIN"] } },
      { allowPrivilegeEscalation: "false" },
    ]) {
      assert.equal(await remediated(forbidPrivilegeEscalation, withMain(context)), undefined);
    }
  });

  it("gives no seccomp profile to a pod that has one, good or bad, or that needs none", async () => {
    const own = { seccompProfile: { type: "Unconfined" } };
    for (const props of [
      withChange(pod(compliantPod), ["spec", "securityContext"], own),
      withChange(withMain(own), ["spec", "securityContext"], undefined),
    ]) {
      assert.equal(await remediated(requireSeccompProfile, props), undefined);
    }
  });
});
