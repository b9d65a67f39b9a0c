import assert from "node:assert/strict";
import type { KubeClient } from "../../../../rehearsal/kube/client";
import { KubeError } from "../../../../rehearsal/kube/client";
import { check } from "../../../../rehearsal/providers/kubernetes/check";
import type { Cluster } from "../../../../rehearsal/providers/kubernetes/cluster";
import { autoname, isAutonamed, named } from "../../../../rehearsal/providers/kubernetes/names";
import { kindOf } from "../../../../rehearsal/providers/kubernetes/objects";
import { replacingArguments, settingsOf } from "../../../../rehearsal/providers/kubernetes/settings";
import type { Json, Props } from "../../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../../rehearsal/providers/part";

const kubeconfig = (server: string) =>
  JSON.stringify({
    "current-context": "one",
    clusters: [
      { name: "a", cluster: { server } },
      { name: "b", cluster: { server: "https://b" } },
    ],
    contexts: [
      { name: "one", context: { cluster: "a" } },
      { name: "two", context: { cluster: "b" } },
    ],
  });

describe("Kubernetes types", () => {
  for (const [type, apiVersion, group, kind] of [
    ["kubernetes:core/v1:Service", "v1", "", "Service"],
    ["kubernetes:apps/v1:Deployment", "apps/v1", "apps", "Deployment"],
    [
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      "gateway.networking.k8s.io/v1",
      "gateway.networking.k8s.io",
      "HTTPRoute",
    ],
  ] as const) {
    it(`take ${type} for ${apiVersion} ${kind}`, () =>
      assert.deepEqual(kindOf(type), { apiVersion, group, kind }));
  }

  for (const [type, reason] of [
    ["kubernetes:helm.sh/v3:Release", /Helm charts are not modelled/],
    ["kubernetes:helm.sh/v4:Chart", /Helm charts are not modelled/],
    ["kubernetes:yaml/v2:ConfigGroup", /not modelled/],
    ["kubernetes:yaml:ConfigFile", /not modelled/],
    ["kubernetes:core/v1:ConfigMapList", /a list cannot be created/],
    ["kubernetes:core/v1:ConfigMapPatch", /patch resources are not modelled/],
  ] as const) {
    it(`refuse ${type}`, () => {
      assert.throws(() => kindOf(type), reason);
    });
  }
});

describe("made-up names of Kubernetes objects", () => {
  const inputs: Props = { kind: "ConfigMap", metadata: { namespace: "shop" }, data: { a: "1" } };

  const seed = Buffer.alloc(32, 7);
  const naming = { urn: "urn:a", logicalName: "config", seed };
  const nameIn = (props: Props): Json | undefined => (props["metadata"] as Props)["name"];

  it("are the logical name with eight digits that are the same for one resource in one plan only", () => {
    const name = autoname("urn:a", "config", seed);
    assert.match(name, /^config-[0-9a-f]{8}$/);
    assert.equal(autoname("urn:a", "config", seed), name);
    assert.notEqual(autoname("urn:b", "config", seed), name);
    assert.notEqual(autoname("urn:a", "config", Buffer.alloc(32, 8)), name);
    const none = Buffer.alloc(0);
    assert.notEqual(autoname("urn:a", "config", none), autoname("urn:a", "config", none));
  });

  it("come with the mark that they are made up, beside other annotations", () => {
    const annotations = { "example.invalid/a": "b" };
    const result = named(naming, { ...inputs, metadata: { namespace: "shop", annotations } }, undefined);
    assert.deepEqual(result["metadata"], {
      namespace: "shop",
      name: autoname("urn:a", "config", seed),
      annotations: { ...annotations, "pulumi.com/autonamed": "true" },
    });
  });

  it("are kept from the old inputs if they were made up, and only then", () => {
    const old = (annotations: Props): Props => ({ metadata: { name: "config-00000000", annotations } });
    const kept = named(naming, inputs, old({ "pulumi.com/autonamed": "true" }));
    assert.equal(nameIn(kept), "config-00000000");
    assert.equal(isAutonamed(kept), true);
    assert.equal(nameIn(named(naming, inputs, old({}))), autoname("urn:a", "config", seed));
  });

  it("are not given where there is a name, or one that a preview does not know", () => {
    for (const metadata of [{ name: "mine" }, { name: UNKNOWN }, UNKNOWN]) {
      assert.deepEqual(named(naming, { metadata }, undefined), { metadata });
    }
  });
});

describe("check of Kubernetes inputs", () => {
  const cluster = (namespaced: boolean | undefined, namespace?: string): Cluster => ({
    client: {
      namespace: "default",
      resourceFor: () =>
        namespaced === undefined
          ? Promise.reject(new KubeError(404, "UnknownKind", "no kind"))
          : Promise.resolve({ namespaced }),
    } as unknown as KubeClient,
    settings: { ...settingsOf({ kubeconfig: kubeconfig("https://a") }, {}), namespace },
    signal: new AbortController().signal,
  });
  const checked = (at: Cluster, news: Props, type = "kubernetes:core/v1:ConfigMap") =>
    check(at, { urn: "urn:a", type, name: "a", news, olds: undefined, randomSeed: Buffer.alloc(0) });
  const mine = { metadata: { name: "mine" } };

  it("fills in version and kind from the type, and drops nulls and what only the server sets", async () => {
    const news = { metadata: { name: "mine", namespace: "x", uid: "1", labels: null }, data: null };
    assert.deepEqual(await checked(cluster(true), news), {
      inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "mine", namespace: "x" } },
      failures: [],
    });
  });

  for (const [what, at, namespace] of [
    ["the kubeconfig's", cluster(true), "default"],
    ["the provider's", cluster(true, "shop"), "shop"],
    ["the provider's, while the kind is still to come,", cluster(undefined, "shop"), "shop"],
    ["no", cluster(false, "shop"), undefined],
  ] as const) {
    it(`gives ${what} namespace to an object that names none`, async () => {
      const { inputs } = await checked(at, mine);
      assert.equal((inputs["metadata"] as Props)["namespace"], namespace);
    });
  }

  it("refuses a version or kind that the type contradicts, and generateName", async () => {
    const { failures } = await checked(cluster(true), {
      apiVersion: "v2",
      kind: "Pod",
      metadata: { generateName: "a-" },
    });
    assert.deepEqual(
      failures.map(({ property }) => property),
      ["apiVersion", "kind", "metadata.generateName"],
    );
    assert.equal(failures[0]!.reason, 'apiVersion is "v2", but the type says "v1"');
  });

  it("leaves metadata alone that a preview does not know", async () => {
    const { inputs } = await checked(cluster(true), { metadata: UNKNOWN });
    assert.equal(inputs["metadata"], UNKNOWN);
  });
});

describe("arguments of the Kubernetes provider", () => {
  it("are read from strings and booleans alike, with the environment where they are absent", () => {
    const config = {
      kubeconfig: kubeconfig("https://a"),
      enableConfigMapMutable: "true",
      enableSecretMutable: true,
    };
    const settings = settingsOf(config, { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" });
    assert.equal(settings.configMapsMutable, true);
    assert.equal(settings.secretsMutable, true);
    assert.equal(settings.upsert, true);
    assert.equal(settings.deleteUnreachable, false);
    const explicit = settingsOf(
      { ...config, upsertExistingObjects: "false" },
      { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" },
    );
    assert.equal(explicit.upsert, false);
    const force = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
    assert.equal(settingsOf(config, {}).patchForce, false);
    assert.equal(settingsOf(config, force).patchForce, true);
    assert.equal(settingsOf({ ...config, enablePatchForce: "false" }, force).patchForce, false);
    assert.equal(settingsOf({ ...config, enablePatchForce: "true" }, {}).patchForce, true);
  });

  it("put another cluster into the chosen context", () => {
    const { kubeconfig: made } = settingsOf({ kubeconfig: kubeconfig("https://a"), cluster: "b" }, {});
    assert.equal(made.contexts?.[0]?.context.cluster, "b");
  });

  it("are refused by name when they are unknown or not modelled", () => {
    const base = { kubeconfig: kubeconfig("https://a") };
    assert.throws(
      () => settingsOf({ ...base, kubeConfig: "x" }, {}),
      /provider argument "kubeConfig"; modelled: cluster,/,
    );
    assert.throws(() => settingsOf({ ...base, renderYamlToDirectory: "x" }, {}), /"renderYamlToDirectory"/);
    assert.throws(
      () => settingsOf({ ...base, enableServerSideApply: "false" }, {}),
      /server-side apply only/,
    );
    assert.throws(
      () => settingsOf({}, { KUBECONFIG: "/nowhere/config" }),
      /no kubeconfig at "\/nowhere\/config"/,
    );
  });

  const identified = (clusterIdentifier: string, kubeconfigText: Json): Props => ({
    clusterIdentifier,
    kubeconfig: kubeconfigText,
  });
  for (const [what, olds, news, replaces] of [
    [
      "nothing for other credentials of the same cluster",
      { kubeconfig: kubeconfig("https://a") },
      { kubeconfig: `${kubeconfig("https://a")}\n` },
      [],
    ],
    [
      "everything for another server",
      { kubeconfig: kubeconfig("https://a") },
      { kubeconfig: kubeconfig("https://c") },
      ["kubeconfig"],
    ],
    [
      "everything for another context on another server",
      { kubeconfig: kubeconfig("https://a") },
      { kubeconfig: kubeconfig("https://a"), context: "two" },
      ["context"],
    ],
    [
      "everything for a kubeconfig that is not known yet",
      { kubeconfig: kubeconfig("https://a") },
      { kubeconfig: UNKNOWN },
      ["kubeconfig"],
    ],
    [
      "nothing for the same identifier",
      identified("x", kubeconfig("https://a")),
      identified("x", UNKNOWN),
      [],
    ],
    [
      "everything for another identifier",
      identified("x", kubeconfig("https://a")),
      identified("y", kubeconfig("https://a")),
      ["clusterIdentifier"],
    ],
  ] as const) {
    it(`replace ${what}`, () => assert.deepEqual(replacingArguments(olds, news), replaces));
  }
});
