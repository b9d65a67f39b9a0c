import { list } from "../../core/json";
import { resourceRule } from "../../core/rule";

const kinds = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/** What the control plane did can only be read afterwards if it was written down. */
export const requireControlPlaneLogs = resourceRule({
  name: "aws-eks-cluster-require-logs",
  area: "cluster",
  title: "The control plane writes all its logs",
  description: "All five kinds of control plane logs are on.",
  level: "mandatory",
  severity: "high",
  checks: [3],
  ids: ["CIS 2.1.1", "CIS 2.1.2", "C-0067"],
  remedy: `Set enabledClusterLogTypes to ${kinds.join(", ")}.`,
  url: "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
  types: ["aws:eks/cluster:Cluster"],
  judge: ({ props }, judgement) => {
    judgement.part(() => {
      const enabled = list(props["enabledClusterLogTypes"]);
      const missing = kinds.filter((kind) => !enabled.includes(kind));
      if (missing.length === 0) return;
      judgement.report(
        "enabledClusterLogTypes",
        `the control plane does not write ${missing.join(", ")}; name all of ${kinds.join(", ")}.`,
      );
    });
  },
});
