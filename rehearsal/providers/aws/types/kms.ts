import { between, flag, json, matches, number, oneOf, ref, text } from "../fields";
import type { Model, Situation } from "../model";
import { policyDocument } from "../policies";
import { T } from "./tokens";
import { keepsControl } from "./trust";

function checkControl(s: Situation): void {
  const policy = s.view.text("policy");
  if (
    policy !== undefined &&
    s.view.flag("bypassPolicyLockoutSafetyCheck") !== true &&
    !keepsControl(policy, s.accountId)
  ) {
    s.refuse(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
  }
}

/** The policy that a key gets when none is given. */
function defaultPolicy(s: Situation): string {
  return JSON.stringify({
    Id: "key-default-1",
    Statement: [
      {
        Action: "kms:*",
        Effect: "Allow",
        Principal: { AWS: `arn:${s.partition}:iam::${s.accountId}:root` },
        Resource: "*",
        Sid: "Enable IAM User Permissions",
      },
    ],
    Version: "2012-10-17",
  });
}

const SYMMETRIC = "SYMMETRIC_DEFAULT";

const key: Model = {
  type: T.key,
  tags: true,
  fields: {
    bypassPolicyLockoutSafetyCheck: flag({ default: false }),
    customerMasterKeySpec: text({
      default: SYMMETRIC,
      forceNew: true,
      check: oneOf(
        SYMMETRIC,
        "RSA_2048",
        "RSA_3072",
        "RSA_4096",
        "ECC_NIST_P256",
        "ECC_NIST_P384",
        "HMAC_256",
      ),
    }),
    deletionWindowInDays: number({ check: between(7, 30) }),
    description: text({
      computed: true,
      check: (value) => (value.length <= 8192 ? undefined : "may have 8192 characters"),
    }),
    enableKeyRotation: flag({ computed: true }),
    isEnabled: flag({ default: true }),
    keyUsage: text({
      default: "ENCRYPT_DECRYPT",
      forceNew: true,
      check: oneOf("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC"),
    }),
    multiRegion: flag({ computed: true, forceNew: true }),
    policy: json({ computed: true, check: policyDocument("resource") }),
    rotationPeriodInDays: number({ computed: true, check: between(90, 2560) }),
  },
  computed: ["arn", "keyId"],
  *rules(view) {
    if (view.flag("enableKeyRotation") === true && view.text("customerMasterKeySpec") !== SYMMETRIC) {
      yield { property: "enableKeyRotation", reason: "only a symmetric key can rotate" };
    }
    if (
      view.has("rotationPeriodInDays") &&
      view.flag("enableKeyRotation") !== true &&
      !view.unknown("enableKeyRotation")
    ) {
      yield { property: "rotationPeriodInDays", reason: "rotationPeriodInDays needs enableKeyRotation" };
    }
  },
  id(s) {
    const digits = s.hex(32);
    return [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end)).join("-");
  },
  outputs: (s) => ({
    arn: s.arn("kms", `key/${s.id}`),
    keyId: s.id,
    description: s.view.text("description") ?? "",
    enableKeyRotation: s.view.flag("enableKeyRotation") ?? false,
    multiRegion: s.view.flag("multiRegion") ?? false,
    policy: s.view.text("policy") ?? defaultPolicy(s),
    rotationPeriodInDays:
      s.view.number("rotationPeriodInDays") ?? (s.view.flag("enableKeyRotation") === true ? 365 : 0),
  }),
  admit: checkControl,
  deletionWindow: (s) => s.view.number("deletionWindowInDays") ?? 30,
};

const alias: Model = {
  type: T.alias,
  autoName: { field: "name", max: 256, prefix: "alias/" },
  fields: {
    name: text({
      forceNew: true,
      check: (value) =>
        value.startsWith("alias/aws/")
          ? "must not begin with alias/aws/, which is reserved"
          : matches(
              /^alias\/[A-Za-z0-9/_-]{1,250}$/,
              "must begin with alias/ and hold a-z, A-Z, 0-9 and / _ -",
            )(value),
    }),
    targetKeyId: text({ required: true }),
  },
  computed: ["arn", "targetKeyArn"],
  id: (s) => s.view.text("name") ?? "",
  outputs(s) {
    const target = targetOf(s);
    return { arn: s.arn("kms", s.id), targetKeyArn: target?.attributes["arn"] ?? "" };
  },
  admit(s) {
    if (s.view.text("targetKeyId") !== undefined && targetOf(s) === undefined) {
      s.refuse(
        "NotFoundException",
        `targetKeyId names ${s.view.text("targetKeyId") ?? ""} which does not exist in this account`,
      );
    }
    const name = s.view.text("name");
    if (
      s.verb === "creating" &&
      name !== undefined &&
      s.account.find(T.alias, "id", name, s.region) !== undefined
    ) {
      s.refuse("AlreadyExistsException", `An alias with the name ${s.arn("kms", name)} already exists`);
    }
  },
  goesWith: { field: "targetKeyId", type: T.key, by: "id" },
};

function targetOf(s: Situation) {
  const target = s.view.text("targetKeyId") ?? "";
  return s.account.find(T.key, "id", target, s.region) ?? s.account.find(T.key, "arn", target, s.region);
}

const keyPolicy: Model = {
  type: T.keyPolicy,
  fields: {
    bypassPolicyLockoutSafetyCheck: flag({ default: false }),
    keyId: ref(T.key, { required: true, forceNew: true }),
    policy: json({ required: true, check: policyDocument("resource") }),
  },
  computed: [],
  id: (s) => s.view.text("keyId") ?? "",
  admit: checkControl,
  goesWith: { field: "keyId", type: T.key, by: "id" },
};

export const kmsModels: readonly Model[] = [key, alias, keyPolicy];
