import { at, fields, isAbsent, list, shown } from "../../core/json";
import { eachMember } from "../../kubernetes/members";
import { eachContainer, isWindows, podRule } from "../../kubernetes/pods";

/** A container starts with capabilities that few programs need; all that one may add back is to bind low ports. */
export const requireDroppedCapabilities = podRule({
  name: "kubernetes-core-pod-require-dropped-capabilities",
  area: "pod-security",
  title: "Containers drop all capabilities",
  description: "Every container drops ALL capabilities and adds none but NET_BIND_SERVICE.",
  level: "mandatory",
  severity: "high",
  checks: [18],
  ids: ["C-0046", "PSS restricted"],
  remedy: 'Set securityContext.capabilities.drop: ["ALL"], and add NET_BIND_SERVICE at most.',
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, fields: container }) => {
      const place = `${path}.securityContext.capabilities`;
      const capabilities = fields(at(container, "securityContext", "capabilities"));
      judgement.part(() => {
        if (list(capabilities["drop"]).includes("ALL") || isWindows(pod)) return;
        judgement.report(
          `${place}.drop`,
          `${label} keeps capabilities: drop has no "ALL"; set capabilities.drop to ["ALL"].`,
        );
      });
      const judgeAdded = (capability: unknown, field: string): void => {
        if (capability === "NET_BIND_SERVICE" || isWindows(pod)) return;
        judgement.report(
          `${place}.${field}`,
          `${label} adds capability ${shown(capability)}; add none but "NET_BIND_SERVICE".`,
        );
      };
      judgement.part(() => {
        const { add } = capabilities;
        // What is no list is no pass either.
        if (!isAbsent(add) && !Array.isArray(add)) judgeAdded(add, "add");
      });
      eachMember(capabilities, "add", judgement, (added, index) => judgeAdded(added, `add[${index}]`));
    });
  },
  cel: {
    validations: () => [
      {
        expression:
          "variables.isWindows || variables.containers.all(c, 'ALL' in c.?securityContext.?capabilities.?drop.orValue([]))",
        message: 'a container keeps capabilities; set capabilities.drop to ["ALL"].',
      },
      {
        expression:
          "variables.isWindows || variables.containers.all(c, c.?securityContext.?capabilities.?add.orValue([]).all(a, a == 'NET_BIND_SERVICE'))",
        message: "a container adds capabilities; add none but NET_BIND_SERVICE.",
      },
    ],
  },
});
