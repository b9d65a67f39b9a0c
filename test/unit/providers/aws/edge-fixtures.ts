import { Account } from "../../../../rehearsal/providers/aws/account";
import { T } from "../../../../rehearsal/providers/aws/types/tokens";
import type { Props } from "../../../../rehearsal/providers/part";
import type { World } from "./fixtures";

const HOST = "shop.example.com";
const ZONE = "Z0123456789EXAMPLE";

/** What the types of the edge are made from, besides the world: made when a type asks for it. */
const needs: Readonly<Record<string, readonly string[]>> = {
  [T.listener]: ["balancer", "group", "certificate", "proof"],
  [T.listenerCertificate]: ["balancer", "group", "certificate", "proof", "listener"],
  [T.certificateValidation]: ["certificate", "proof"],
  [T.webAclAssociation]: ["balancer", "acl"],
  [T.webAclLogging]: ["acl", "log"],
  ...Object.fromEntries(
    [
      T.versioning,
      T.publicAccessBlock,
      T.bucketEncryption,
      T.bucketPolicy,
      T.bucketLifecycle,
      T.bucketOwnership,
    ].map((type) => [type, ["bucket"]]),
  ),
};

const visibilityConfig = {
  cloudwatchMetricsEnabled: true,
  metricName: "edge",
  sampledRequestsEnabled: true,
};
const rate = {
  name: "rate",
  priority: 0,
  action: { block: {} },
  statement: { rateBasedStatement: { limit: 1000, aggregateKeyType: "IP", evaluationWindowSec: 300 } },
  visibilityConfig,
};
const common = {
  name: "common",
  priority: 1,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" } },
  visibilityConfig,
};
export const firewallRules = { rate, common };

/** An object of the account, by its logical name or its URN's end. */
function found(w: World, type: string, name: string): Props & { readonly id: string } {
  const object = new Account(w.engine.file, "").all(type).find(({ urn }) => urn.endsWith(`::${name}`));
  return { ...object?.attributes, id: object?.id ?? "" };
}

function arnOf(w: World, type: string, name: string): string {
  const { arn } = found(w, type, name);
  return typeof arn === "string" ? arn : "";
}

/** The record that proves the certificate. */
export function proofOf(w: World): Props {
  const options = found(w, T.certificate, "certificate")["domainValidationOptions"] as
    readonly { resourceRecordName: string; resourceRecordValue: string }[] | undefined;
  const [option] = options ?? [];
  return {
    zoneId: ZONE,
    name: option?.resourceRecordName ?? `proof.${HOST}`,
    type: "CNAME",
    records: [option?.resourceRecordValue ?? "proof.acm-validations.aws."],
    ttl: 300,
  };
}

/** Inputs of a further object of each type of the edge. */
export function edgeValid(w: World): Readonly<Record<string, Props>> {
  const listener = {
    loadBalancerArn: arnOf(w, T.loadBalancer, "balancer"),
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    certificateArn: arnOf(w, T.certificate, "certificate"),
    defaultActions: [{ type: "forward", targetGroupArn: arnOf(w, T.targetGroup, "group") }],
  };
  const bucket = found(w, T.bucket, "bucket").id;
  return {
    [T.loadBalancer]: {
      loadBalancerType: "application",
      subnets: [w.a.id, w.b.id],
      securityGroups: [w.group.id],
      idleTimeout: 4000,
    },
    [T.targetGroup]: {
      port: 10443,
      protocol: "HTTPS",
      vpcId: w.vpc.id,
      targetType: "ip",
      healthCheck: { protocol: "HTTPS", path: "/health", matcher: "200", interval: 10 },
    },
    [T.listener]: listener,
    [T.listenerCertificate]: {
      listenerArn: arnOf(w, T.listener, "listener"),
      certificateArn: arnOf(w, T.certificate, "certificate"),
    },
    [T.certificate]: { domainName: HOST, validationMethod: "DNS", keyAlgorithm: "EC_prime256v1" },
    [T.certificateValidation]: {
      certificateArn: arnOf(w, T.certificate, "certificate"),
      validationRecordFqdns: [found(w, T.record, "proof")["fqdn"] ?? ""],
    },
    [T.record]: { zoneId: ZONE, name: HOST, type: "A", records: ["192.0.2.1"], ttl: 60 },
    [T.webAcl]: {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: [rate, common],
      visibilityConfig,
    },
    [T.webAclAssociation]: {
      resourceArn: arnOf(w, T.loadBalancer, "balancer"),
      webAclArn: arnOf(w, T.webAcl, "acl"),
    },
    [T.webAclLogging]: {
      resourceArn: arnOf(w, T.webAcl, "acl"),
      logDestinationConfigs: [arnOf(w, T.logGroup, "log")],
      redactedFields: [{ singleHeader: { name: "cookie" } }],
    },
    [T.ipSet]: { scope: "REGIONAL", ipAddressVersion: "IPV4", addresses: ["192.0.2.0/24"] },
    [T.bucket]: {},
    [T.versioning]: { bucket, versioningConfiguration: { status: "Enabled" } },
    [T.publicAccessBlock]: {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    [T.bucketEncryption]: {
      bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: {
            sseAlgorithm: "aws:kms",
            kmsMasterKeyId: w.key.outputs["arn"] ?? "",
          },
          bucketKeyEnabled: true,
        },
      ],
    },
    [T.bucketPolicy]: {
      bucket,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      }),
    },
    [T.bucketLifecycle]: {
      bucket,
      rules: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: 30 },
        },
      ],
    },
    [T.bucketOwnership]: { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
  };
}

/** Makes what must be there first for a type of the edge. */
export async function prepareEdge(w: World, type: string): Promise<void> {
  for (const need of needs[type] ?? []) await make(w, need);
}

const makes: Readonly<Record<string, readonly [type: string, changes?: Props]>> = {
  balancer: [T.loadBalancer],
  group: [T.targetGroup],
  certificate: [T.certificate],
  listener: [T.listener, { port: 8443 }],
  acl: [T.webAcl],
  log: [T.logGroup, { name: "aws-waf-logs-edge" }],
  bucket: [T.bucket],
};

async function make(w: World, need: string): Promise<void> {
  if (need === "proof") {
    await w.engine.create(T.record, "proof", proofOf(w));
    return;
  }
  const [type = "", changes = {}] = makes[need] ?? [];
  await w.engine.create(type, need, { ...edgeValid(w)[type], ...changes });
}
