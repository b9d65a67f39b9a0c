/** Releases that a repository keeps. */
export const KEPT_RELEASES = 30;
/** Days after which an image without a tag is dropped. */
export const UNTAGGED_DAYS = 7;

/**
 * The lifecycle policy of a repository. Priorities only say which rule is looked at first; no image can match both,
 * for it either has a tag or not.
 *
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function lifecyclePolicy(): object {
  return {
    rules: [
      {
        rulePriority: 1,
        description: `Keep the last ${KEPT_RELEASES} releases`,
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["*"],
          countType: "imageCountMoreThan",
          countNumber: KEPT_RELEASES,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `Drop images without a tag after ${UNTAGGED_DAYS} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: UNTAGGED_DAYS,
        },
        action: { type: "expire" },
      },
    ],
  };
}

/** Lets the principals pull and nothing else: not push, not list, not delete. */
export function pullPolicy(principalArns: readonly string[]): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Pull",
        Effect: "Allow",
        Principal: { AWS: principalArns },
        Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      },
    ],
  };
}
