import assert from "node:assert/strict";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { at, shown } from "../../policies/core/json";
import type { ResourceRule, StackRule } from "../../policies/core/rule";
import { resourceRule, stackRule } from "../../policies/core/rule";
import { objectRule } from "../../policies/kubernetes/objects";
import { policiesOf } from "../../policies/pack";
import type { Resource } from "../support/pack";
import { runPack as run } from "../support/pack";
import { unknownString } from "../support/policy";

const text = {
  area: "storage",
  title: "Buckets are small",
  description: "Every bucket is small.",
  level: "mandatory",
  severity: "low",
  checks: [36],
  ids: ["CIS 5.4.5", "C-0001"],
  remedy: "Make it small.",
  url: "https://example.com/small",
} as const;

const small: ResourceRule = resourceRule({
  ...text,
  name: "aws-s3-bucket-require-small",
  types: ["aws:s3/bucket:Bucket"],
  parameters: { most: { type: "number", default: 5, description: "Largest size." } },
  judge: ({ props }, judgement, settings) => {
    judgement.part(() => {
      const size = props["size"];
      if (typeof size === "number" && size <= settings.number("most")) return;
      judgement.report("size", `the size is ${shown(size)}; make it small.`);
    });
    judgement.part(() => {
      if (props["colour"] === "red") judgement.report("colour", "it is red.");
    });
  },
});

const named: ResourceRule = objectRule({
  ...text,
  name: "kubernetes-core-service-forbid-bad",
  kinds: ["/Service"],
  types: ["kubernetes:core/v1:Service"],
  judge: (object, judgement) => {
    if (at(object.fields, "spec", "bad") === true) judgement.report(`${object.path}spec.bad`, "it is bad.");
  },
});

const one: StackRule = stackRule({
  ...text,
  level: "advisory",
  name: "slipway-stack-bucket-require-one",
  judge: (graph, judgement) => {
    for (const { urn, name } of graph.slice(1)) {
      judgement.part(() => judgement.report("", `${name} is one too many.`, urn));
    }
  },
});

const bucket = (name: string, props: object): Resource => ({ type: "aws:s3/bucket:Bucket", name, props });
const exemption = (resource: string, until = "2026-12-31"): object => ({
  exemptions: [{ resource, until, reason: "moves out in winter" }],
});
const rule = small.name;

describe("the policy pack", () => {
  it("says what a rule finds, with the place of each finding", () => {
    assert.deepEqual(run([small], [bucket("a", { size: 3 }), bucket("b", { size: 9, colour: "red" })]), [
      { by: rule, urn: "urn:b", message: "size: the size is 9; make it small." },
      { by: rule, urn: "urn:b", message: "colour: it is red." },
    ]);
  });

  it("takes a rule's parameter from the configuration, else from the rule", () => {
    assert.deepEqual(run([small], [bucket("b", { size: 9 })], { config: { [rule]: { most: 9 } } }), []);
    assert.throws(() => run([small], [bucket("b", { size: 9 })], { config: { [rule]: { most: "9" } } }), {
      message: /aws-s3-bucket-require-small: most is to be a number/,
    });
  });

  it("says once and at the end what it could not decide, and before it what is certain", () => {
    const resources = [
      bucket("a", { size: unknownString, colour: "red" }),
      bucket("b", { size: unknownString }),
    ];
    assert.deepEqual(run([small], resources), [
      { by: rule, urn: "urn:a", message: "colour: it is red." },
      {
        by: "slipway-policies-rule-report-undecided",
        message: `${rule} decides at the update, when all values are known, about aws:s3/bucket:Bucket a, aws:s3/bucket:Bucket b.`,
      },
    ]);
    const many = Array.from({ length: 7 }, (_, index) => bucket(`b${index}`, { size: unknownString }));
    assert.match(run([small], many)[0]!.message, /Bucket b4 and 2 more\.$/);
  });

  it("is silent about what it cannot decide once it is known", () => {
    assert.deepEqual(run([small], [bucket("a", { size: 1 })]), []);
  });

  describe("with an exemption", () => {
    const bad = [bucket("a", { size: 9 }), bucket("ab", { size: 9 })];
    const right = { resource: "aws:s3/bucket:Bucket a", reason: "moves out in winter", until: "2026-12-31" };

    it("leaves exactly that resource alone", () => {
      const config = { [rule]: exemption("aws:s3/bucket:Bucket a") };
      assert.deepEqual(
        run([small], bad, { config }).map(({ urn }) => urn),
        ["urn:ab"],
      );
    });

    it("takes a star for any text without a blank", () => {
      assert.deepEqual(run([small], bad, { config: { [rule]: exemption("aws:s3/bucket:Bucket a*") } }), []);
      const all = run([small], bad, { config: { [rule]: exemption("***") } });
      assert.equal(all.filter(({ by }) => by === rule).length, 2);
    });

    for (const [what, wrong, said] of [
      [
        "no end",
        { resource: "aws:s3/bucket:Bucket a", reason: "moves out in winter" },
        "until: it is missing",
      ],
      ["an end that is no day", { ...right, until: "some day" }, 'until: it is "some day"'],
      ["no reason", { resource: "aws:s3/bucket:Bucket a", until: "2026-12-31" }, "reason: it is missing"],
      ["a field of its own", { ...right, by: "me" }, "by: there is no such field"],
    ] as const)
      it(`stops everything where it has ${what}, whoever configured it`, () => {
        const config = { [rule]: { exemptions: [wrong] } };
        const sentence = `configuration of ${rule}: exemptions[0].${said}`;
        assert.throws(
          () => run([small], bad, { config }),
          ({ message }: Error) => message.startsWith(sentence),
        );
      });

    it("holds on its last day, and fails the day after", () => {
      const config = { [rule]: exemption("aws:s3/bucket:Bucket a*", "2026-06-01") };
      assert.deepEqual(run([small], bad, { config, today: "2026-06-01" }), []);
      const after = run([small], bad, { config, today: "2026-06-02" });
      assert.equal(after.filter(({ by }) => by === rule).length, 2);
      assert.deepEqual(after.at(-1), {
        by: "slipway-policies-exemption-forbid-ended",
        message: `the exemption of aws:s3/bucket:Bucket a* from ${rule} ended on 2026-06-01 (moves out in winter); mend the resource, or give the exemption a later end and its reason again.`,
      });
    });

    it("fails for one that has ended even when nothing needs it", () => {
      const config = { [rule]: exemption("aws:s3/bucket:Bucket gone", "2026-05-31") };
      assert.deepEqual(
        run([small], [{ type: "random:index:X", name: "x", props: {} }], { config }).map(({ by }) => by),
        ["slipway-policies-exemption-forbid-ended"],
      );
    });

    it("reports one that matches nothing, but for what controllers make", () => {
      const config = { [rule]: exemption("aws:s3/bucket:Bucket gone") };
      assert.deepEqual(run([small], [bucket("a", { size: 1 })], { config }), [
        {
          by: "slipway-policies-exemption-require-match",
          message: `the exemption of aws:s3/bucket:Bucket gone from ${rule} matches no resource; take it out.`,
        },
      ]);
      const made = { resource: "Deployment edge/envoy-*", reason: "made there", until: "2027-01-01" };
      const there = { [rule]: { exemptions: [{ ...made, madeBy: "Envoy Gateway" }] } };
      assert.deepEqual(run([small], [bucket("a", { size: 1 })], { config: there }), []);
    });

    it("knows a Kubernetes object by kind, namespace and name", () => {
      const service = (name: string): Resource => ({
        type: "kubernetes:core/v1:Service",
        name: `shop-${name}`,
        props: { metadata: { name, namespace: "shop" }, spec: { bad: true } },
      });
      const config = { [named.name]: exemption("Service shop/api") };
      assert.deepEqual(run([named], [service("api"), service("web")], { config }), [
        { by: named.name, urn: "urn:shop-web", message: "spec.bad: it is bad." },
      ]);
    });

    it("holds for a rule about the stack too", () => {
      const resources = [bucket("a", {}), bucket("b", {}), bucket("c", {})];
      const config = { [one.name]: exemption("aws:s3/bucket:Bucket b") };
      assert.deepEqual(run([one], resources, { config }), [
        { by: one.name, urn: "urn:c", message: "c is one too many." },
      ]);
      assert.deepEqual(
        run([one], [bucket("a", {})], { config }).map(({ by }) => by),
        ["slipway-policies-exemption-require-match"],
      );
    });
  });

  it("tells the engine of a rule all that is said of it", () => {
    const [first] = policiesOf([small], "2026-06-01");
    const { validateResource: _, configSchema, ...said } = first as ResourceValidationPolicy;
    assert.deepEqual(said, {
      name: rule,
      displayName: text.title,
      description: text.description,
      enforcementLevel: "mandatory",
      severity: "low",
      tags: ["storage", "CIS 5.4.5", "C-0001"],
      remediationSteps: text.remedy,
      url: text.url,
      framework: {
        name: "CIS Amazon EKS Benchmark",
        version: "1.8.0",
        reference: "5.4.5",
        specification: text.description,
      },
    });
    assert.deepEqual(Object.keys(configSchema!.properties), ["most", "exemptions"]);
    // The engine would get all of it once for each rule, so the pack looks at it itself.
    assert.deepEqual(configSchema!.properties["exemptions"], {
      type: "array",
      description: "Resources that the rule leaves alone for a time. Each has resource, reason, until.",
      items: { type: "object" },
    });
  });
});
