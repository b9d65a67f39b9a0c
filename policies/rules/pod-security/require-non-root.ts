import { fields, isAbsent, shown } from "../../core/json";
import { eachContainer, hasOwnUsers, podRule } from "../../kubernetes/pods";

/**
 * The kubelet starts no container as root. A container's own word takes precedence over its pod's, as Kubernetes has
 * it; a pod that says false is refused whatever its containers say, as Pod Security has it.
 */
export const requireNonRoot = podRule({
  name: "kubernetes-core-pod-require-non-root",
  area: "pod-security",
  title: "Containers run as non-root",
  description:
    "Every container says runAsNonRoot: true, or its pod does, unless the pod has user ids of its own.",
  level: "mandatory",
  severity: "high",
  checks: [19],
  ids: ["C-0013", "PSS restricted"],
  remedy: "Set securityContext.runAsNonRoot: true on the pod, and nowhere to false.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    const ofPod = (): unknown => fields(pod.spec["securityContext"])["runAsNonRoot"];
    judgement.part(() => {
      const value = ofPod();
      if (isAbsent(value) || value === true || hasOwnUsers(pod)) return;
      judgement.report(
        `${pod.path}.securityContext.runAsNonRoot`,
        `the pod may run as root: runAsNonRoot is ${shown(value)}; set it to true.`,
      );
    });
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const own = fields(container["securityContext"])["runAsNonRoot"];
      // Where the pod has a value, its own part has judged that.
      if (own === true || (isAbsent(own) && !isAbsent(ofPod())) || hasOwnUsers(pod)) return;
      judgement.report(
        `${path}.securityContext.runAsNonRoot`,
        `${label} may run as root: runAsNonRoot is ${shown(own)}; set it to true on the container or its pod.`,
      );
    });
  },
  cel: {
    variables: [{ name: "nonRoot", expression: "variables.context.?runAsNonRoot.orValue(null)" }],
    validations: () => [
      {
        expression: "variables.hasOwnUsers || variables.nonRoot == null || variables.nonRoot == true",
        message: "the pod may run as root; set its runAsNonRoot to true.",
      },
      {
        expression:
          "variables.hasOwnUsers || variables.containers.all(c, c.?securityContext.?runAsNonRoot.orValue(variables.nonRoot) == true)",
        message: "a container may run as root; set runAsNonRoot: true on the container or its pod.",
      },
    ],
  },
});
