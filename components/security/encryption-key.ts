import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../common/naming";
import { SlipwayError } from "../common/problems";
import { keyPolicy } from "./key-policy";
import type { KeyStatement, KeyUser } from "./key-policy";

/** What an {@link EncryptionKey} is made from. */
export interface EncryptionKeyArgs {
  /** What the key encrypts; shown in the console. */
  readonly description: string;
  /** Name of the key without `alias/`, unique in account and region, e.g. `slipway-production/registry`. */
  readonly alias: string;
  /** The account, 12 digits. */
  readonly accountId: pulumi.Input<string>;
  /** E.g. `eu-central-1`. */
  readonly region: string;
  /** Services that may use the key; each is bound to what it is named for. */
  readonly users: readonly KeyUser[];
  /** Whether IAM policies of the account may let roles use the key, as node disks need. @default false */
  readonly rolesMayUse?: boolean;
  /** Further statements of the key policy. @default none */
  readonly statements?: pulumi.Input<readonly KeyStatement[]>;
  /** Whether the key refuses to be deleted. @default false */
  readonly protect?: boolean;
  /** @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * A customer managed KMS key with yearly rotation, an alias and a policy of least privilege. A deleted key can be
 * called back for 30 days, the longest wait that KMS has; after that everything encrypted with it is lost.
 *
 * @throws SlipwayError before anything is created when the alias is not allowed or nothing may use the key.
 */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** `alias/…`. */
  readonly aliasName: string;

  constructor(name: string, args: EncryptionKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    const aliasName = physicalName("kmsAlias", `alias/${args.alias}`);
    const { users, rolesMayUse = false, statements = [], region } = args;
    if (users.length === 0 && !rolesMayUse && args.statements === undefined) {
      throw new SlipwayError({
        where: `key ${name}`,
        what: "nothing may use it",
        todo: "name its users, or let roles use it",
      });
    }
    if (users.some((user) => user.service === "logs" && user.logGroups.length === 0)) {
      throw new SlipwayError({
        where: `key ${name}`,
        what: "CloudWatch Logs may use it for no log group",
        allowed: "at least one name or pattern",
      });
    }
    super("slipway:security:EncryptionKey", name, {}, opts);

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: args.description,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: pulumi
          .all([args.accountId, statements])
          .apply(([accountId, extra]) =>
            JSON.stringify(keyPolicy({ accountId, region, users, rolesMayUse, statements: extra })),
          ),
        tags: { ...args.tags, Name: args.alias },
      },
      { parent: this, ...(args.protect === true ? { protect: true } : {}) },
    );
    new aws.kms.Alias(`${name}-alias`, { name: aliasName, targetKeyId: key.keyId }, { parent: this });

    this.arn = key.arn;
    this.aliasName = aliasName;
    this.registerOutputs({ arn: this.arn, aliasName: this.aliasName });
  }
}
