import { celTexts } from "../../core/cel";
import { at, fields, isAbsent, shown } from "../../core/json";
import { eachSecurityContext, podRule } from "../../kubernetes/pods";

const allowed: readonly unknown[] = ["RuntimeDefault", "Localhost"];
const celAllowed = celTexts(["RuntimeDefault", "Localhost"]);

/** Prefix of the annotations that said it before Kubernetes 1.30 had the field; the API server still reads them. */
const prefix = "container.apparmor.security.beta.kubernetes.io/";

/** The container runtime has a default profile, which a pod may replace but not take off. */
export const restrictAppArmorProfiles = podRule({
  name: "kubernetes-core-pod-restrict-apparmor-profiles",
  area: "pod-security",
  title: "AppArmor stays on",
  description: "AppArmor profiles, where they are set, are RuntimeDefault or Localhost ones.",
  level: "mandatory",
  severity: "medium",
  checks: [],
  ids: ["PSS restricted"],
  remedy: "Leave appArmorProfile and its annotation out, or set type RuntimeDefault or Localhost.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  judge: (pod, judgement) => {
    eachSecurityContext(pod, judgement, ({ path, label, fields: context }) => {
      const profile = context["appArmorProfile"];
      if (isAbsent(profile)) return;
      const { type } = fields(profile);
      if (allowed.includes(type)) return;
      judgement.report(
        `${path}.appArmorProfile.type`,
        `${label} has AppArmor profile ${shown(type)}; set it to RuntimeDefault or leave it out.`,
      );
    });
    judgement.part(() => {
      const annotations = fields(at(pod.metadata, "annotations"));
      const path = pod.path.replace(/spec$/, "metadata.annotations");
      for (const key of Object.keys(annotations).filter((one) => one.startsWith(prefix))) {
        judgement.part(() => {
          const value = annotations[key];
          if (isAbsent(value) || value === "" || value === "runtime/default") return;
          if (typeof value === "string" && value.startsWith("localhost/")) return;
          judgement.report(
            `${path}["${key}"]`,
            `container ${shown(key.slice(prefix.length))} has AppArmor profile ${shown(value)}; leave the annotation out.`,
          );
        });
      }
    });
  },
  cel: {
    variables: [{ name: "annotations", expression: "variables.template.?metadata.?annotations.orValue({})" }],
    validations: () => [
      {
        expression: `variables.contexts.all(c, c.?appArmorProfile.orValue(null) == null || c.appArmorProfile.?type.orValue('') in ${celAllowed})`,
        message: "the pod or a container has an AppArmor profile that is not allowed; set RuntimeDefault.",
      },
      {
        expression: `variables.annotations.all(key, !key.startsWith('${prefix}') || variables.annotations[key] in ['', 'runtime/default'] || variables.annotations[key].startsWith('localhost/'))`,
        message: "an annotation sets an AppArmor profile that is not allowed; leave it out.",
      },
    ],
  },
});
