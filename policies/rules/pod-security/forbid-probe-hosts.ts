import { at, isAbsent, shown } from "../../core/json";
import { eachContainer, podRule } from "../../kubernetes/pods";

const probes = [["livenessProbe"], ["readinessProbe"], ["startupProbe"]];
const hooks = [
  ["lifecycle", "postStart"],
  ["lifecycle", "preStop"],
];

/** Every place in a container where a `host` may stand. */
const handlers: readonly (readonly string[])[] = [...probes, ...hooks].flatMap((way) => [
  [...way, "httpGet"],
  [...way, "tcpSocket"],
]);

/** The kubelet calls it from the network of the node, where it reaches what the pod itself must not. */
export const forbidProbeHosts = podRule({
  name: "kubernetes-core-pod-forbid-probe-hosts",
  area: "pod-security",
  title: "Probes and lifecycle handlers call their own pod",
  description: "No probe and no lifecycle handler names a host.",
  level: "mandatory",
  severity: "medium",
  checks: [],
  ids: ["PSS restricted"],
  remedy: "Leave host out of probes and lifecycle handlers: without it they call the pod.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      for (const handler of handlers) {
        judgement.part(() => {
          const host = at(container, ...handler, "host");
          if (isAbsent(host) || host === "") return;
          const field = [...handler, "host"].join(".");
          judgement.report(
            `${path}.${field}`,
            `${label} has the node call another host: ${field} is ${shown(host)}; leave host out.`,
          );
        });
      }
    });
  },
  cel: {
    validations: () =>
      handlers.map((handler) => ({
        expression: `variables.containers.all(c, c.?${[...handler, "host"].join(".?")}.orValue('') == '')`,
        message: `a container has the node call another host in ${handler.join(".")}; leave host out.`,
      })),
  },
});
