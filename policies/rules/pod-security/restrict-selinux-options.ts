import { celTexts } from "../../core/cel";
import { fields, isAbsent, shown } from "../../core/json";
import { eachSecurityContext, podRule } from "../../kubernetes/pods";

/** The types that Pod Security allows in Kubernetes 1.36. */
const types = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** Another label of SELinux can be that of a process without confinement. */
export const restrictSelinuxOptions = podRule({
  name: "kubernetes-core-pod-restrict-selinux-options",
  area: "pod-security",
  title: "SELinux confines containers",
  description: "SELinux types, where they are set, are those of containers; user and role are not set.",
  level: "mandatory",
  severity: "medium",
  checks: [],
  ids: ["PSS restricted"],
  remedy: "Leave seLinuxOptions out, or set a container type only.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  judge: (pod, judgement) => {
    eachSecurityContext(pod, judgement, ({ path, label, fields: context }) => {
      const options = fields(context["seLinuxOptions"]);
      for (const field of ["type", "user", "role"] as const) {
        judgement.part(() => {
          const value = options[field];
          if (isAbsent(value) || value === "") return;
          if (field === "type" && typeof value === "string" && types.includes(value)) return;
          judgement.report(
            `${path}.seLinuxOptions.${field}`,
            `${label} sets SELinux ${field} ${shown(value)}; ${field === "type" ? `use one of ${types.join(", ")} or ` : ""}leave it out.`,
          );
        });
      }
    });
  },
  cel: {
    validations: () => [
      {
        expression: `variables.contexts.all(c, c.?seLinuxOptions.?type.orValue('') in ${celTexts(["", ...types])})`,
        message: `the pod or a container sets another SELinux type; use one of ${types.join(", ")}.`,
      },
      ...["user", "role"].map((field) => ({
        expression: `variables.contexts.all(c, c.?seLinuxOptions.?${field}.orValue('') == '')`,
        message: `the pod or a container sets an SELinux ${field}; leave it out.`,
      })),
    ],
  },
});
