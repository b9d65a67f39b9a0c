import assert from "node:assert/strict";
import { accountContents } from "../../../../rehearsal/providers/aws/outside";
import type { Props } from "../../../../rehearsal/providers/part";
import { edgeValid, firewallRules, prepareEdge, proofOf } from "./edge-fixtures";
import type { World } from "./fixtures";
import { T, world } from "./fixtures";
import type { Held } from "./harness";
import { refusal } from "./harness";
import { allow, arn, none, policy, refuses } from "./refusals";
import type { Case } from "./refusals";

const { rate, common } = firewallRules;
const group = { name: "g", ...none() };
const forwardTo = (held: Held): Props => ({
  defaultActions: [{ type: "forward", targetGroupArn: arn(held) }],
});
const create = (w: World, type: string, name: string, changes: Props = {}): Promise<Held> =>
  w.engine.create(type, name, { ...edgeValid(w)[type], ...changes });

const ofHost: Props = {
  regexMatchStatement: {
    fieldToMatch: { singleHeader: { name: "host" } },
    regexString: "^a$",
    textTransformations: [{ priority: 0, type: "LOWERCASE" }],
  },
};

const balancers: readonly Case[] = [
  [
    "a name that AWS keeps for itself",
    T.loadBalancer,
    { name: "internal-edge" },
    /must not begin with internal-/,
  ],
  ["a name of 33 characters", T.loadBalancer, { name: "a".repeat(33) }, /32 characters/],
  ["an idle time of more than 4000 seconds", T.loadBalancer, { idleTimeout: 4001 }, /1 to 4000/],
  [
    "a load balancer that no type has",
    T.loadBalancer,
    { loadBalancerType: "classic" },
    /application, network/,
  ],
  ["one subnet", T.loadBalancer, ({ a }) => ({ subnets: [a.id] }), /At least two subnets in two different/],
  [
    "two subnets of one zone",
    T.loadBalancer,
    async (w) => {
      const twin = await w.engine.create(T.subnet, "twin", {
        vpcId: w.vpc.id,
        cidrBlock: "10.0.9.0/24",
        availabilityZone: w.a.outputs["availabilityZone"] ?? "",
      });
      return { subnets: [w.a.id, twin.id] };
    },
    /two of its subnets are in the zone eu-central-1a/,
  ],
  [
    "a security group of another VPC",
    T.loadBalancer,
    async (w) => ({
      securityGroups: [
        (await w.engine.create(T.securityGroup, "far", { vpcId: w.other.id, name: "far" })).id,
      ],
    }),
    /is in another VPC/,
  ],
  [
    "a subnet that is not there",
    T.loadBalancer,
    { subnets: ["subnet-0", "subnet-1"] },
    /which does not exist/,
  ],
  [
    "two load balancers of one name",
    T.loadBalancer,
    async (w) => {
      await create(w, T.loadBalancer, "one", { name: "edge" });
      return { name: "edge" };
    },
    /DuplicateLoadBalancerName/,
  ],
  [
    "headers that a network load balancer does not read",
    T.loadBalancer,
    { loadBalancerType: "network", dropInvalidHeaderFields: true, idleTimeout: null },
    /reads no headers/,
  ],
  [
    "an idle time of a network load balancer",
    T.loadBalancer,
    { loadBalancerType: "network" },
    /its listeners'/,
  ],
  ["a group without a port", T.targetGroup, none("port"), /needs port/],
  ["addresses kept by HTTPS", T.targetGroup, { preserveClientIp: "true" }, /does not go with HTTP and HTTPS/],
  [
    "a check by TCP of HTTPS targets",
    T.targetGroup,
    { healthCheck: { protocol: "TCP" } },
    /is checked by HTTP or HTTPS/,
  ],
  [
    "a check by TCP with a path",
    T.targetGroup,
    { protocol: "TCP", healthCheck: { protocol: "TCP", path: "/" } },
    /neither path nor matcher/,
  ],
  ["a check every second", T.targetGroup, { healthCheck: { interval: 1 } }, /5 to 300/],
  ["a listener without its certificate", T.listener, none("certificateArn"), /HTTPS needs certificateArn/],
  [
    "a certificate in plain HTTP",
    T.listener,
    { protocol: "HTTP", ...none("sslPolicy") },
    /certificateArn does not go with HTTP/,
  ],
  ["an idle time of HTTPS", T.listener, { tcpIdleTimeoutSeconds: 60 }, /goes with TCP alone/],
  [
    "an action that forwards nowhere",
    T.listener,
    { defaultActions: [{ type: "forward" }] },
    /needs targetGroupArn/,
  ],
  ["a redirect to nothing", T.listener, { defaultActions: [{ type: "redirect" }] }, /needs redirect/],
  [
    "TCP at an application load balancer",
    T.listener,
    { protocol: "TCP", ...none("certificateArn", "sslPolicy") },
    /does not listen by TCP/,
  ],
  [
    "HTTPS to targets of TCP",
    T.listener,
    async (w) => forwardTo(await create(w, T.targetGroup, "tcp", { protocol: "TCP", healthCheck: null })),
    /HTTPS cannot forward to a target group of TCP/,
  ],
  [
    "targets in another VPC",
    T.listener,
    async (w) => forwardTo(await create(w, T.targetGroup, "far", { vpcId: w.other.id })),
    /in another VPC than the load balancer/,
  ],
  [
    "one port twice",
    T.listener,
    async (w) => {
      await create(w, T.listener, "first");
      return {};
    },
    /DuplicateListener/,
  ],
  [
    "a certificate that nothing proves",
    T.listener,
    async (w) => ({
      certificateArn: arn(await create(w, T.certificate, "unproved", { domainName: "other.example.com" })),
    }),
    /UnsupportedCertificate.*waits for validation/,
  ],
  [
    "a further certificate that nothing proves",
    T.listenerCertificate,
    async (w) => ({
      certificateArn: arn(await create(w, T.certificate, "unproved", { domainName: "other.example.com" })),
    }),
    /UnsupportedCertificate/,
  ],
  [
    "a certificate for a listener of plain HTTP",
    T.listenerCertificate,
    async (w) => ({
      listenerArn: arn(
        await create(w, T.listener, "plain", {
          port: 80,
          protocol: "HTTP",
          ...none("certificateArn", "sslPolicy"),
        }),
      ),
    }),
    /OperationNotPermitted/,
  ],
];

const certificates: readonly Case[] = [
  ["a domain in capitals", T.certificate, { domainName: "Shop.example.com" }, /lower case/],
  [
    "a certificate that nobody proves",
    T.certificate,
    none("validationMethod"),
    /validationMethod is required/,
  ],
  [
    "an issue without its record",
    T.certificateValidation,
    async (w) => ({
      certificateArn: arn(await create(w, T.certificate, "unproved", { domainName: "other.example.com" })),
      validationRecordFqdns: null,
    }),
    /is not issued: no record proves its domains/,
  ],
  [
    "a proof by another record",
    T.certificateValidation,
    { validationRecordFqdns: ["a.example.com"] },
    /missing DNS validation record/,
  ],
  ["a zone that is no id", T.record, { zoneId: "example.com" }, /id of a hosted zone/],
  ["a record of nothing", T.record, none("records"), /either records or aliases/],
  ["records that live for ever", T.record, none("ttl"), /need a ttl/],
  [
    "one record twice",
    T.record,
    async (w) => {
      await create(w, T.record, "first");
      return {};
    },
    /InvalidChangeBatch.*already exists/,
  ],
];

const firewalls: readonly Case[] = [
  ["a firewall of CloudFront", T.webAcl, { scope: "CLOUDFRONT" }, /must be one of REGIONAL/],
  [
    "one priority twice",
    T.webAcl,
    { rules: [rate, { ...common, priority: 0 }] },
    /two rules have one priority/,
  ],
  ["one rule twice", T.webAcl, { rules: [rate, { ...common, name: "rate" }] }, /two rules have one name/],
  [
    "a group with an action of its own",
    T.webAcl,
    { rules: [{ ...common, overrideAction: null, action: { block: {} } }] },
    /the rule common needs overrideAction, and no action/,
  ],
  [
    "a rate with an action to override",
    T.webAcl,
    { rules: [{ ...rate, action: null, overrideAction: { none: {} } }] },
    /the rule rate needs action, and no overrideAction/,
  ],
  [
    "a group that AWS does not have",
    T.webAcl,
    { rules: [{ ...common, statement: { managedRuleGroupStatement: { ...group, vendorName: "AWS" } } }] },
    /must be one of AWSManagedRulesAmazonIpReputationList/,
  ],
  [
    "a rate of nine",
    T.webAcl,
    { rules: [{ ...rate, statement: { rateBasedStatement: { limit: 9 } } }] },
    /10 to 2000000000/,
  ],
  [
    "a choice of one",
    T.webAcl,
    { rules: [{ ...rate, statement: { orStatement: { statements: [ofHost] } } }] },
    /must hold two statements at least/,
  ],
  [
    "a set of addresses that is not there",
    T.webAcl,
    { rules: [{ ...rate, statement: { ipSetReferenceStatement: { arn: "arn:none" } } }] },
    /arn:none/,
  ],
  [
    "a rate of clients by no header's name",
    T.webAcl,
    {
      rules: [
        {
          ...rate,
          statement: {
            rateBasedStatement: { limit: 10, aggregateKeyType: "FORWARDED_IP", forwardedIpConfig: {} },
          },
        },
      ],
    },
    /headerName/,
  ],
  ["addresses without a block", T.ipSet, { addresses: ["192.0.2.1"] }, /must be a CIDR block/],
  [
    "more rules than a firewall has room for",
    T.webAcl,
    { rules: Array.from({ length: 8 }, (_, index) => ({ ...common, name: `c${index}`, priority: index })) },
    /WAFLimitsExceededException: the rules take 5600/,
  ],
  [
    "a firewall before a network load balancer",
    T.webAclAssociation,
    async (w) => ({
      resourceArn: arn(
        await create(w, T.loadBalancer, "net", { loadBalancerType: "network", idleTimeout: null }),
      ),
    }),
    /goes with an application load balancer alone/,
  ],
  [
    "two firewalls before one load balancer",
    T.webAclAssociation,
    async (w) => {
      await create(w, T.webAclAssociation, "first");
      return { webAclArn: arn(await create(w, T.webAcl, "second")) };
    },
    /has a web ACL already/,
  ],
  [
    "a log that WAF does not write to",
    T.webAclLogging,
    ({ logs }) => ({ logDestinationConfigs: [arn(logs)] }),
    /must begin with aws-waf-logs-/,
  ],
];

const buckets: readonly Case[] = [
  ["a bucket in capitals", T.bucket, { bucket: "Artifacts" }, /lower-case letters/],
  ["a bucket of two letters", T.bucket, { bucket: "ab" }, /3 to 63/],
  [
    "two buckets of one name",
    T.bucket,
    async (w) => {
      await create(w, T.bucket, "first", { bucket: "artifacts" });
      return { bucket: "artifacts" };
    },
    /BucketAlreadyOwnedByYou/,
  ],
  [
    "a key beside AES256",
    T.bucketEncryption,
    ({ key }) => ({
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256", kmsMasterKeyId: arn(key) } }],
    }),
    /does not go with AES256/,
  ],
  [
    "a key that is not there",
    T.bucketEncryption,
    {
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: "arn:aws:kms:eu-central-1:1:key/x",
          },
        },
      ],
    },
    /which does not exist/,
  ],
  [
    "versions that are half kept",
    T.versioning,
    { versioningConfiguration: { status: "On" } },
    /must be one of Enabled/,
  ],
  [
    "a policy about another bucket",
    T.bucketPolicy,
    { policy: policy({ ...allow, Principal: "*", Resource: "arn:aws:s3:::other/*" }) },
    /invalid resource arn:aws:s3:::other/,
  ],
  [
    "a public policy where that is blocked",
    T.bucketPolicy,
    async (w) => {
      await create(w, T.publicAccessBlock, "block");
      const { bucket } = edgeValid(w)[T.publicAccessBlock] ?? {};
      return { policy: policy({ ...allow, Principal: "*", Resource: `arn:aws:s3:::${String(bucket)}/*` }) };
    },
    /AccessDenied.*BlockPublicPolicy/,
  ],
  [
    "a lifecycle that does nothing",
    T.bucketLifecycle,
    { rules: [{ id: "none", status: "Enabled", filter: {} }] },
    /does nothing/,
  ],
  [
    "a lifecycle without a filter",
    T.bucketLifecycle,
    { rules: [{ id: "all", status: "Enabled", expiration: { days: 1 } }] },
    /needs a filter/,
  ],
  [
    "an owner that is none",
    T.bucketOwnership,
    { rule: { objectOwnership: "Nobody" } },
    /must be one of BucketOwnerEnforced/,
  ],
];

refuses("load balancers", balancers);
refuses("certificates and records", certificates);
refuses("firewalls", firewalls);
refuses("buckets", buckets);

describe("the simulated account keeps at the edge", () => {
  const guards: readonly (readonly [string, (w: World) => Promise<Held>, RegExp])[] = [
    [
      "a load balancer that is protected",
      (w) => create(w, T.loadBalancer, "kept", { enableDeletionProtection: true }),
      /OperationNotPermitted.*deletion protection/,
    ],
    ["a group that a listener sends to", (w) => listening(w, T.targetGroup), /ResourceInUse.*listener/],
    [
      "a certificate that a listener has",
      (w) => listening(w, T.certificate),
      /ResourceInUseException.*in use by/,
    ],
    [
      "a firewall that guards something",
      async (w) => {
        await prepareEdge(w, T.webAclAssociation);
        await create(w, T.webAclAssociation, "association");
        return held(w, T.webAcl);
      },
      /WAFAssociatedItemException/,
    ],
    [
      "a set of addresses that a rule names",
      async (w) => {
        const addresses = await create(w, T.ipSet, "set");
        const statement = { ipSetReferenceStatement: { arn: arn(addresses) } };
        await create(w, T.webAcl, "acl", { rules: [{ ...rate, statement }] });
        return addresses;
      },
      /WAFAssociatedItemException/,
    ],
    [
      "a subnet with a load balancer",
      async (w) => {
        const subnet = await w.engine.create(T.subnet, "c", {
          vpcId: w.vpc.id,
          cidrBlock: "10.0.9.0/24",
          availabilityZone: "eu-central-1c",
        });
        await create(w, T.loadBalancer, "on-it", { subnets: [w.a.id, subnet.id] });
        return subnet;
      },
      /DependencyViolation.*loadbalancer/,
    ],
    [
      "a security group with a load balancer",
      async (w) => {
        const own = await w.engine.create(T.securityGroup, "own", { vpcId: w.vpc.id, name: "own" });
        await create(w, T.loadBalancer, "in-it", { securityGroups: [own.id] });
        return own;
      },
      /DependencyViolation.*loadbalancer/,
    ],
    [
      "the internet gateway under a public load balancer",
      async (w) => {
        await create(w, T.loadBalancer, "public");
        return w.internet;
      },
      /mapped public address/,
    ],
  ];
  for (const [what, make, message] of guards) {
    it(what, async () => {
      const w = await world();
      const guarded = await make(w);
      const before = accountContents(w.engine.file);
      assert.match(await refusal(w.engine.delete(guarded)), message);
      assert.deepEqual(accountContents(w.engine.file), before);
    });
  }

  it("nothing of a load balancer that is gone: its listeners, their certificates and its firewall go along", async () => {
    const w = await world();
    await prepareEdge(w, T.listenerCertificate);
    await create(w, T.listenerCertificate, "further");
    await create(w, T.webAcl, "acl");
    await create(w, T.webAclAssociation, "association");
    await w.engine.delete(held(w, T.loadBalancer));
    const left = accountContents(w.engine.file).map(({ type }) => type);
    for (const type of [T.listener, T.listenerCertificate, T.webAclAssociation])
      assert.ok(!left.includes(type), type);
    for (const type of [T.targetGroup, T.certificate, T.webAcl]) assert.ok(left.includes(type), type);
    for (const type of [T.targetGroup, T.certificate, T.webAcl]) await w.engine.delete(held(w, type));
  });

  it("a certificate unproved once its record is gone", async () => {
    const w = await world();
    await prepareEdge(w, T.listener);
    await w.engine.delete(held(w, T.record));
    assert.match(await refusal(create(w, T.listener, "late")), /waits for validation/);
    await w.engine.create(T.record, "again", proofOf(w));
    await create(w, T.listener, "late");
  });
});

async function listening(w: World, type: string): Promise<Held> {
  await prepareEdge(w, T.listener);
  await create(w, T.listener, "listener");
  return held(w, type);
}

/** The only object of a type, as the engine would hold it. */
function held(w: World, type: string): Held {
  const [found] = accountContents(w.engine.file).filter((object) => object.type === type);
  assert.ok(found !== undefined, type);
  return { type, name: found.name, urn: "", id: found.id, inputs: {}, outputs: {} };
}
