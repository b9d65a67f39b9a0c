import { partitionOf } from "../common/naming";

/** A service that may use a key, and for what. */
export type KeyUser =
  | {
      readonly service: "logs";
      /** Log groups, by name; a `*` stands for any characters. CloudWatch Logs may use the key for no other. */
      readonly logGroups: readonly string[];
    }
  | { readonly service: "ecr" | "rds" | "elasticache" | "secretsmanager" | "s3" | "es" };

/** One statement of a key policy. */
export interface KeyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Principal: { readonly Service: string } | { readonly AWS: string };
  readonly Action: readonly string[];
  /** In a key policy `*` means this key. */
  readonly Resource?: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface KeyPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly KeyStatement[];
}

export interface KeyPolicyArgs {
  /** The account, 12 digits. */
  readonly accountId: string;
  /** E.g. `eu-central-1`. */
  readonly region: string;
  readonly users: readonly KeyUser[];
  /** Whether IAM policies of the account may let roles use the key. */
  readonly rolesMayUse: boolean;
  /** Further statements, for services that have needs of their own. */
  readonly statements: readonly KeyStatement[];
}

// Spelt out, for `kms:Create*` would take in grants and with them every use of the key.
const ADMINISTER = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:DisableKeyRotation",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyPolicies",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:RotateKeyOnDemand",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
const GRANT = ["kms:CreateGrant", "kms:RetireGrant", "kms:DescribeKey"];

/**
 * The policy of a key: the account administers it (through its IAM policies; without that a key can never be changed
 * again), and only what is named here uses it.
 */
export function keyPolicy({ accountId, region, users, rolesMayUse, statements }: KeyPolicyArgs): KeyPolicy {
  const account = { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` };
  const all: KeyStatement[] = [
    { Sid: "AccountAdministers", Effect: "Allow", Principal: account, Action: ADMINISTER, Resource: "*" },
    ...users.map((user) => userStatement(user, account, region, accountId)),
    ...statements,
  ];
  if (rolesMayUse) {
    const Action = [...new Set([...USE, ...GRANT])];
    all.push({ Sid: "RolesOfTheAccountUse", Effect: "Allow", Principal: account, Action, Resource: "*" });
  }
  return { Version: "2012-10-17", Statement: all };
}

function userStatement(
  user: KeyUser,
  account: { readonly AWS: string },
  region: string,
  accountId: string,
): KeyStatement {
  if (user.service === "logs") {
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    const arns = user.logGroups.map(
      (group) => `arn:${partitionOf(region)}:logs:${region}:${accountId}:log-group:${group}`,
    );
    return {
      Sid: "CloudWatchLogsUses",
      Effect: "Allow",
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: USE,
      Resource: "*",
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arns } },
    };
  }
  const { service } = user;
  const via = {
    StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com`, "kms:CallerAccount": accountId },
  };
  if (service === "ecr") {
    // Whoever makes a repository hands ECR a grant, and ECR works by that grant from then on
    // (https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).
    return {
      Sid: "RepositoriesUse",
      Effect: "Allow",
      Principal: account,
      Action: GRANT,
      Resource: "*",
      Condition: via,
    };
  }
  // Stores and secrets are encrypted in the name of whoever makes or reads them, through the service alone
  // (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html).
  return {
    Sid: STORE_USERS[service],
    Effect: "Allow",
    Principal: account,
    Action: [...new Set([...USE, ...GRANT])],
    Resource: "*",
    Condition: via,
  };
}

const STORE_USERS = {
  rds: "DatabasesUse",
  elasticache: "CachesUse",
  secretsmanager: "SecretsUse",
  s3: "BucketsUse",
  es: "SearchDomainsUse",
} as const;
