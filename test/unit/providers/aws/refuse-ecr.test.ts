import { lifecycle, T, untagged } from "./fixtures";
import { allow, arn, policy, refuses } from "./refusals";
import type { Case } from "./refusals";

const cases: readonly Case[] = [
  ["an upper-case repository", T.repository, { name: "Team/app" }, /lower-case words/],
  ["a repository name of one character", T.repository, { name: "a" }, /2 to 256/],
  ["two repositories of one name", T.repository, { name: "team/app" }, /RepositoryAlreadyExistsException/],
  ["a mutability that is none", T.repository, { imageTagMutability: "CONSTANT" }, /must be one of MUTABLE/],
  [
    "exclusions without the mutability for them",
    T.repository,
    { imageTagMutabilityExclusionFilters: [{ filter: "dev-*", filterType: "WILDCARD" }] },
    /_WITH_EXCLUSION/,
  ],
  [
    "a key beside AES256",
    T.repository,
    ({ key }) => ({ encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: arn(key) }] }),
    /does not go with AES256/,
  ],
  [
    "a lifecycle of a repository that is not there",
    T.lifecyclePolicy,
    { repository: "gone" },
    /which does not exist/,
  ],
  ["a lifecycle without rules", T.lifecyclePolicy, { policy: "{}" }, /no rules/],
  [
    "one priority twice",
    T.lifecyclePolicy,
    { policy: lifecycle(untagged, untagged) },
    /rulePriority 1 is used twice/,
  ],
  [
    "a lifecycle that does something else",
    T.lifecyclePolicy,
    { policy: lifecycle({ ...untagged, action: { type: "archive" } }) },
    /needs the action/,
  ],
  [
    "tagged images without a pattern",
    T.lifecyclePolicy,
    { policy: lifecycle({ ...untagged, selection: { ...untagged.selection, tagStatus: "tagged" } }) },
    /needs one of tagPrefixList, tagPatternList/,
  ],
  [
    "an age without its unit",
    T.lifecyclePolicy,
    { policy: lifecycle({ ...untagged, selection: { ...untagged.selection, countUnit: undefined } }) },
    /needs countUnit days/,
  ],
  [
    "any image before others",
    T.lifecyclePolicy,
    {
      policy: lifecycle(
        { ...untagged, selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 } },
        { ...untagged, rulePriority: 2 },
      ),
    },
    /highest rulePriority/,
  ],
  [
    "a repository policy with a resource",
    T.repositoryPolicy,
    { policy: policy({ ...allow, Principal: "*" }) },
    /prohibited field Resource/,
  ],
  [
    "continuous scans without the enhanced kind",
    T.scanning,
    { rules: [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: [] }] },
    /needs scanType ENHANCED/,
  ],
  [
    "a cache of an unknown registry",
    T.pullThroughCache,
    { upstreamRegistryUrl: "registry.example.com" },
    /must be one of public\.ecr\.aws/,
  ],
  [
    "a cache of Docker Hub without a login",
    T.pullThroughCache,
    { upstreamRegistryUrl: "registry-1.docker.io" },
    /needs credentialArn/,
  ],
];

refuses("ECR", cases);
