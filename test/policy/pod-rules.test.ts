import assert from "node:assert/strict";
import { requireNonRoot } from "../../policies/rules/pod-security/require-non-root";
import { requireRequestsAndLimits } from "../../policies/rules/resources/require-requests-and-limits";
import { judge, unknownObject, unknownString, withChange } from "../support/policy";

const container = {
  name: "api",
  image: "x",
  securityContext: { runAsNonRoot: true },
  resources: { requests: { cpu: "250m", memory: "256Mi" }, limits: { cpu: 1, memory: "512Mi" } },
};
const pod = {
  securityContext: { runAsNonRoot: true, runAsUser: 10001 },
  containers: [container],
  initContainers: [{ ...container, name: "init" }],
};
const template = { spec: pod };

/** Each kind that makes pods, with the path to its pod spec. */
const kinds: readonly (readonly [type: string, compliant: object, at: readonly (string | number)[]])[] = [
  ["kubernetes:core/v1:Pod", { spec: pod }, ["spec"]],
  ["kubernetes:core/v1:PodTemplate", { template }, ["template", "spec"]],
  ["kubernetes:core/v1:ReplicationController", { spec: { template } }, ["spec", "template", "spec"]],
  ["kubernetes:apps/v1:Deployment", { spec: { template } }, ["spec", "template", "spec"]],
  ["kubernetes:apps/v1:DeploymentPatch", { spec: { template } }, ["spec", "template", "spec"]],
  ["kubernetes:apps/v1:StatefulSet", { spec: { template } }, ["spec", "template", "spec"]],
  ["kubernetes:apps/v1:DaemonSet", { spec: { template } }, ["spec", "template", "spec"]],
  ["kubernetes:apps/v1:ReplicaSet", { spec: { template } }, ["spec", "template", "spec"]],
  ["kubernetes:batch/v1:Job", { spec: { template } }, ["spec", "template", "spec"]],
  [
    "kubernetes:batch/v1:CronJob",
    { spec: { jobTemplate: { spec: { template } } } },
    ["spec", "jobTemplate", "spec", "template", "spec"],
  ],
];

type Case = readonly [
  title: string,
  path: readonly (string | number)[],
  value: unknown,
  expected: readonly RegExp[],
  undecided?: string,
];

const nonRoot: readonly Case[] = [
  ["the pod says nothing and the container says it", ["securityContext"], undefined, []],
  ["the container says nothing and the pod says it", ["containers", 0, "securityContext"], undefined, []],
  [
    "the container's own false wins over its pod",
    ["containers", 0, "securityContext", "runAsNonRoot"],
    false,
    [/containers\[api\] may run as root: runAsNonRoot is false/],
  ],
  [
    "an init container counts as much",
    ["initContainers", 0, "securityContext", "runAsNonRoot"],
    false,
    [/initContainers\[init\] may run as root/],
  ],
  [
    "text is not true",
    ["containers", 0, "securityContext", "runAsNonRoot"],
    "true",
    [/runAsNonRoot is "true"/],
  ],
  [
    "user 0 on the pod is every container's",
    ["securityContext", "runAsUser"],
    0,
    [/containers\[api\] runs as user 0/, /initContainers\[init\] runs as user 0/],
  ],
  [
    "a container's user wins over its pod's",
    ["containers", 0, "securityContext", "runAsUser"],
    0,
    [/containers\[api\] runs as user 0/],
  ],
  [
    "a user given as text is refused",
    ["securityContext", "runAsUser"],
    "1000",
    [/runs as user "1000"/, /runs as user "1000"/],
  ],
  ["a block of the wrong type says nothing", ["containers", 0, "securityContext"], [], []],
  [
    "an unknown user is not decided",
    ["containers", 0, "securityContext", "runAsUser"],
    unknownString,
    [],
    "spec.containers.0.securityContext.runAsUser",
  ],
  [
    "an unknown context of the container is not decided",
    ["containers", 0, "securityContext"],
    unknownObject,
    [],
    "spec.containers.0.securityContext",
  ],
];

const resources: readonly Case[] = [
  ["a number is a quantity", ["containers", 0, "resources", "requests", "cpu"], 0.25, []],
  [
    "no resources at all is four violations",
    ["containers", 0, "resources"],
    undefined,
    [/requests\.cpu/, /requests\.memory/, /limits\.cpu/, /limits\.memory/],
  ],
  [
    "no limits is two",
    ["containers", 0, "resources", "limits"],
    undefined,
    [/limits\.cpu/, /limits\.memory/],
  ],
  [
    "one missing limit is one",
    ["containers", 0, "resources", "limits", "memory"],
    undefined,
    [/containers\[api\] has no usable resources\.limits\.memory: it is absent/],
  ],
  [
    "zero asks for nothing",
    ["containers", 0, "resources", "requests", "cpu"],
    "0",
    [/requests\.cpu: it is "0"/],
  ],
  [
    "what is no quantity does not count",
    ["containers", 0, "resources", "requests", "memory"],
    "lots",
    [/requests\.memory: it is "lots"/],
  ],
  [
    "a block of the wrong type does not count",
    ["containers", 0, "resources", "limits"],
    "all",
    [/limits\.cpu/, /limits\.memory/],
  ],
  [
    "an init container counts as much",
    ["initContainers", 0, "resources", "limits", "cpu"],
    undefined,
    [/initContainers\[init\] has no usable resources\.limits\.cpu/],
  ],
  ["an ephemeral container cannot have any", ["ephemeralContainers"], [{ name: "debug" }], []],
  [
    "an unknown limit is not decided",
    ["containers", 0, "resources", "limits", "cpu"],
    unknownString,
    [],
    "spec.containers.0.resources.limits.cpu",
  ],
];

for (const [rule, cases] of [
  [requireNonRoot, nonRoot],
  [requireRequestsAndLimits, resources],
] as const) {
  describe(rule.name, () => {
    for (const [title, path, value, expected, undecided] of cases) {
      it(title, () => {
        const verdict = judge(
          rule,
          "kubernetes:core/v1:Pod",
          withChange({ spec: pod }, ["spec", ...path], value),
        );
        assert.equal(verdict.violations.length, expected.length, verdict.violations.join("\n"));
        expected.forEach((pattern, index) => assert.match(verdict.violations[index]!, pattern));
        assert.equal(verdict.undecided, undecided);
      });
    }
    for (const [type, compliant, at] of kinds) {
      it(`judges ${type}`, () => {
        assert.deepEqual(judge(rule, type, compliant), { violations: [], undecided: undefined });
        const broken = withChange(
          compliant,
          [...at, "containers"],
          [{ name: "bare", securityContext: { runAsNonRoot: false } }],
        );
        assert.notDeepEqual(judge(rule, type, broken).violations, []);
      });
    }
    it("reports what is certain before it says what it cannot decide", () => {
      const mixed = {
        spec: {
          ...pod,
          containers: [
            { name: "a", securityContext: unknownObject, resources: unknownObject },
            { name: "b", securityContext: { runAsNonRoot: false } },
          ],
        },
      };
      const verdict = judge(rule, "kubernetes:core/v1:Pod", mixed);
      assert.ok(
        verdict.violations.length > 0 &&
          verdict.violations.every((message) => message.startsWith("containers[b]")),
      );
      assert.match(verdict.undecided ?? "", /^spec\.containers\.0\./);
    });
    for (const type of [
      "kubernetes:core/v1:Service",
      "kubernetes:example.com/v1:Deployment",
      "aws:ecs/service:Service",
    ]) {
      it(`leaves ${type} alone`, () =>
        assert.deepEqual(judge(rule, type, { spec: { template: { spec: { containers: [{}] } } } }), {
          violations: [],
          undecided: undefined,
        }));
    }
    it("never quotes a block, which may hold a secret", () => {
      const verdict = judge(rule, "kubernetes:core/v1:Pod", {
        spec: {
          containers: [
            {
              name: "a",
              securityContext: { runAsNonRoot: { token: "s3cret" } },
              resources: { limits: { cpu: { token: "s3cret" } } },
            },
          ],
        },
      });
      assert.doesNotMatch(verdict.violations.join(), /s3cret/);
    });
  });
}
