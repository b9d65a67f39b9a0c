import { createHash } from "node:crypto";
import { SlipwayError } from "./problems";

/** Kinds of things whose name is fixed by us because something else must know it before the thing exists. */
export type PhysicalKind = keyof typeof rules;

interface NameRule {
  /** Most characters that the service takes. */
  readonly limit: number;
  /** What a whole name looks like. */
  readonly pattern: RegExp;
  readonly says: string;
}

const AWS_STORE_NAME = /^[a-z](?:-?[0-9a-z])*$/;
const STORE_NAME_RULE = "lower-case letters, digits and single dashes, beginning with a letter";

// Limits: the service's API reference, under the operation that creates the thing.
const rules = {
  eksCluster: { limit: 100, pattern: /^[0-9A-Za-z][\w-]*$/, says: "letters, digits, - and _" },
  iamRole: { limit: 64, pattern: /^[\w+=,.@-]+$/, says: "letters, digits and +=,.@-_" },
  kmsAlias: {
    limit: 256,
    pattern: /^alias\/(?!aws\/)[\w/-]+$/,
    says: "alias/, then letters, digits and /_-; not alias/aws/",
  },
  logGroup: { limit: 512, pattern: /^[\w./#-]+$/, says: "letters, digits and ./#-_" },
  // Letters, digits and single dashes, beginning with a letter.
  rdsInstance: { limit: 63, pattern: AWS_STORE_NAME, says: STORE_NAME_RULE },
  elastiCacheGroup: { limit: 40, pattern: AWS_STORE_NAME, says: STORE_NAME_RULE },
  searchDomain: { limit: 28, pattern: /^[a-z][0-9a-z-]+$/, says: "lower-case letters, digits and -" },
  secretsManagerSecret: { limit: 512, pattern: /^[\w/+=.@-]+$/, says: "letters, digits and /_+=.@-" },
  dnsLabel: {
    limit: 63,
    pattern: /^[0-9a-z]([0-9a-z-]*[0-9a-z])?$/,
    says: "lower-case letters, digits and -",
  },
} satisfies Record<string, NameRule>;

const HASH_LENGTH = 8;

/**
 * Joins the parts with dashes into a name that the service takes. A name that is too long keeps its beginning and
 * ends in a hash of the whole, so that two long names that begin alike stay apart, and the same parts always give
 * the same name.
 *
 * @throws SlipwayError when the parts hold a character that the service refuses, or are empty.
 */
export function physicalName(kind: PhysicalKind, ...parts: readonly string[]): string {
  const { limit, pattern, says }: NameRule = rules[kind];
  const whole = parts.join("-");
  if (parts.some((part) => part === "") || !pattern.test(whole)) {
    throw new SlipwayError({
      what: `"${whole}" cannot be the name of a thing of the kind ${kind}`,
      allowed: `${says}, at most ${limit} characters`,
    });
  }
  if (whole.length <= limit) return whole;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, HASH_LENGTH);
  const head = whole.slice(0, limit - HASH_LENGTH - 1).replace(/[^0-9A-Za-z]+$/, "");
  return `${head}-${hash}`;
}

/** Who answers for a cloud resource. */
export interface TagArgs {
  readonly project: string;
  /** The stack, e.g. `production`. */
  readonly stack: string;
  /** The stage, e.g. `production`. */
  readonly stage: string;
  /** Team that answers for it. */
  readonly owner: string;
}

/** Tags that every cloud resource of a stack carries; a stack's own tags are added by the caller. */
export function tags({ project, stack, stage, owner }: TagArgs): Record<string, string> {
  return {
    "slipway:project": project,
    "slipway:stack": stack,
    "slipway:stage": stage,
    "slipway:owner": owner,
    "slipway:managed-by": "pulumi",
  };
}

/** The partition that a region belongs to, as the second part of its ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("cn-") ? "aws-cn" : "aws";
}
