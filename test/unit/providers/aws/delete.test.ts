import assert from "node:assert/strict";
import * as fs from "node:fs";
import { accountContents, pushImage } from "../../../../rehearsal/providers/aws/outside";
import type { World } from "./fixtures";
import { keyDocument, T, valid, world } from "./fixtures";
import type { Held } from "./harness";
import { refusal } from "./harness";

/** What must not be deleted yet: sentence, what holds it, what is held, the message. */
const guards: readonly (readonly [string, (w: World) => Held | Promise<Held>, RegExp])[] = [
  ["a VPC with subnets", ({ vpc }) => vpc, /DependencyViolation: The vpc 'vpc-.*subnet-/],
  [
    "a VPC with an internet gateway alone",
    async ({ engine, other }) => {
      await engine.create(T.internetGateway, "o", { vpcId: other.id });
      return other;
    },
    /DependencyViolation.*igw-/,
  ],
  [
    "a VPC with a security group alone",
    async ({ engine, other }) => {
      await engine.create(T.securityGroup, "o", { vpcId: other.id });
      return other;
    },
    /DependencyViolation.*sg-/,
  ],
  ["a subnet with a cluster", ({ a }) => a, /DependencyViolation.*\(main uses it\)/],
  [
    "a subnet with a NAT gateway",
    async (w) => {
      const held = await w.engine.create(T.subnet, "c", valid(w)[T.subnet] ?? {});
      await w.engine.create(T.natGateway, "n", { subnetId: held.id, allocationId: w.eip.id });
      return held;
    },
    /DependencyViolation.*nat-/,
  ],
  [
    "an internet gateway under a NAT gateway",
    async (w) => {
      await w.engine.create(T.natGateway, "n", valid(w)[T.natGateway] ?? {});
      return w.internet;
    },
    /mapped public address/,
  ],
  [
    "an address under a NAT gateway",
    async (w) => {
      await w.engine.create(T.natGateway, "n", valid(w)[T.natGateway] ?? {});
      return w.eip;
    },
    /InvalidIPAddress.InUse/,
  ],
  [
    "a route table with a subnet",
    async (w) => {
      await w.engine.create(T.routeAssociation, "n", valid(w)[T.routeAssociation] ?? {});
      return w.table;
    },
    /DependencyViolation.*rtbassoc-/,
  ],
  [
    "a group that an endpoint uses",
    async (w) => {
      await w.engine.create(T.endpoint, "n", valid(w)[T.endpoint] ?? {});
      return w.group;
    },
    /dependent object \(vpce-/,
  ],
  [
    "a group that another group's rule names",
    async (w) => {
      const more = await w.engine.create(T.securityGroup, "m", valid(w)[T.securityGroup] ?? {});
      await w.engine.create(T.ingressRule, "n", {
        securityGroupId: more.id,
        ipProtocol: "-1",
        referencedSecurityGroupId: w.group.id,
      });
      return w.group;
    },
    /dependent object \(sgr-/,
  ],
  [
    "an added block with a subnet in it",
    async ({ engine, vpc }) => {
      const block = await engine.create(T.cidrAssociation, "n", { vpcId: vpc.id, cidrBlock: "10.2.0.0/16" });
      await engine.create(T.subnet, "n", { vpcId: vpc.id, cidrBlock: "10.2.0.0/24" });
      return block;
    },
    /is in use by subnet-/,
  ],
  ["a role with a policy attached", ({ clusterRole }) => clusterRole, /DeleteConflict.*detach all policies/],
  [
    "a role with an inline policy",
    async (w) => {
      await w.engine.create(T.rolePolicy, "n", valid(w)[T.rolePolicy] ?? {});
      return w.podRole;
    },
    /DeleteConflict.*delete policies first/,
  ],
  [
    "a role in an instance profile",
    async (w) => {
      await w.engine.create(T.instanceProfile, "n", valid(w)[T.instanceProfile] ?? {});
      return w.nodeRole;
    },
    /DeleteConflict.*instance profile/,
  ],
  [
    "a policy that is attached",
    async (w) => {
      const policy = await w.engine.create(T.policy, "n", valid(w)[T.policy] ?? {});
      await w.engine.create(T.roleAttachment, "n", { role: "node-role", policyArn: policy.id });
      return policy;
    },
    /DeleteConflict.*attached to entities/,
  ],
  [
    "a cluster with node groups",
    async (w) => {
      await w.engine.create(T.nodeGroup, "n", valid(w)[T.nodeGroup] ?? {});
      return w.cluster;
    },
    /ResourceInUseException: Cluster has nodegroups attached/,
  ],
  [
    "a cluster with deletion protection",
    ({ engine, cluster }) => engine.update(cluster, { ...cluster.inputs, deletionProtection: true }),
    /InvalidRequestException.*deletion protection/,
  ],
  [
    "a log group with deletion protection",
    ({ engine }) => engine.create(T.logGroup, "n", { name: "/held", deletionProtectionEnabled: true }),
    /deletion protection/,
  ],
  [
    "a repository with images",
    ({ engine, repository }) => {
      pushImage(engine.file, "team/app", `sha256:${"0".repeat(64)}`);
      return repository;
    },
    /RepositoryNotEmptyException/,
  ],
];

describe("the AWS stand-in does not delete", () => {
  for (const [sentence, arrange, message] of guards) {
    it(sentence, async () => {
      const w = await world();
      const held = await arrange(w);
      const before = accountContents(w.engine.file);
      assert.match(await refusal(w.engine.delete(held)), message);
      assert.deepEqual(accountContents(w.engine.file), before);
    });
  }
});

describe("the AWS stand-in deletes", () => {
  it("a repository with images when it is told to", async () => {
    const { engine } = await world();
    const held = await engine.create(T.repository, "n", { name: "team/more", forceDelete: true });
    pushImage(engine.file, "team/more", `sha256:${"0".repeat(64)}`);
    await engine.delete(held);
    assert.equal(await engine.refresh(held), undefined);
  });

  it("with a VPC what AWS made in it, and nothing else", async () => {
    const { engine, other } = await world();
    const made = accountContents(engine.file).length;
    const fresh = await engine.create(T.vpc, "n", { cidrBlock: "10.9.0.0/16" });
    assert.equal(accountContents(engine.file).length, made + 4);
    await engine.create(T.defaultSecurityGroup, "n", { vpcId: fresh.id });
    await engine.delete(fresh);
    assert.equal(accountContents(engine.file).length, made);
    assert.ok((await engine.refresh(other)) !== undefined);
  });

  it("with a cluster its security group, entries, add-ons and associations", async () => {
    const w = await world();
    const { cluster } = w;
    const group = (cluster.outputs["vpcConfig"] as Record<string, string>)["clusterSecurityGroupId"];
    assert.ok(accountContents(w.engine.file).some(({ id }) => id === group));
    for (const type of [T.accessEntry, T.accessPolicy, T.addon, T.podIdentity])
      await w.engine.create(type, "n", valid(w)[type] ?? {});
    await w.engine.delete(cluster);
    const left = accountContents(w.engine.file);
    assert.deepEqual(
      left.filter(({ id, type }) => id === group || type.startsWith("aws:eks/")),
      [],
    );
  });

  it("a key by schedule: it is gone, with its alias and policy, for as many days as were asked for", async () => {
    const { engine } = await world();
    const key = await engine.create(T.key, "n", { deletionWindowInDays: 7 });
    await engine.create(T.alias, "n", { name: "alias/n", targetKeyId: key.id });
    await engine.create(T.keyPolicy, "n", { keyId: key.id, policy: keyDocument() });
    await engine.delete(key);
    assert.deepEqual(
      accountContents(engine.file).filter(({ id }) => [key.id, "alias/n"].includes(id)),
      [],
    );
    const { scheduled } = JSON.parse(fs.readFileSync(engine.file, "utf8")) as { scheduled: unknown };
    assert.deepEqual(scheduled, [{ type: T.key, id: key.id, days: 7 }]);
    assert.match(
      await refusal(engine.create(T.alias, "m", { name: "alias/m", targetKeyId: key.id })),
      /which does not exist/,
    );
  });

  it("what is gone already without a word", async () => {
    const { engine, eip } = await world();
    await engine.delete(eip);
    await engine.delete(eip);
  });

  it("and gives what comes back another id, so that whatever names the old one is found out", async () => {
    const { engine, eip } = await world();
    await engine.delete(eip);
    const next = await engine.create(T.eip, "address", { domain: "vpc" });
    assert.notEqual(next.id, eip.id);
  });
});
