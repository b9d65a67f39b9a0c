import assert from "node:assert/strict";
import { admissionOf, admissionRules } from "../../../components/security/admission";
import type { AdmissionRule, PackConfig } from "../../../components/security/admission";
import { changeConditions, exemptCondition } from "../../../components/security/admission-conditions";
import { rules } from "../../../policies/rules";
import type { CelValidation } from "../../../policies/core/cel";
import { celTexts } from "../../../policies/core/cel";
import { objectRule } from "../../../policies/kubernetes/objects";
import { resourceRule } from "../../../policies/core/rule";

const text = {
  name: "kubernetes-core-service-require-owner",
  area: "ownership",
  title: "Services have an owner",
  description: "Every Service says whose it is.",
  level: "mandatory",
  severity: "low",
  checks: [39],
  ids: [],
  remedy: "Set the label.",
  url: "https://example.com/owner",
} as const;

const rule = {
  ...objectRule({
    ...text,
    kinds: ["/Service"],
    types: ["kubernetes:core/v1:Service"],
    parameters: {
      owners: { type: "array", items: { type: "string" }, default: ["web"], description: "Owners." },
    },
    judge: () => undefined,
    cel: {
      resources: ["/v1/services", "apps/v1/deployments", "/v1/pods", "/v1/pods/ephemeralcontainers"],
      variables: [{ name: "owner", expression: "object.metadata.?labels[?'owner'].orValue('')" }],
      validations: (settings) => [
        {
          expression: `variables.owner in ${celTexts(settings.texts("owners"))}`,
          message: "no owner; set the label.",
        },
      ],
    },
  }),
} as AdmissionRule;

const options = { today: "2026-06-01", watched: ["cert-manager", "external-dns"] };
const own = ["kube-system", "kube-public", "kube-node-lease"];

const made = (entry?: unknown, all: PackConfig = {}): ReturnType<typeof admissionOf> =>
  admissionOf(rule, { ...all, ...(entry === undefined ? {} : { [rule.name]: entry }) }, options);

const selected = (operator: string, values: readonly string[]): object => ({
  namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values }] },
});

const exemption = (resource: string, until = "2026-06-01"): object => ({
  resource,
  reason: "it is mended with the next release",
  until,
});

/** Conditions by which objects are let through, as one text. */
const exempted = (...exemptions: readonly object[]): string =>
  made({ exemptions })!
    .policy.matchConditions.filter(({ name }) => name === "is-not-exempt")
    .map(({ expression }) => expression)
    .join();

describe("a rule as a ValidatingAdmissionPolicy", () => {
  it("is the rule's conditions on the rule's objects, and fails closed", () => {
    const { name, policy } = made()!;
    assert.equal(name, rule.name);
    const { matchConditions, ...rest } = policy;
    assert.deepEqual(
      matchConditions.map((one) => one.name),
      ["is-kept", "is-changed"],
    );
    assert.deepEqual(rest, {
      failurePolicy: "Fail",
      matchConstraints: {
        matchPolicy: "Equivalent",
        resourceRules: [
          {
            apiGroups: [""],
            apiVersions: ["v1"],
            resources: ["services", "pods", "pods/ephemeralcontainers"],
            operations: ["CREATE", "UPDATE"],
          },
          {
            apiGroups: ["apps"],
            apiVersions: ["v1"],
            resources: ["deployments"],
            operations: ["CREATE", "UPDATE"],
          },
        ],
      },
      variables: [{ name: "owner", expression: "object.metadata.?labels[?'owner'].orValue('')" }],
      validations: [
        {
          expression: 'variables.owner in ["web"]',
          message: `${rule.name}: no owner; set the label.`,
          reason: "Forbidden",
        },
      ],
    });
  });

  it("has the parameters of the stage's configuration", () => {
    const { validations } = made({ owners: ["web", "it's"] })!.policy;
    assert.equal(validations[0]!.expression, `variables.owner in ["web", "it's"]`);
  });

  const refuses = {
    enforced: {
      policyName: rule.name,
      validationActions: ["Deny", "Audit"],
      matchResources: selected("NotIn", [...own, ...options.watched]),
    },
    watched: {
      policyName: rule.name,
      validationActions: ["Warn", "Audit"],
      matchResources: selected("In", options.watched),
    },
  };
  const warns = {
    enforced: {
      policyName: rule.name,
      validationActions: ["Warn", "Audit"],
      matchResources: selected("NotIn", own),
    },
  };
  const levels: readonly (readonly [string, unknown, PackConfig, unknown])[] = [
    ["the rule's own level, where nothing is configured", undefined, {}, refuses],
    ["the level of its entry", { enforcementLevel: "advisory" }, {}, warns],
    ["an entry that is a level", "advisory", {}, warns],
    ["the level of all rules", undefined, { all: "advisory" }, warns],
    ["its own entry over the level of all", "mandatory", { all: "disabled" }, refuses],
    ["the level of all, where its entry has none", { owners: [] }, { all: "advisory" }, warns],
    ["mandatory, where the preview mends", "remediate", {}, refuses],
    ["nothing, when it is disabled", "disabled", {}, undefined],
    ["nothing, when all are", undefined, { all: "disabled" }, undefined],
  ];
  for (const [title, entry, all, bindings] of levels) {
    it(`is bound by ${title}`, () => assert.deepEqual(made(entry, all)?.bindings, bindings));
  }

  it("has one binding where no namespace is watched", () => {
    const { bindings } = admissionOf(rule, {}, { ...options, watched: [] })!;
    assert.deepEqual(Object.keys(bindings), ["enforced"]);
    assert.deepEqual(bindings.enforced!.matchResources, selected("NotIn", own));
  });

  it("lets through what an exemption names up to the exemption's last day", () => {
    assert.match(exempted(exemption("Service shop/api")), /\^Service shop\/api\$/);
    assert.equal(exempted(exemption("Service shop/api", "2026-05-31")), "");
    const both = exempted(exemption("Service shop/api", "2026-05-31"), exemption("Service shop/web"));
    assert.match(both, /Service shop\/web/);
    assert.doesNotMatch(both, /shop\/api/);
  });

  it("leaves out exemptions of what is no object of Kubernetes", () => {
    assert.equal(
      exempted(exemption("aws:s3/bucket:Bucket logs"), exemption("kubernetes:core/v1:Service api")),
      "",
    );
  });
});

describe("the rules that the API server gets", () => {
  const held = admissionRules(rules);

  it("are those about Kubernetes objects that have a form for it", () => {
    const cloud = resourceRule({ ...text, types: ["aws:s3/bucket:Bucket"], judge: () => undefined });
    assert.deepEqual(admissionRules([cloud, rule]), [rule]);
    assert.ok(held.length > 20);
  });

  it("have names of objects, and messages of one sentence that ends with what to do", () => {
    for (const { policy, name, bindings } of held.map((each) =>
      admissionOf(each, { all: "mandatory" }, options)!,
    )) {
      for (const object of [name, ...Object.keys(bindings).map((purpose) => `${name}-${purpose}`)]) {
        assert.match(object, /^[a-z0-9][a-z0-9-]{0,251}[a-z0-9]$/);
      }
      assert.ok(policy.validations.length > 0, name);
      for (const { message } of policy.validations) {
        assert.match(message, /^[^:;]+: [^\n]+; [^\n]+\.$/);
      }
    }
  });
});

describe("the condition for exemptions", () => {
  const patterns = (resource: string): readonly string[] =>
    exemptCondition([resource]).flatMap(({ expression }) =>
      [...expression.matchAll(/name\.matches\((".*?")\)/g)].map(
        ([, literal]) => JSON.parse(literal!) as string,
      ),
    );

  it("is none without exemptions", () => assert.deepEqual(exemptCondition([]), []));

  const hash = "-[bcdfghjklmnpqrstvwxz2456789]{1,10}";
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["an object", "Service shop/api", ["^Service shop/api$", "^Service shop/api$"]],
    ["an object without a namespace", "Namespace shop", ["^Namespace shop$", "^Namespace shop$"]],
    ["any name", "DaemonSet agents/*", ["^DaemonSet agents/[^ ]*$", "^DaemonSet agents/[^ ]*$"]],
    ["a point as nothing but a point", "Pod shop/a.b", ["^Pod shop/a\\.b$", "^Pod shop/a\\.b$"]],
    [
      "a Deployment and its ReplicaSets",
      "Deployment shop/api",
      ["^Deployment shop/api$", "^Deployment shop/api$", `^ReplicaSet shop/api${hash}$`],
    ],
    [
      "a CronJob and its Jobs",
      "CronJob shop/api",
      ["^CronJob shop/api$", "^CronJob shop/api$", "^Job shop/api-[0-9]{1,11}$"],
    ],
    [
      "any kind",
      "* shop/api",
      ["^[^ ]* shop/api$", "^[^ ]* shop/api$", `^ReplicaSet shop/api${hash}$`, "^Job shop/api-[0-9]{1,11}$"],
    ],
    ["nothing that a type token names", "kubernetes:core/v1:Service api", []],
  ];
  for (const [title, resource, expected] of cases) {
    it(`names ${title}`, () => assert.deepEqual(patterns(resource), expected));
  }

  it("believes who owns an object only of the cluster's own controllers", () => {
    const [condition] = exemptCondition(["Deployment shop/api"]);
    assert.match(
      condition!.expression,
      /^!\(\[.*\]\.exists\(name, .*\) \|\| \(request\.userInfo\.username in \["system:kube-controller-manager", "system:serviceaccount:kube-system:cronjob-controller", .*\] && object\.metadata\.\?ownerReferences/,
    );
  });
});

describe("the conditions for updates", () => {
  const counting = (expression: string): string => {
    const validations: CelValidation[] = [{ expression, message: "" }];
    const [kept, changed] = changeConditions({ variables: [], validations });
    assert.equal(kept!.expression, "!object.metadata.?deletionTimestamp.hasValue()");
    return changed!.expression;
  };

  it("count a field of metadata, and the number of replicas, where the rule names it", () => {
    const none = counting("object.spec.paused");
    assert.match(none, /^request\.operation != 'UPDATE' \|\| /);
    assert.match(none, /"replicas"/);
    assert.doesNotMatch(none, /metadata\.\?(labels|annotations)/);
    assert.doesNotMatch(counting("object.spec.replicas > 1"), /"replicas"/);
    assert.match(
      counting("has(object.metadata.labels)"),
      /object\.metadata\.\?labels != oldObject\.metadata\.\?labels/,
    );
    assert.match(
      counting("has(object.metadata.annotations)"),
      /\(!\(request.* && object\.metadata\.\?annotations != /,
    );
  });
});
