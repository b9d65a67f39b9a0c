import { fields, isAbsent, shown } from "../../core/json";
import { eachMember } from "../../kubernetes/members";
import type { Container, Pod } from "../../kubernetes/pods";
import { eachContainer, podRule } from "../../kubernetes/pods";

/** A port of the node goes around network policies, and no second pod fits on the node. */
export const forbidHostPorts = podRule({
  name: "kubernetes-core-pod-forbid-host-ports",
  area: "pod-security",
  title: "Containers take no port of their node",
  description: "No container port is bound to a port of the node.",
  level: "mandatory",
  severity: "high",
  checks: [17],
  ids: ["C-0044", "PSS restricted"],
  remedy: "Leave hostPort out and reach the pods through a Service.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, (container) => {
      eachMember(container.fields, "ports", judgement, (port, index) => {
        const value = hostPortOf(pod, container, port);
        if (isAbsent(value) || value === 0) return;
        judgement.report(
          `${container.path}.ports[${index}].hostPort`,
          `${container.label} takes port ${shown(value)} of its node; leave hostPort out and use a Service.`,
        );
      });
    });
  },
  cel: {
    validations: () => [
      {
        expression: "variables.containers.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))",
        message: "a container takes a port of its node; leave hostPort out and use a Service.",
      },
    ],
  },
});

function hostPortOf(pod: Pod, container: Container, port: unknown): unknown {
  const { hostPort, containerPort } = fields(port);
  if (!isAbsent(hostPort) && hostPort !== 0) return hostPort;
  // The API server fills it in for a Pod on the node's network, though not for a template.
  const isFilledIn =
    pod.object.kind === "Pod" && container.list !== "ephemeralContainers" && pod.spec["hostNetwork"] === true;
  return isFilledIn ? containerPort : undefined;
}
