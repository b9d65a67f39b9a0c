import { between, block, flag, json, list, matches, number, oneOf, ref, set, text } from "../fields";
import type { Fields } from "../fields";
import type { Model } from "../model";
import { policyDocument } from "../policies";
import { isObject, textOf } from "../values";
import type { Json } from "../../part";
import { T } from "./tokens";

const bucket: Model = {
  type: T.bucket,
  tags: true,
  autoName: { field: "bucket", max: 63, lower: true },
  fields: {
    bucket: text({
      forceNew: true,
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
      check: matches(
        /^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3)$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "must have 3 to 63 lower-case letters, digits, . and -, and begin and end with a letter or digit",
      ),
    }),
    forceDestroy: flag({ default: false }),
  },
  computed: [
    "arn",
    "bucketDomainName",
    "bucketRegion",
    "bucketRegionalDomainName",
    "hostedZoneId",
    "websiteDomain",
    "websiteEndpoint",
  ],
  id: (s) => s.view.text("bucket") ?? "",
  outputs: (s) => ({
    arn: `arn:${s.partition}:s3:::${s.id}`,
    bucketDomainName: `${s.id}.s3.amazonaws.com`,
    bucketRegion: s.region,
    bucketRegionalDomainName: `${s.id}.s3.${s.region}.amazonaws.com`,
    hostedZoneId: `Z${s.hex(13, "zone").toUpperCase()}`,
    websiteDomain: "",
    websiteEndpoint: "",
  }),
  admit(s) {
    const name = s.view.text("bucket") ?? "";
    if (s.verb === "creating" && s.account.find(T.bucket, "id", name) !== undefined)
      s.refuse("BucketAlreadyOwnedByYou", `the bucket ${name} exists already`);
  },
};

/** A setting of a bucket that is a resource of its own: one each, gone with the bucket. */
function setting(type: string, fields: Fields, more: Partial<Model> = {}): Model {
  return {
    type,
    fields: { bucket: ref(T.bucket, { required: true, forceNew: true }), ...fields },
    computed: [],
    goesWith: { field: "bucket", type: T.bucket, by: "id" },
    id: (s) => s.view.text("bucket") ?? "",
    ...more,
  };
}

const publicAccessBlock = setting(T.publicAccessBlock, {
  blockPublicAcls: flag({ default: false }),
  blockPublicPolicy: flag({ default: false }),
  ignorePublicAcls: flag({ default: false }),
  restrictPublicBuckets: flag({ default: false }),
});

const versioning = setting(T.versioning, {
  versioningConfiguration: block(
    { status: text({ required: true, check: oneOf("Enabled", "Suspended", "Disabled") }) },
    { required: true },
  ),
});

const encryption = setting(
  T.bucketEncryption,
  {
    rules: set(
      block({
        applyServerSideEncryptionByDefault: block({
          kmsMasterKeyId: ref(T.key, {}, "arn"),
          sseAlgorithm: text({ required: true, check: oneOf("AES256", "aws:kms", "aws:kms:dsse") }),
        }),
        bucketKeyEnabled: flag(),
      }),
      { required: true },
    ),
  },
  {
    *rules(view) {
      for (const rule of view.blocks("rules")) {
        const own = rule.block("applyServerSideEncryptionByDefault");
        if (own.text("sseAlgorithm") === "AES256" && own.has("kmsMasterKeyId"))
          yield { property: "rules", reason: "kmsMasterKeyId does not go with AES256" };
      }
    },
  },
);

/** Whether a statement lets anybody in, on no condition. */
function isPublic(statement: Json): boolean {
  if (!isObject(statement) || statement["Effect"] !== "Allow") return false;
  const principal = statement["Principal"];
  const everybody = principal === "*" || (isObject(principal) && principal["AWS"] === "*");
  return everybody && statement["Condition"] === undefined;
}

const bucketPolicy = setting(
  T.bucketPolicy,
  { policy: json({ required: true, check: policyDocument("resource") }) },
  {
    admit(s) {
      const text = s.view.text("policy");
      if (text === undefined) return;
      const guard = s.account.find(T.publicAccessBlock, "bucket", s.view.text("bucket") ?? "");
      const { Statement: statements } = JSON.parse(text) as { Statement: Json };
      const all: readonly Json[] = Array.isArray(statements) ? statements : [statements];
      if (guard?.attributes["blockPublicPolicy"] === true && all.some(isPublic))
        s.refuse("AccessDenied", "public policies are prevented by the BlockPublicPolicy setting");
      const name = s.view.text("bucket") ?? "";
      const own = `arn:${s.partition}:s3:::${name}`;
      const stranger = all.flatMap(resourcesOf).find((arn) => arn !== own && !arn.startsWith(`${own}/`));
      if (stranger !== undefined && name !== "")
        s.refuse("MalformedPolicy", `Policy has invalid resource ${stranger}`);
    },
  },
);

function resourcesOf(statement: Json): string[] {
  const resource = isObject(statement) ? statement["Resource"] : undefined;
  if (Array.isArray(resource)) return resource.map((one: Json) => textOf(one));
  return typeof resource === "string" ? [resource] : [];
}

const days = number({ check: between(1, 2147483647) });
const lifecycle = setting(
  T.bucketLifecycle,
  {
    rules: list(
      block({
        abortIncompleteMultipartUpload: block({ daysAfterInitiation: days }),
        expiration: block({ days, expiredObjectDeleteMarker: flag({ computed: true }) }),
        filter: block({ prefix: text() }),
        id: text({
          required: true,
          check: (value) => (value.length <= 255 ? undefined : "may have 255 characters"),
        }),
        noncurrentVersionExpiration: block({ noncurrentDays: { ...days, required: true } }),
        status: text({ required: true, check: oneOf("Enabled", "Disabled") }),
      }),
      { required: true },
    ),
    transitionDefaultMinimumObjectSize: text({ computed: true }),
  },
  {
    *rules(view) {
      const rules = view.blocks("rules");
      const ids = rules.map((rule) => rule.text("id"));
      if (new Set(ids).size !== ids.length) yield { property: "rules", reason: "two rules have one id" };
      for (const rule of rules) {
        const does = ["abortIncompleteMultipartUpload", "expiration", "noncurrentVersionExpiration"];
        if (!does.some((action) => rule.has(action)))
          yield { property: "rules", reason: `the rule ${rule.text("id") ?? ""} does nothing` };
        if (!rule.has("filter"))
          yield {
            property: "rules",
            reason: `the rule ${rule.text("id") ?? ""} needs a filter, which may be empty`,
          };
      }
    },
    outputs: () => ({ transitionDefaultMinimumObjectSize: "all_storage_classes_128K" }),
  },
);

const ownership = setting(T.bucketOwnership, {
  rule: block(
    {
      objectOwnership: text({
        required: true,
        check: oneOf("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
      }),
    },
    { required: true },
  ),
});

export const bucketModels: readonly Model[] = [
  bucket,
  publicAccessBlock,
  versioning,
  encryption,
  bucketPolicy,
  lifecycle,
  ownership,
];
