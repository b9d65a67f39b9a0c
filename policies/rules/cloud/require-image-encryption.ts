import { at, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Who may read the layers is then the key's to say too. It cannot be changed later. */
export const requireImageEncryption = resourceRule({
  name: "aws-ecr-repository-require-kms",
  area: "cloud",
  title: "Images are encrypted with KMS",
  description: "Every repository encrypts its images with a key of KMS.",
  level: "mandatory",
  severity: "medium",
  checks: [12],
  ids: ["CIS 5.1.1", "CIS 5.1.2", "CIS 5.1.3", "PR ecr_*"],
  remedy: 'Set encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: <ARN of your key> }].',
  url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html",
  types: ["aws:ecr/repository:Repository", "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      // AWS takes one at most.
      const type = at(list(props["encryptionConfigurations"])[0], "encryptionType");
      if (type === "KMS" || type === "KMS_DSSE") return;
      judgement.report(
        "encryptionConfigurations[0].encryptionType",
        `images are not encrypted with KMS: encryptionType is ${shown(type)}; set it to "KMS".`,
      );
    });
  },
});
