import { shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Logs repeat what passes through a system, so they are held as close as that. */
export const requireLogEncryption = resourceRule({
  name: "aws-cloudwatch-log-group-require-encryption",
  area: "cluster",
  title: "Logs are encrypted with a customer key",
  description: "Every log group is encrypted with a customer key of KMS.",
  level: "mandatory",
  severity: "medium",
  checks: [3],
  ids: ["CIS 2.1.1", "C-0067"],
  remedy: "Set kmsKeyId to the ARN of a key whose policy lets CloudWatch Logs use it.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
  types: ["aws:cloudwatch/logGroup:LogGroup"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const key = props["kmsKeyId"];
      if (typeof key === "string" && key !== "") return;
      judgement.report(
        "kmsKeyId",
        `the logs have no customer key: kmsKeyId is ${shown(key)}; set it to a key's ARN.`,
      );
    });
  },
});
