import assert from "node:assert/strict";
import type { Props } from "../../../../rehearsal/providers/part";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import type { World } from "./fixtures";
import { clusterInputs, lifecycle, prepare, T, trust, untagged, valid, world } from "./fixtures";
import type { Held } from "./harness";
import { REGION, refusal } from "./harness";

/** Type, a change of valid inputs, the paths that change, and those that need a new object. */
type Change = readonly [
  type: string,
  changes: Props | ((w: World) => Props),
  paths: readonly string[],
  replaces: readonly string[],
];

const changes: readonly Change[] = [
  [T.vpc, { enableDnsSupport: false }, ["enableDnsSupport"], []],
  [T.vpc, { cidrBlock: "10.8.0.0/16" }, ["cidrBlock"], ["cidrBlock"]],
  [T.vpc, { instanceTenancy: "dedicated" }, ["instanceTenancy"], ["instanceTenancy"]],
  [T.vpc, { region: "eu-west-1" }, ["region"], ["region"]],
  [T.vpc, { tags: { a: "1" } }, ["tags", "tagsAll"], []],
  [T.subnet, { mapPublicIpOnLaunch: true }, ["mapPublicIpOnLaunch"], []],
  [T.subnet, { cidrBlock: "10.0.9.0/24" }, ["cidrBlock"], ["cidrBlock"]],
  [T.subnet, { availabilityZone: `${REGION}b` }, ["availabilityZone"], ["availabilityZone"]],
  [T.natGateway, { subnetId: UNKNOWN }, ["subnetId"], ["subnetId"]],
  [T.route, { gatewayId: UNKNOWN }, ["gatewayId"], []],
  [T.route, { destinationCidrBlock: "192.168.0.0/16" }, ["destinationCidrBlock"], ["destinationCidrBlock"]],
  [T.routeAssociation, ({ b }) => ({ subnetId: b.id }), ["subnetId"], ["subnetId"]],
  [T.endpoint, ({ a }) => ({ subnetIds: [a.id] }), ["subnetIds"], []],
  [T.endpoint, ({ a, b }) => ({ subnetIds: [b.id, a.id] }), [], []],
  [T.endpoint, { serviceName: `com.amazonaws.${REGION}.eks` }, ["serviceName"], ["serviceName"]],
  [T.flowLog, { trafficType: "REJECT" }, ["trafficType"], ["trafficType"]],
  [T.securityGroup, { description: "Less" }, ["description"], ["description"]],
  [T.ingressRule, { toPort: 444 }, ["toPort"], []],
  [T.ingressRule, { securityGroupId: UNKNOWN }, ["securityGroupId"], ["securityGroupId"]],
  [T.launchTemplate, { metadataOptions: { httpTokens: "optional" } }, ["metadataOptions.httpTokens"], []],
  [T.logGroup, { retentionInDays: 60 }, ["retentionInDays"], []],
  [T.logGroup, { name: "/less" }, ["name"], ["name"]],
  [T.role, { assumeRolePolicy: trust("eks.amazonaws.com") }, ["assumeRolePolicy"], []],
  [
    T.role,
    { assumeRolePolicy: JSON.stringify(JSON.parse(trust("ec2.amazonaws.com")), undefined, 4) },
    [],
    [],
  ],
  [T.role, { path: "/team/" }, ["path"], ["path"]],
  [T.roleAttachment, { role: "pod-role" }, ["role"], ["role"]],
  [T.policy, { description: "x" }, ["description"], ["description"]],
  [T.key, { deletionWindowInDays: 8 }, ["deletionWindowInDays"], []],
  [T.key, { keyUsage: "SIGN_VERIFY" }, ["keyUsage"], ["keyUsage"]],
  [T.alias, { name: "alias/less" }, ["name"], ["name"]],
  [T.cluster, { version: "1.35" }, ["version"], []],
  [T.cluster, { deletionProtection: true }, ["deletionProtection"], []],
  [T.cluster, { roleArn: UNKNOWN }, ["roleArn"], ["roleArn"]],
  [T.cluster, ({ clusterRole, a, b }) => clusterInputs(clusterRole, [b, a], {}), [], []],
  [
    T.cluster,
    {
      accessConfig: {
        authenticationMode: "API_AND_CONFIG_MAP",
        bootstrapClusterCreatorAdminPermissions: false,
      },
    },
    ["accessConfig.authenticationMode"],
    [],
  ],
  [
    T.cluster,
    { kubernetesNetworkConfig: { serviceIpv4Cidr: "172.21.0.0/16" } },
    ["kubernetesNetworkConfig.serviceIpv4Cidr"],
    ["kubernetesNetworkConfig.serviceIpv4Cidr"],
  ],
  [
    T.accessPolicy,
    { accessScope: { type: "namespace", namespaces: ["x"] } },
    ["accessScope.namespaces", "accessScope.type"],
    ["accessScope.namespaces", "accessScope.type"],
  ],
  [T.addon, { addonVersion: "v0.8.0-eksbuild.3" }, ["addonVersion"], []],
  [T.nodeGroup, { scalingConfig: { minSize: 1, maxSize: 4, desiredSize: 2 } }, ["scalingConfig.maxSize"], []],
  [
    T.nodeGroup,
    { launchTemplate: { id: UNKNOWN, version: "1" } },
    ["launchTemplate.id"],
    ["launchTemplate.id"],
  ],
  [T.podIdentity, { roleArn: UNKNOWN }, ["roleArn"], []],
  [T.podIdentity, { namespace: "other" }, ["namespace"], ["namespace"]],
  [T.repository, { imageTagMutability: "MUTABLE" }, ["imageTagMutability"], []],
  [
    T.repository,
    { encryptionConfigurations: [{ encryptionType: "KMS" }] },
    ["encryptionConfigurations"],
    ["encryptionConfigurations"],
  ],
  [T.lifecyclePolicy, { policy: lifecycle({ ...untagged, rulePriority: 2 }) }, ["policy"], ["policy"]],
];

describe("the AWS stand-in plans", () => {
  for (const [type, change, paths, replaces] of changes) {
    it(`${replaces.length > 0 ? "a replacement" : paths.length > 0 ? "an update" : "nothing"} for ${type.split(":")[2] ?? ""} ${JSON.stringify(paths)}`, async () => {
      const w = await world();
      await prepare(w, type);
      const inputs = valid(w)[type] ?? {};
      const held = await w.engine.create(type, "more", inputs);
      assert.deepEqual((await w.engine.diff(held, inputs)).changes, []);
      const diff = await w.engine.diff(held, {
        ...inputs,
        ...(typeof change === "function" ? change(w) : change),
      });
      assert.deepEqual([...diff.changes].sort(), [...paths]);
      assert.deepEqual([...diff.replaces].sort(), [...replaces]);
    });
  }

  it("no change of a field whose changes are ignored, and those of its neighbours", async () => {
    const w = await world();
    const inputs = valid(w)[T.nodeGroup] ?? {};
    const held = await w.engine.create(T.nodeGroup, "more", inputs);
    const wanted = { ...inputs, scalingConfig: { minSize: 1, maxSize: 4, desiredSize: 3 } };
    assert.deepEqual((await w.engine.diff(held, wanted, ["scalingConfig.desiredSize"])).changes, [
      "scalingConfig.maxSize",
    ]);
    assert.deepEqual((await w.engine.diff(held, wanted, ["scalingConfig"])).changes, []);
  });

  it("to delete first what has a fixed name, and to make first what has a generated one", async () => {
    const { engine } = await world();
    const inputs = { assumeRolePolicy: trust("ec2.amazonaws.com") };
    const fixed = await engine.create(T.role, "fixed", { ...inputs, name: "fixed" });
    const generated = await engine.create(T.role, "generated", inputs);
    assert.equal(
      (await engine.diff(fixed, { ...inputs, name: "fixed", path: "/x/" })).deleteBeforeReplace,
      true,
    );
    assert.equal((await engine.diff(generated, { ...inputs, path: "/x/" })).deleteBeforeReplace, false);
    const next = await engine.check(T.role, "generated", { ...inputs, path: "/x/" });
    assert.notEqual(next["name"], generated.inputs["name"]);
    assert.equal(
      (await engine.check(T.role, "generated", inputs, generated.inputs))["name"],
      generated.inputs["name"],
    );
  });

  it("an update changes only what was asked for, and keeps the rest", async () => {
    const { engine, logs } = await world();
    const next = await engine.update(logs, { name: "/flow", retentionInDays: 60 });
    assert.deepEqual(next.outputs, { ...logs.outputs, retentionInDays: 60 });
  });

  it("a new version of a launch template when it changes, none for tags, and says in a preview that it moves", async () => {
    const { engine, template } = await world();
    assert.equal(template.outputs["latestVersion"], 1);
    const inputs = { name: "template", metadataOptions: { httpTokens: "required" } };
    assert.equal((await engine.update(template, inputs, true)).outputs["latestVersion"], UNKNOWN);
    const second = await engine.update(template, inputs);
    assert.deepEqual([second.outputs["latestVersion"], second.outputs["defaultVersion"]], [2, 1]);
    const tagged = await engine.update(second, { ...inputs, tags: { a: "1" } });
    assert.equal(tagged.outputs["latestVersion"], 2);
  });

  it("one minor version of a cluster at a time", async () => {
    const { engine, cluster, clusterRole, a, b } = await world();
    const to = (version: string): Promise<Held> =>
      engine.update(cluster, clusterInputs(clusterRole, [a, b], { name: "main", version }));
    assert.match(
      await refusal(to("1.34")),
      /Unsupported Kubernetes minor version update from 1\.36 to 1\.34/,
    );
    assert.equal((await to("1.35")).outputs["version"], "1.35");
  });
});
