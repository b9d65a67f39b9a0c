import * as assert from "node:assert/strict";
import { parse, stringify } from "yaml";
import { chooseContext } from "../../../components/cluster/contexts";
import { ExistingCluster } from "../../../components/cluster/existing-cluster";
import { record, value } from "../../support/recorder";

const KUBECONFIG = stringify({
  apiVersion: "v1",
  kind: "Config",
  "current-context": "kind",
  clusters: [
    { name: "kind-cluster", cluster: { server: "https://127.0.0.1:6443" } },
    { name: "work", cluster: { server: "https://work.test" } },
  ],
  contexts: [
    { name: "kind", context: { cluster: "kind-cluster", user: "kind-user" } },
    { name: "work", context: { cluster: "work", user: "work", namespace: "team" } },
    { name: "broken", context: { cluster: "gone", user: "work" } },
  ],
  users: [
    { name: "kind-user", user: { token: "kind-secret" } },
    { name: "work", user: { token: "work-secret" } },
  ],
});

describe("chooseContext", () => {
  it("takes the current context when none is named, and nothing of the others", () => {
    const chosen = chooseContext(KUBECONFIG, undefined);
    assert.equal(chosen.context, "kind");
    assert.deepEqual(parse(chosen.kubeconfig), {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "kind-cluster", cluster: { server: "https://127.0.0.1:6443" } }],
      contexts: [{ name: "kind", context: { cluster: "kind-cluster", user: "kind-user" } }],
      "current-context": "kind",
      users: [{ name: "kind-user", user: { token: "kind-secret" } }],
    });
  });

  it("makes the named context the current one", () => {
    const config = parse(chooseContext(KUBECONFIG, "work").kubeconfig);
    assert.equal(config["current-context"], "work");
    assert.equal(config.contexts[0].context.namespace, "team");
  });

  const refusals: readonly (readonly [string, string, string | undefined, RegExp])[] = [
    [
      "an unknown context, naming those that exist",
      KUBECONFIG,
      "prod",
      /no context "prod"; allowed: kind, work, broken/,
    ],
    [
      "a kubeconfig without a current context",
      "contexts: []",
      undefined,
      /no current context; allowed: none exist/,
    ],
    ["a text that is no kubeconfig", "just words", undefined, /the kubeconfig has no contexts/],
    ["an empty text", "", undefined, /the kubeconfig has no contexts/],
    ["a text that is no YAML", "users: [token: s3cret", undefined, /the kubeconfig is not valid YAML/],
    ["a context whose cluster is missing", KUBECONFIG, "broken", /names "gone" in context "broken"/],
  ];
  for (const [what, text, context, message] of refusals) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => chooseContext(text, context),
        (error: Error) => {
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /secret|s3cret/);
          return error.name === "SlipwayError";
        },
      );
    });
  }
});

describe("ExistingCluster", () => {
  it("makes a provider for the context and nothing else, with the kubeconfig as a secret", async () => {
    const made = await record(() => new ExistingCluster("cluster", { kubeconfig: KUBECONFIG }));
    assert.deepEqual(made.counts(), {
      "slipway:cluster:ExistingCluster": 1,
      "pulumi:providers:kubernetes": 1,
    });
    const provider = made.one("pulumi:providers:kubernetes");
    assert.equal(provider.parent, made.one("slipway:cluster:ExistingCluster").urn);
    assert.equal(provider.inputs["context"], "kind");
    assert.equal(provider.inputs["clusterIdentifier"], "kind");
    assert.equal(provider.inputs["enablePatchForce"], "true");
    assert.equal(provider.inputs["upsertExistingObjects"], undefined);
    assert.ok(provider.secrets.includes("kubeconfig"));
    assert.doesNotMatch(String(provider.inputs["kubeconfig"]), /work-secret/);
    assert.equal(await value(made.result.name), "kind");
    assert.equal(made.result.storageClass, undefined);
    assert.deepEqual(made.result.dns, { kind: "pods" });
    assert.deepEqual(made.result.ready, []);
  });

  it("takes name, storage class and DNS as they are given", async () => {
    const { result } = await record(
      () =>
        new ExistingCluster("cluster", {
          kubeconfig: KUBECONFIG,
          context: "work",
          name: "laptop",
          storageClass: "fast",
          dns: { kind: "address", cidr: "10.96.0.10/32" },
        }),
    );
    assert.equal(await value(result.name), "laptop");
    assert.equal(await value(result.storageClass!), "fast");
    assert.deepEqual(result.dns, { kind: "address", cidr: "10.96.0.10/32" });
  });

  it("refuses an unknown context before any resource exists", async () => {
    const { resources } = await record(() => {
      assert.throws(
        () => new ExistingCluster("cluster", { kubeconfig: KUBECONFIG, context: "prod" }),
        /no context "prod"/,
      );
    });
    assert.deepEqual(resources, []);
  });
});
