import { at, isAbsent, shown } from "../../core/json";
import { eachMember } from "../../kubernetes/members";
import { eachContainer, podRule } from "../../kubernetes/pods";

/**
 * Variables are inherited by every process that a container starts, and end in crash reports and logs; they also keep
 * their first value until the pod is replaced. A file has none of that.
 */
export const preferSecretFiles = podRule({
  name: "kubernetes-core-pod-prefer-secret-files",
  area: "secrets",
  title: "Secrets come as files",
  description: "No variable of a container takes its value from a Secret.",
  level: "advisory",
  severity: "low",
  checks: [33],
  ids: ["CIS 4.4.1"],
  remedy: "Mount the Secret as a volume and let the program read the file.",
  url: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/#restrict-secret-access-to-specific-containers",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const names: string[] = [];
      eachMember(container, "env", judgement, (variable) => {
        if (isAbsent(at(variable, "valueFrom", "secretKeyRef"))) return;
        names.push(shown(at(variable, "name")).replaceAll('"', ""));
      });
      eachMember(container, "envFrom", judgement, (source) => {
        if (!isAbsent(at(source, "secretRef"))) names.push("all of a Secret");
      });
      if (names.length === 0) return;
      judgement.report(
        `${path}.env`,
        `${label} takes from Secrets into its variables: ${names.slice(0, mostNamed).join(", ")}${names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ""}; mount the Secret and let the program read the file.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression:
          "variables.containers.all(c, c.?env.orValue([]).all(e, !has(e.valueFrom) || !has(e.valueFrom.secretKeyRef)) && c.?envFrom.orValue([]).all(s, !has(s.secretRef)))",
        message:
          "a container takes a Secret into its variables; mount the Secret and let the program read the file.",
      },
    ],
  },
});

const mostNamed = 5;
