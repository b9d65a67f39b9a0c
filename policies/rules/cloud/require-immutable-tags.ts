import { fields, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** What was tested under a tag is what runs under it, for ever. */
export const requireImmutableTags = resourceRule({
  name: "aws-ecr-repository-require-immutable-tags",
  area: "cloud",
  title: "Image tags never move",
  description: "No image tag of a repository can be pushed twice, but for the exceptions that are named.",
  level: "mandatory",
  severity: "high",
  checks: [12],
  ids: ["CIS 5.1.1", "CIS 5.1.2", "CIS 5.1.3", "PR ecr_*"],
  remedy:
    'Set imageTagMutability: "IMMUTABLE", or "IMMUTABLE_WITH_EXCLUSION" with filters such as buildcache*.',
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
  types: ["aws:ecr/repository:Repository", "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const mutability = props["imageTagMutability"];
      if (mutability === "IMMUTABLE") return;
      if (mutability !== "IMMUTABLE_WITH_EXCLUSION") {
        judgement.report(
          "imageTagMutability",
          `tags can be pushed again: imageTagMutability is ${shown(mutability)}; set it to "IMMUTABLE".`,
        );
        return;
      }
      const path = "imageTagMutabilityExclusionFilters";
      const filters = props[path];
      if (list(filters).length === 0) {
        judgement.report(path, 'no exception is named; name those that are needed or use "IMMUTABLE".');
      }
      judgement.each(filters, (item, index) => {
        const filter = fields(item)["filter"];
        if (typeof filter === "string" && /[^*]/.test(filter)) return;
        judgement.report(`${path}[${index}].filter`, `${shown(filter)} is every tag; name the exceptions.`);
      });
    });
  },
});
