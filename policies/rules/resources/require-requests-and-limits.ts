import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containersOf, podSpecOf } from "../../kubernetes/pods";
import { fields, Judgement, shown } from "../../unknowns";

const quantity = /^[+]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+|[numkKMGTPE]i?)?$/;

/** Kubernetes takes a quantity as text or as a number; zero would ask for nothing, which is what the rule forbids. */
function isPositive(value: unknown): boolean {
  if (typeof value === "number") return value > 0;
  return typeof value === "string" && quantity.test(value) && Number.parseFloat(value) > 0;
}

/** Without a request a pod is the first to be evicted, without a limit it can starve its node. */
export const requireRequestsAndLimits: ResourceValidationPolicy = {
  name: "kubernetes-core-pod-require-requests-and-limits",
  displayName: "Containers have requests and limits",
  description: "Every container requests and limits cpu and memory.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["C-0270", "C-0271"],
  remediationSteps: "Set resources.requests and resources.limits for cpu and memory on the container.",
  url: "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
  validateResource: (args, report) => {
    const pod = podSpecOf(args.type, args.props);
    if (pod === undefined) return;
    const judgement = new Judgement();
    judgement.part(() => {
      // An ephemeral container cannot have resources: the API refuses them.
      for (const container of containersOf(pod).filter(({ kind }) => kind !== "ephemeral")) {
        for (const side of ["requests", "limits"]) {
          for (const resource of ["cpu", "memory"]) {
            judgement.part(() => {
              const value = fields(fields(container.fields["resources"])[side])[resource];
              if (!isPositive(value)) {
                report(
                  `${container.at} has no usable resources.${side}.${resource}: it is ${shown(value)}; set a quantity above 0, such as ${resource === "cpu" ? "250m" : "256Mi"}.`,
                );
              }
            });
          }
        }
      }
    });
    judgement.end();
  },
};
