import { at, isAbsent, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Secrets in etcd are encrypted once more with a key of the customer's, whose use is logged and can be stopped. */
export const requireSecretsEncryption = resourceRule({
  name: "aws-eks-cluster-require-secrets-encryption",
  area: "cluster",
  title: "Secrets are encrypted with a customer key",
  description: "The cluster encrypts Kubernetes secrets with a customer key of KMS.",
  level: "mandatory",
  severity: "high",
  checks: [2],
  ids: ["CIS 5.3.1", "C-0066"],
  remedy: 'Set encryptionConfig: { provider: { keyArn: <ARN of your key> }, resources: ["secrets"] }.',
  url: "https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html",
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const config = props["encryptionConfig"];
      judgement.part(() => {
        if (list(at(config, "resources")).includes("secrets")) return;
        judgement.report(
          "encryptionConfig.resources",
          'secrets are not encrypted with a key of yours; set encryptionConfig with resources ["secrets"].',
        );
      });
      judgement.part(() => {
        const key = at(config, "provider", "keyArn");
        // The keys that AWS makes for a service can neither be stopped nor given a policy.
        if (typeof key === "string" && key !== "" && !key.includes("alias/aws/")) return;
        // Said above already.
        if (isAbsent(config)) return;
        judgement.report(
          "encryptionConfig.provider.keyArn",
          `${shown(key)} is no customer key; name one of your own by its ARN.`,
        );
      });
    });
  },
});
