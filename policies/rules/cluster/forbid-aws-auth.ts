import { at } from "../../core/json";
import { objectRule } from "../../kubernetes/objects";

/** Whoever may write this ConfigMap may make himself administrator, past IAM. */
export const forbidAwsAuth = objectRule({
  name: "kubernetes-core-config-map-forbid-aws-auth",
  area: "cluster",
  title: "No aws-auth ConfigMap",
  description: "Nobody is let into the cluster by the ConfigMap aws-auth, which EKS has deprecated.",
  level: "mandatory",
  severity: "high",
  checks: [4],
  ids: ["CIS 4.1.7", "CIS 5.5.1", "BPG"],
  remedy: "Make an access entry (aws:eks/accessEntry) for each principal and delete the ConfigMap.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/migrating-access-entries.html",
  kinds: ["/ConfigMap"],
  types: ["kubernetes:core/v1:ConfigMap"],
  judge: (object, judgement) => {
    judgement.part(() => {
      // Cheapest first: nearly no object stands there.
      if (at(object.fields, "metadata", "namespace") !== "kube-system") return;
      if (at(object.fields, "metadata", "name") !== "aws-auth") return;
      judgement.report(
        `${object.path}metadata.name`,
        "aws-auth lets into the cluster past IAM; make access entries instead.",
      );
    });
  },
});
