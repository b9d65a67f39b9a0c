import { at, isAbsent, list, shown } from "../../core/json";
import { resourceRule } from "../../core/rule";

const nodeClass = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

/** Images of the two families are made for EKS and mended by AWS; of an image of one's own nobody can tell from here. */
export const requireNodeImage = resourceRule({
  name: "aws-eks-node-require-supported-image",
  area: "cluster",
  title: "Nodes run AL2023 or Bottlerocket",
  description: "Nodes run Amazon Linux 2023 or Bottlerocket as AWS builds them for EKS.",
  level: "mandatory",
  severity: "high",
  checks: [9],
  ids: ["BPG hosts"],
  remedy:
    "Set amiType to AL2023_… or BOTTLEROCKET_…; for Karpenter select by alias, such as bottlerocket@v1.50.0.",
  url: "https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html",
  types: ["aws:eks/nodeGroup:NodeGroup", nodeClass],
  judge: ({ type, props }, judgement) => {
    judgement.part(() => {
      if (type === nodeClass) {
        const terms = at(props["spec"], "amiSelectorTerms");
        if (list(terms).length === 0) {
          judgement.report(
            "spec.amiSelectorTerms",
            "no image is named; select one by an alias of al2023 or bottlerocket.",
          );
        }
        judgement.each(terms, (term, index) => {
          const alias = at(term, "alias");
          if (typeof alias === "string" && /^(al2023|bottlerocket)@./.test(alias)) return;
          judgement.report(
            `spec.amiSelectorTerms[${index}].alias`,
            `alias is ${shown(alias)}, so nobody can tell what the nodes run; use one of al2023 or bottlerocket.`,
          );
        });
        return;
      }
      const image = props["amiType"];
      if (typeof image === "string" && /^(AL2023|BOTTLEROCKET)_/.test(image)) return;
      const what = isAbsent(image) ? "amiType is absent, so EKS chooses" : `amiType is ${shown(image)}`;
      judgement.report("amiType", `${what}; use AL2023_… or BOTTLEROCKET_….`);
    });
  },
});
