import { at, isAbsent, shown } from "../../core/json";
import { eachSecurityContext, podRule } from "../../kubernetes/pods";

/** What a privileged container is on Linux. */
export const forbidWindowsHostProcess = podRule({
  name: "kubernetes-core-pod-forbid-windows-host-process",
  area: "pod-security",
  title: "Containers are no processes of a Windows node",
  description: "No pod and no container is a host process on Windows.",
  level: "mandatory",
  severity: "critical",
  checks: [],
  ids: ["PSS restricted"],
  remedy: "Leave securityContext.windowsOptions.hostProcess out, or set it to false.",
  url: "https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/",
  judge: (pod, judgement) => {
    eachSecurityContext(pod, judgement, ({ path, label, fields: context }) => {
      const value = at(context, "windowsOptions", "hostProcess");
      if (isAbsent(value) || value === false) return;
      judgement.report(
        `${path}.windowsOptions.hostProcess`,
        `${label} is a process of the node: hostProcess is ${shown(value)}; set it to false or leave it out.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression: "variables.contexts.all(c, c.?windowsOptions.?hostProcess.orValue(false) != true)",
        message: "the pod or a container is a process of its node; set hostProcess to false.",
      },
    ],
  },
});
