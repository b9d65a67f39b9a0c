import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StoreSite } from "../common/contracts";
import { physicalName } from "../common/naming";

/** Days for which a deleted secret can be called back. */
const RECOVERY_DAYS = 30;

export interface RecordArgs {
  readonly site: StoreSite;
  /** The system, and the secret's or store's name in it. */
  readonly system: string;
  readonly secret: string;
  /** End of the version's name: another for each value. @default none */
  readonly generation?: string;
  readonly value: pulumi.Input<string>;
  /** Whether the secret refuses to be deleted. */
  readonly protect: boolean;
}

/**
 * Puts a secret into AWS Secrets Manager, where it outlives the cluster: `<prefix>/<system>/<name>`. Pods do not read
 * it there. A new value is a new version.
 */
export function recordSecret(
  name: string,
  { site, system, secret, generation = "", value, protect }: RecordArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const own = pulumi.mergeOptions(opts, { provider: site.provider });
  const entry = new aws.secretsmanager.Secret(
    `${name}-record`,
    {
      name: physicalName("secretsManagerSecret", `${site.prefix}/${system}/${secret}`),
      kmsKeyId: site.kmsKeyArn,
      // At once where nothing is kept: until it is gone, its name cannot be used again.
      recoveryWindowInDays: site.keepsLastCopy ? RECOVERY_DAYS : 0,
    },
    { ...own, protect, retainOnDelete: protect },
  );
  new aws.secretsmanager.SecretVersion(
    `${name}-record-version${generation}`,
    { secretId: entry.id, secretString: value },
    own,
  );
}
