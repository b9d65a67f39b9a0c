import { celTexts } from "../../core/cel";
import { at, fields, isAbsent, shown } from "../../core/json";
import { eachContainer, isWindows, podRule } from "../../kubernetes/pods";
import { podRemedy } from "../../kubernetes/remedies";

const allowed: readonly unknown[] = ["RuntimeDefault", "Localhost"];
const celAllowed = celTexts(["RuntimeDefault", "Localhost"]);

/**
 * Without a profile a container may ask the kernel anything. A container's own takes precedence over its pod's; a pod
 * with a bad one is refused whatever its containers say.
 */
export const requireSeccompProfile = podRule({
  name: "kubernetes-core-pod-require-seccomp-profile",
  area: "pod-security",
  title: "Containers have a seccomp profile",
  description: "Every container or its pod has the seccomp profile RuntimeDefault or a Localhost one.",
  level: "mandatory",
  severity: "medium",
  checks: [20],
  ids: ["C-0055", "PSS restricted"],
  remedy: "Set securityContext.seccompProfile.type: RuntimeDefault on the pod.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    const ofPod = (): unknown => fields(pod.spec["securityContext"])["seccompProfile"];
    judgement.part(() => {
      const profile = ofPod();
      if (isAbsent(profile)) return;
      const { type } = fields(profile);
      if (allowed.includes(type) || isWindows(pod)) return;
      judgement.report(
        `${pod.path}.securityContext.seccompProfile.type`,
        `the pod's seccomp profile is ${shown(type)}; set it to RuntimeDefault.`,
      );
    });
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const own = fields(container["securityContext"])["seccompProfile"];
      const type = at(own, "type");
      // Where the pod has a profile, its own part has judged that.
      if (allowed.includes(type) || (isAbsent(own) && !isAbsent(ofPod())) || isWindows(pod)) return;
      judgement.report(
        `${path}.securityContext.seccompProfile.type`,
        `${label} has no usable seccomp profile: it is ${shown(type)}; set RuntimeDefault on its pod.`,
      );
    });
  },
  cel: {
    variables: [{ name: "profile", expression: "variables.context.?seccompProfile.orValue(null)" }],
    validations: () => [
      {
        expression: `variables.isWindows || variables.profile == null || variables.context.seccompProfile.?type.orValue('') in ${celAllowed}`,
        message: "the pod's seccomp profile is not allowed; set it to RuntimeDefault.",
      },
      {
        expression: `variables.isWindows || variables.containers.all(c, c.?securityContext.?seccompProfile.orValue(null) == null ? variables.profile != null : c.securityContext.seccompProfile.?type.orValue('') in ${celAllowed})`,
        message: "a container has no usable seccomp profile; set RuntimeDefault on its pod.",
      },
    ],
  },
  remediate: podRemedy((pod, change) => {
    if (!isAbsent(at(pod.spec, "securityContext", "seccompProfile")) || isWindows(pod)) return;
    const without: unknown[] = [];
    change.eachContainer((container) => {
      if (isAbsent(at(container, "securityContext", "seccompProfile"))) without.push(container);
    });
    if (without.length > 0)
      change.set(pod.spec, ["securityContext", "seccompProfile"], { type: "RuntimeDefault" });
  }),
});
