import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { models } from "../../../../rehearsal/providers/aws/types";
import { UNKNOWN } from "../../../../rehearsal/providers/part";
import { fieldsOf } from "../../../../rehearsal/providers/aws/validate";
import { buildWorld, prepare, T, valid, world } from "./fixtures";
import { ACCOUNT, Engine, REGION, refusal } from "./harness";

/** Names of inputs and outputs as the package's typings have them: the truth for every field. */
function typings(type: string): { readonly inputs: Set<string>; readonly outputs: Set<string> } {
  const file = path.join(path.dirname(require.resolve("@pulumi/aws")), `${type.split(":")[1] ?? ""}.d.ts`);
  const text = fs.readFileSync(file, "utf8").replaceAll(/\/\*\*[\s\S]*?\*\//g, "");
  const body = (start: RegExp): string => start.exec(text)?.[0] ?? "";
  const names = (part: string, pattern: RegExp): Set<string> =>
    new Set([...part.matchAll(pattern)].map((match) => match[1] ?? ""));
  const name = type.split(":")[2] ?? "";
  return {
    inputs: names(body(new RegExp(`export interface ${name}Args \\{[\\s\\S]*?\\n\\}`)), /^ {4}(\w+)\??: /gm),
    outputs: names(body(/export declare class [\s\S]*?\n\}/), /^ {4}readonly (\w+): /gm),
  };
}

const hex = "[0-9a-f]";
const regional = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const iam = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;
const ec2 = (kind: string, prefix: string): [string, string] => [
  `${prefix}-0${hex}{16}`,
  regional("ec2", `${kind}/${prefix}-0${hex}{16}`),
];

const uuid = `${hex}{8}(-${hex}{4}){3}-${hex}{12}`;
const balancing = (resource: string): [string, string] => [
  regional("elasticloadbalancing", resource),
  regional("elasticloadbalancing", resource),
];

/** Type → id and ARN as AWS shapes them; `-` where the type has no ARN. */
const identities: Readonly<Record<string, readonly [id: string, arn: string]>> = {
  [T.vpc]: ec2("vpc", "vpc"),
  [T.cidrAssociation]: [`vpc-cidr-assoc-0${hex}{16}`, "-"],
  [T.subnet]: ec2("subnet", "subnet"),
  [T.internetGateway]: ec2("internet-gateway", "igw"),
  [T.eip]: ec2("elastic-ip", "eipalloc"),
  [T.natGateway]: [`nat-0${hex}{16}`, "-"],
  [T.routeTable]: ec2("route-table", "rtb"),
  [T.route]: [`r-rtb-0${hex}{16}${hex}{10}`, "-"],
  [T.routeAssociation]: [`rtbassoc-0${hex}{16}`, "-"],
  [T.endpoint]: ec2("vpc-endpoint", "vpce"),
  [T.flowLog]: ec2("vpc-flow-log", "fl"),
  [T.defaultSecurityGroup]: ec2("security-group", "sg"),
  [T.defaultNetworkAcl]: ec2("network-acl", "acl"),
  [T.securityGroup]: ec2("security-group", "sg"),
  [T.launchTemplate]: ec2("launch-template", "lt"),
  [T.encryptionByDefault]: ["ebs-encryption-by-default", "-"],
  [T.ingressRule]: ec2("security-group-rule", "sgr"),
  [T.egressRule]: ec2("security-group-rule", "sgr"),
  [T.logGroup]: ["/more", regional("logs", "log-group:/more")],
  [T.role]: [`more-${hex}{7}`, iam(`role/more-${hex}{7}`)],
  [T.rolePolicy]: [`pod-role:more-${hex}{7}`, "-"],
  [T.roleAttachment]: ["node-role/arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy", "-"],
  [T.policy]: [iam("policy/more"), iam("policy/more")],
  [T.instanceProfile]: ["more", iam("instance-profile/more")],
  [T.key]: [
    `${hex}{8}(-${hex}{4}){3}-${hex}{12}`,
    regional("kms", `key/${hex}{8}(-${hex}{4}){3}-${hex}{12}`),
  ],
  [T.alias]: ["alias/more", regional("kms", "alias/more")],
  [T.keyPolicy]: [`${hex}{8}(-${hex}{4}){3}-${hex}{12}`, "-"],
  [T.cluster]: ["second", regional("eks", "cluster/second")],
  [T.accessEntry]: [`main:${iam("role/Admin")}`, "-"],
  [T.accessPolicy]: [
    `main#${iam("role/Admin")}#arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`,
    "-",
  ],
  [T.addon]: ["main:metrics-server", regional("eks", `addon/main/metrics-server/${hex}{32}`)],
  [T.nodeGroup]: ["main:more", regional("eks", `nodegroup/main/more/${hex}{32}`)],
  [T.podIdentity]: [`a-${hex}{17}`, "-"],
  [T.repository]: ["team/more", regional("ecr", "repository/team/more")],
  [T.lifecyclePolicy]: ["team/app", "-"],
  [T.repositoryPolicy]: ["team/app", "-"],
  [T.scanning]: [ACCOUNT, "-"],
  [T.pullThroughCache]: ["quay", "-"],
  [T.loadBalancer]: balancing(`loadbalancer/app/more-${hex}{7}/${hex}{16}`),
  [T.targetGroup]: balancing(`targetgroup/more-${hex}{7}/${hex}{16}`),
  [T.listener]: balancing(`listener/app/balancer-${hex}{7}/${hex}{16}/${hex}{16}`),
  [T.listenerCertificate]: [`arn:aws:elasticloadbalancing:.*:listener/.*_arn:aws:acm:.*`, "-"],
  [T.certificate]: [`arn:aws:acm:.*:certificate/${uuid}`, regional("acm", `certificate/${uuid}`)],
  [T.certificateValidation]: [`issued arn:aws:acm:.*`, "-"],
  [T.record]: ["Z0123456789EXAMPLE_shop.example.com_A", "-"],
  [T.webAcl]: [uuid, regional("wafv2", `regional/webacl/more-${hex}{7}/${uuid}`)],
  [T.webAclAssociation]: [`arn:aws:wafv2:.*,arn:aws:elasticloadbalancing:.*`, "-"],
  [T.webAclLogging]: [`arn:aws:wafv2:.*`, "-"],
  [T.ipSet]: [uuid, regional("wafv2", `regional/ipset/more-${hex}{7}/${uuid}`)],
  [T.bucket]: [`more-${hex}{7}`, `arn:aws:s3:::more-${hex}{7}`],
  [T.versioning]: [`bucket-${hex}{7}`, "-"],
  [T.publicAccessBlock]: [`bucket-${hex}{7}`, "-"],
  [T.bucketEncryption]: [`bucket-${hex}{7}`, "-"],
  [T.bucketPolicy]: [`bucket-${hex}{7}`, "-"],
  [T.bucketLifecycle]: [`bucket-${hex}{7}`, "-"],
  [T.bucketOwnership]: [`bucket-${hex}{7}`, "-"],
  [T.dbSubnets]: ["more", regional("rds", "subgrp:more")],
  [T.dbParameters]: ["more", regional("rds", "pg:more")],
  [T.dbInstance]: ["db-[0-9A-F]{26}", regional("rds", "db:more")],
  [T.cacheSubnets]: ["more", regional("elasticache", "subnetgroup:more")],
  [T.cacheParameters]: ["more", regional("elasticache", "parametergroup:more")],
  [T.cacheUser]: ["more", regional("elasticache", "user:more")],
  [T.cacheUsers]: ["more", regional("elasticache", "usergroup:more")],
  [T.cacheGroup]: ["more", regional("elasticache", "replicationgroup:more")],
  [T.searchDomain]: [regional("es", "domain/more"), regional("es", "domain/more")],
  [T.secret]: [
    regional("secretsmanager", `secret:team/more-${hex}{6}`),
    regional("secretsmanager", `secret:team/more-${hex}{6}`),
  ],
  [T.secretVersion]: [
    `${regional("secretsmanager", `secret:team/app-${hex}{6}`)}\\|terraform-${hex}{26}`,
    regional("secretsmanager", `secret:team/app-${hex}{6}`),
  ],
  [T.endpointAssociation]: [`a-vpce-0${hex}{16}${hex}{10}`, "-"],
};

describe("every type of the AWS stand-in", () => {
  it("is in the table of this test", () => {
    assert.deepEqual([...models.keys()].sort(), Object.keys(identities).sort());
  });

  for (const [type, [id, arn]] of Object.entries(identities)) {
    const model = models.get(type);
    assert.ok(model !== undefined);

    it(`${type} models only fields that the package has`, () => {
      const { inputs, outputs } = typings(type);
      assert.ok(inputs.size > 0 && outputs.size > 0);
      // A map is a signature in brackets, which the names above do not see.
      const known = [...inputs, "tags", ...(type === T.nodeGroup ? ["labels"] : [])];
      assert.deepEqual(
        Object.keys(fieldsOf(model)).filter((field) => !known.includes(field)),
        [],
      );
      assert.deepEqual(
        model.computed.filter((name) => !outputs.has(name)),
        [],
      );
      assert.deepEqual(
        [...outputs].filter(
          (name) =>
            !inputs.has(name) &&
            !["tags", "tagsAll", "labels", "propagatingVgws", ...model.computed].includes(name) &&
            !skipped(type).includes(name),
        ),
        [],
      );
    });

    it(`${type} is made with id and outputs as AWS shapes them, the same in every process`, async () => {
      const w = await world();
      await prepare(w, type);
      const inputs = type === T.endpointAssociation ? await gatewayRoute(w) : (valid(w)[type] ?? {});
      const made = await w.engine.create(type, "more", inputs);
      assert.match(made.id, new RegExp(`^${id}$`));
      if (arn === "-") assert.equal(made.outputs["arn"], undefined);
      else assert.match(String(made.outputs["arn"]), new RegExp(`^${arn}$`));
      assert.deepEqual(
        model.computed.filter((name) => made.outputs[name] === undefined),
        [],
      );
      const allowed = [...typings(type).outputs, "tags", "tagsAll"];
      assert.deepEqual(
        Object.keys(made.outputs).filter((name) => !allowed.includes(name)),
        [],
      );
      assert.equal(made.outputs["region"], model.global === true ? undefined : REGION);
      const again = await buildWorld(await Engine.start());
      await prepare(again, type);
      const twin = await again.engine.create(
        type,
        "more",
        type === T.endpointAssociation ? await gatewayRoute(again) : (valid(again)[type] ?? {}),
      );
      assert.deepEqual(twin.outputs, made.outputs);
    });

    it(`${type} refuses a field that it does not model, and says so by name`, async () => {
      const w = await world();
      await prepare(w, type);
      const message = await refusal(w.engine.check(type, "more", { ...valid(w)[type], bogus: 1 }));
      assert.match(message, new RegExp(`${type} does not model the field "bogus" here`));
    });

    it(`${type} foresees its inputs in a preview and leaves what AWS computes unknown`, async () => {
      const w = await world();
      await prepare(w, type);
      const inputs = type === T.endpointAssociation ? await gatewayRoute(w) : (valid(w)[type] ?? {});
      const before = fs.readFileSync(w.engine.file, "utf8");
      const outputs = await w.engine.preview(type, "more", inputs);
      for (const name of model.computed) assert.equal(outputs[name], UNKNOWN, name);
      assert.equal(fs.readFileSync(w.engine.file, "utf8"), before);
    });
  }
});

/** Outputs of the package that belong to fields which are not modelled. */
function skipped(type: string): readonly string[] {
  return type === T.natGateway
    ? [
        "autoProvisionZones",
        "autoScalingIps",
        "regionalNatGatewayAddresses",
        "regionalNatGatewayAutoMode",
        "routeTableId",
      ]
    : [];
}

async function gatewayRoute(
  w: Awaited<ReturnType<typeof world>>,
): Promise<{ routeTableId: string; vpcEndpointId: string }> {
  const endpoint = await w.engine.create(T.endpoint, "s3", {
    vpcId: w.vpc.id,
    serviceName: `com.amazonaws.${REGION}.s3`,
  });
  return { routeTableId: w.table.id, vpcEndpointId: endpoint.id };
}
