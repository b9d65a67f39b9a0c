import { at, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

/** Who may enter stands in access entries, which IAM guards and CloudTrail records, and nobody enters unnamed. */
export const requireApiAuthentication = resourceRule({
  name: "aws-eks-cluster-require-api-authentication",
  area: "cluster",
  title: "Access entries alone let in",
  description:
    "Access to the cluster is by access entries alone, and who makes it is no hidden administrator.",
  level: "mandatory",
  severity: "high",
  checks: [4],
  ids: ["CIS 4.1.7", "CIS 5.5.1", "BPG"],
  remedy:
    'Set accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false } and make access entries.',
  url: "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html",
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const mode = at(props["accessConfig"], "authenticationMode");
      if (mode === "API") return;
      judgement.report(
        "accessConfig.authenticationMode",
        `the ConfigMap aws-auth can let in whom nobody sees: authenticationMode is ${shown(mode)}; set it to "API".`,
      );
    });
    judgement.part(() => {
      const field = "bootstrapClusterCreatorAdminPermissions";
      const isAdmin = at(props["accessConfig"], field);
      // On by default.
      if (isAdmin === false) return;
      judgement.report(
        `accessConfig.${field}`,
        `whoever makes the cluster administers it without an entry: ${field} is ${shown(isAdmin)}; set it to false.`,
      );
    });
  },
});
