import { isAbsent, shown } from "../../core/json";
import { podRule } from "../../kubernetes/pods";

const namespaces = ["hostNetwork", "hostPID", "hostIPC"] as const;

/** A pod in a namespace of its node sees the traffic, the processes or the memory of all that runs there. */
export const forbidHostNamespaces = podRule({
  name: "kubernetes-core-pod-forbid-host-namespaces",
  area: "pod-security",
  title: "Pods stay out of their node's namespaces",
  description: "No pod uses the network, process or IPC namespace of its node.",
  level: "mandatory",
  severity: "high",
  checks: [17],
  ids: ["CIS 4.2.2", "CIS 4.2.3", "CIS 4.2.4", "C-0038", "C-0041", "PSS restricted"],
  remedy: "Leave hostNetwork, hostPID and hostIPC out; an agent of the node itself needs an exemption.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  judge: (pod, judgement) => {
    for (const field of namespaces) {
      judgement.part(() => {
        const value = pod.spec[field];
        if (isAbsent(value) || value === false) return;
        judgement.report(
          `${pod.path}.${field}`,
          `the pod shares a namespace with its node: ${field} is ${shown(value)}; set it to false or leave it out.`,
        );
      });
    }
  },
  cel: {
    validations: () =>
      namespaces.map((field) => ({
        expression: `variables.pod.?${field}.orValue(false) != true`,
        message: `the pod shares a namespace with its node; set ${field} to false or leave it out.`,
      })),
  },
});
