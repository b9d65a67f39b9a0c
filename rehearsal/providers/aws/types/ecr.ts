import type { Json } from "../../part";
import { block, flag, json, list, matches, oneOf, ref, set, text } from "../fields";
import type { Model, Situation } from "../model";
import { policyDocument } from "../policies";
import { lifecycle } from "./ecr-lifecycle";
import { T } from "./tokens";

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
const NAME = /^(?=.{2,256}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

const exclusions = list(
  block({
    filter: text({
      required: true,
      check: matches(/^[0-9a-zA-Z._*-]{1,128}$/, "may have 128 characters of a-z, A-Z, 0-9 and . _ * -"),
    }),
    filterType: text({ required: true, check: oneOf("WILDCARD") }),
  }),
  { check: (items) => (items.length <= 5 ? undefined : "may have 5 filters") },
);

const repository: Model = {
  type: T.repository,
  tags: true,
  autoName: { field: "name", max: 256, lower: true },
  fields: {
    // Left out is no difference to AES256, which AWS then reports.
    encryptionConfigurations: list(
      block({
        encryptionType: text({
          default: "AES256",
          forceNew: true,
          check: oneOf("AES256", "KMS", "KMS_DSSE"),
        }),
        kmsKey: ref(T.key, { computed: true, forceNew: true }, "arn"),
      }),
      {
        computed: true,
        forceNew: true,
        check: (items) => (items.length <= 1 ? undefined : "may have one entry"),
      },
    ),
    forceDelete: flag({ default: false }),
    imageScanningConfiguration: block({ scanOnPush: flag({ required: true }) }),
    imageTagMutability: text({
      default: "MUTABLE",
      check: oneOf("MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"),
    }),
    imageTagMutabilityExclusionFilters: exclusions,
    name: text({
      forceNew: true,
      check: matches(NAME, "must be 2 to 256 characters: lower-case words joined by . _ - and /"),
    }),
  },
  computed: ["arn", "registryId", "repositoryUrl"],
  *rules(view) {
    const excluding = view.text("imageTagMutability")?.endsWith("_WITH_EXCLUSION") === true;
    if (
      excluding !== view.has("imageTagMutabilityExclusionFilters") &&
      view.text("imageTagMutability") !== undefined
    ) {
      yield {
        property: "imageTagMutabilityExclusionFilters",
        reason: "exclusion filters go with a mutability that ends in _WITH_EXCLUSION, and only with it",
      };
    }
    for (const one of view.blocks("encryptionConfigurations")) {
      if (one.text("encryptionType") === "AES256" && one.has("kmsKey")) {
        yield { property: "encryptionConfigurations", reason: "kmsKey does not go with AES256" };
      }
    }
  },
  id: (s) => s.view.text("name") ?? "",
  outputs: (s) => ({
    arn: s.arn("ecr", `repository/${s.id}`),
    registryId: s.accountId,
    repositoryUrl: `${s.accountId}.dkr.ecr.${s.region}.amazonaws.com/${s.id}`,
    encryptionConfigurations: s.view.has("encryptionConfigurations")
      ? [...((s.view.props["encryptionConfigurations"] ?? []) as readonly Json[])]
      : [{ encryptionType: "AES256", kmsKey: "" }],
  }),
  admit(s) {
    const name = s.view.text("name");
    if (
      s.verb === "creating" &&
      name !== undefined &&
      s.account.find(T.repository, "id", name, s.region) !== undefined
    ) {
      s.refuse(
        "RepositoryAlreadyExistsException",
        `The repository with name '${name}' already exists in the registry with id '${s.accountId}'`,
      );
    }
  },
  release(s) {
    if (s.view.flag("forceDelete") !== true && s.account.images(s.id).length > 0) {
      s.refuse(
        "RepositoryNotEmptyException",
        `The repository with name '${s.id}' in registry with id '${s.accountId}' cannot be deleted because it still contains images`,
      );
    }
  },
};

function one(type: string, fields: Model["fields"]): Model {
  return {
    type,
    fields: { repository: ref(T.repository, { required: true, forceNew: true }, "name"), ...fields },
    computed: ["registryId"],
    goesWith: { field: "repository", type: T.repository, by: "name" },
    id: (s) => s.view.text("repository") ?? "",
    outputs: (s) => ({ registryId: s.accountId }),
    admit(s) {
      const name = s.view.text("repository");
      if (
        s.verb === "creating" &&
        name !== undefined &&
        s.account.find(type, "id", name, s.region) !== undefined
      ) {
        s.refuse(
          "InvalidParameterException",
          `the repository ${name} has such a policy already, by another resource`,
        );
      }
    },
  };
}

const scanning: Model = {
  type: T.scanning,
  fields: {
    rules: set(
      block({
        repositoryFilters: set(
          block({
            filter: text({ required: true }),
            filterType: text({ required: true, check: oneOf("WILDCARD") }),
          }),
          { required: true },
        ),
        scanFrequency: text({ required: true, check: oneOf("SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL") }),
      }),
      { check: (items) => (items.length <= 100 ? undefined : "may have 100 rules") },
    ),
    scanType: text({ required: true, check: oneOf("BASIC", "ENHANCED") }),
  },
  computed: ["registryId"],
  *rules(view) {
    for (const rule of view.blocks("rules")) {
      const frequency = rule.text("scanFrequency");
      if (view.text("scanType") === "BASIC" && frequency === "CONTINUOUS_SCAN") {
        yield { property: "rules", reason: "CONTINUOUS_SCAN needs scanType ENHANCED" };
      }
    }
  },
  id: (s) => s.accountId,
  outputs: (s) => ({ registryId: s.accountId }),
  admit: onlyOne,
};

function onlyOne(s: Situation): void {
  if (s.verb === "creating" && s.account.find(s.type, "id", s.accountId, s.region) !== undefined) {
    s.refuse(
      "ValidationException",
      `another resource manages this setting of the registry ${s.accountId} already`,
    );
  }
}

const UPSTREAMS = [
  "public.ecr.aws",
  "registry.k8s.io",
  "quay.io",
  "registry-1.docker.io",
  "ghcr.io",
  "registry.gitlab.com",
];

const pullThroughCache: Model = {
  type: T.pullThroughCache,
  fields: {
    credentialArn: text({
      check: matches(
        /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:ecr-pullthroughcache\/.+$/,
        "must be the ARN of a secret whose name begins with ecr-pullthroughcache/",
      ),
    }),
    ecrRepositoryPrefix: text({
      required: true,
      forceNew: true,
      check: (value) =>
        value === "ROOT" || (NAME.test(value) && value.length <= 30)
          ? undefined
          : "must be 2 to 30 lower-case characters, or ROOT",
    }),
    upstreamRegistryUrl: text({ required: true, forceNew: true, check: oneOf(...UPSTREAMS) }),
    upstreamRepositoryPrefix: text({ computed: true, forceNew: true }),
  },
  computed: ["registryId"],
  *rules(view) {
    const upstream = view.text("upstreamRegistryUrl") ?? "";
    if (
      ["registry-1.docker.io", "ghcr.io", "registry.gitlab.com"].includes(upstream) &&
      !view.has("credentialArn")
    ) {
      yield { property: "credentialArn", reason: `${upstream} needs credentialArn` };
    }
  },
  id: (s) => s.view.text("ecrRepositoryPrefix") ?? "",
  outputs: (s) => ({
    registryId: s.accountId,
    upstreamRepositoryPrefix: s.view.text("upstreamRepositoryPrefix") ?? "ROOT",
  }),
  admit(s) {
    const prefix = s.view.text("ecrRepositoryPrefix");
    if (
      s.verb === "creating" &&
      prefix !== undefined &&
      s.account.find(T.pullThroughCache, "id", prefix, s.region) !== undefined
    ) {
      s.refuse(
        "PullThroughCacheRuleAlreadyExistsException",
        `A pull through cache rule with repository prefix ${prefix} already exists.`,
      );
    }
  },
};

export const ecrModels: readonly Model[] = [
  repository,
  // The provider replaces a lifecycle policy whose document changes.
  one(T.lifecyclePolicy, { policy: json({ required: true, forceNew: true, check: lifecycle }) }),
  one(T.repositoryPolicy, { policy: json({ required: true, check: policyDocument("repository") }) }),
  scanning,
  pullThroughCache,
];
