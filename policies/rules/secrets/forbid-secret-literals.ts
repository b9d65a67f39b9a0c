import { celText } from "../../core/cel";
import { at, isAbsent, shown } from "../../core/json";
import type { Judgement } from "../../core/judgement";
import {
  credentialIn,
  credentialPattern,
  harmlessPattern,
  isHarmless,
  isSecretName,
  publicNamePattern,
  secretNamePattern,
} from "../../kubernetes/credentials";
import { eachMember } from "../../kubernetes/members";
import { eachContainer, podRule } from "../../kubernetes/pods";

const holdsCredential = (value: string): string => `${value}.matches(${celText(credentialPattern)})`;

/**
 * A secret in a pod's template can be read by whoever reads workloads, in the cluster and in the repository. No message
 * holds a value.
 */
export const forbidSecretLiterals = podRule({
  name: "kubernetes-core-pod-forbid-secret-literals",
  area: "secrets",
  title: "No secret is written into a container",
  description:
    "No variable that is named as a secret has a literal value, and no variable or argument holds a known credential.",
  level: "mandatory",
  severity: "critical",
  checks: [33],
  ids: ["CIS 4.4.2", "C-0012"],
  remedy: "Put the value into a Secret, best by an external store, and mount it as a file.",
  url: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      eachMember(container, "env", judgement, (variable, index) =>
        judgeVariable(variable, `${path}.env[${index}]`, label, judgement),
      );
      for (const field of ["command", "args"]) {
        eachMember(container, field, judgement, (argument, index) => {
          const credential = typeof argument === "string" ? credentialIn(argument) : undefined;
          if (credential === undefined) return;
          judgement.report(
            `${path}.${field}[${index}]`,
            `${label} holds ${credential} in its ${field}; put it into a Secret and mount that as a file.`,
          );
        });
      }
    });
  },
  cel: {
    variables: [
      {
        name: "literals",
        expression: "variables.containers.map(c, c.?env.orValue([]).filter(e, has(e.value)))",
      },
    ],
    validations: () => [
      {
        expression: `variables.literals.all(l, l.all(e, !e.name.lowerAscii().matches(${celText(secretNamePattern)}) || e.name.lowerAscii().matches(${celText(publicNamePattern)}) || e.value.matches(${celText(harmlessPattern)})))`,
        message: "a variable that is named as a secret has a literal value; take it from a Secret.",
      },
      {
        expression: `variables.literals.all(l, l.all(e, !${holdsCredential("e.value")}))`,
        message: "a variable holds a credential; take it from a Secret.",
      },
      {
        expression: `variables.containers.all(c, (c.?command.orValue([]) + c.?args.orValue([])).all(a, !${holdsCredential("a")}))`,
        message: "a command or an argument holds a credential; take it from a Secret.",
      },
    ],
  },
});

function judgeVariable(variable: unknown, path: string, label: string, judgement: Judgement): void {
  const value = at(variable, "value");
  if (isAbsent(value)) return;
  const name = at(variable, "name");
  // The API server takes text only; what is none is no secret less for that.
  const text = typeof value === "string" ? value : shown(value);
  const credential = credentialIn(text);
  if (credential !== undefined) {
    judgement.report(
      `${path}.value`,
      `${label} holds ${credential} in variable ${shown(name)}; put it into a Secret and mount that as a file.`,
    );
  } else if (typeof name === "string" && isSecretName(name) && !isHarmless(text)) {
    judgement.report(
      `${path}.value`,
      `${label} has a literal value in variable ${shown(name)}, which is named as a secret; put it into a Secret and mount that as a file.`,
    );
  }
}
