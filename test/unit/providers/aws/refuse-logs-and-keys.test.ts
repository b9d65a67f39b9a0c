import { keyDocument, logsMayUse, T, valid } from "./fixtures";
import { arn, none, policy, refuses } from "./refusals";
import type { Case } from "./refusals";

const cases: readonly Case[] = [
  [
    "a retention that CloudWatch does not have",
    T.logGroup,
    { retentionInDays: 31 },
    /must be one of 0, 1, 3/,
  ],
  ["a log group name with a space", T.logGroup, { name: "my logs" }, /1 to 512 characters/],
  ["two log groups of one name", T.logGroup, { name: "/flow" }, /ResourceAlreadyExistsException/],
  [
    "a key that does not let CloudWatch use it",
    T.logGroup,
    async ({ engine }) => ({
      kmsKeyId: arn(await engine.create(T.key, "bare", {})),
    }),
    /must let logs\.eu-central-1\.amazonaws\.com use it/,
  ],
  [
    "a key that lets CloudWatch use it for another group",
    T.logGroup,
    async ({ engine }) => ({
      kmsKeyId: arn(
        await engine.create(T.key, "narrow", {
          policy: keyDocument({
            ...logsMayUse,
            Condition: {
              ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:*:*:log-group:/less*" },
            },
          }),
        }),
      ),
    }),
    /must let logs\.eu-central-1\.amazonaws\.com use it/,
  ],
  ["a flow log without a role", T.flowLog, none("iamRoleArn"), /needs iamRoleArn/],
  [
    "a flow log of a VPC and a subnet",
    T.flowLog,
    ({ a }) => ({ subnetId: a.id }),
    /exactly one of vpcId, subnetId/,
  ],
  ["a flow log without a traffic type", T.flowLog, none("trafficType"), /trafficType is required/],
  ["a flow log into a bucket", T.flowLog, { logDestinationType: "s3" }, /must be one of cloud-watch-logs/],
  [
    "a flow log whose role trusts somebody else",
    T.flowLog,
    ({ nodeRole }) => ({ iamRoleArn: arn(nodeRole) }),
    /must name vpc-flow-logs/,
  ],
  ["a flow log every five minutes", T.flowLog, { maxAggregationInterval: 300 }, /must be 60 or 600/],
  ["a deletion window of 6 days", T.key, { deletionWindowInDays: 6 }, /from 7 to 30/],
  ["a deletion window of 31 days", T.key, { deletionWindowInDays: 31 }, /from 7 to 30/],
  [
    "a key policy that locks everybody out",
    T.key,
    { policy: policy({ Effect: "Allow", Principal: "*", Action: "kms:Encrypt", Resource: "*" }) },
    /will not allow you to update the key policy/,
  ],
  ["a period without rotation", T.key, { rotationPeriodInDays: 90 }, /needs enableKeyRotation/],
  [
    "rotation of an asymmetric key",
    T.key,
    { enableKeyRotation: true, customerMasterKeySpec: "RSA_2048", keyUsage: "SIGN_VERIFY" },
    /only a symmetric key/,
  ],
  ["an alias without its prefix", T.alias, { name: "more" }, /must begin with alias\//],
  ["an alias of AWS's own", T.alias, { name: "alias/aws/ebs" }, /reserved/],
  [
    "an alias of a key that is not there",
    T.alias,
    { targetKeyId: "gone" },
    /targetKeyId names gone which does not exist/,
  ],
  [
    "two aliases of one name",
    T.alias,
    async (w) => {
      await w.engine.create(T.alias, "one", valid(w)[T.alias] ?? {});
      return {};
    },
    /AlreadyExistsException/,
  ],
];

refuses("logs and keys", cases);
