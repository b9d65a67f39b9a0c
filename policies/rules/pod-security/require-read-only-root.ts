import { at, shown } from "../../core/json";
import { eachContainer, isWindows, podRule } from "../../kubernetes/pods";

/** Whoever gets into a container can then leave no program there. */
export const requireReadOnlyRoot = podRule({
  name: "kubernetes-core-pod-require-read-only-root",
  area: "pod-security",
  title: "Containers cannot write to their image",
  description: "Every container but a debugging one says readOnlyRootFilesystem: true.",
  level: "mandatory",
  severity: "medium",
  checks: [21],
  ids: ["C-0017"],
  remedy:
    "Set securityContext.readOnlyRootFilesystem: true on the container, and mount an emptyDir where it has to write.",
  url: "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
  judge: (pod, judgement) => {
    eachContainer(pod, judgement, ({ path, label, list, fields: container }) => {
      // One that is there to debug installs its tools, and `kubectl debug --profile=restricted` does not set it.
      if (list === "ephemeralContainers") return;
      const value = at(container, "securityContext", "readOnlyRootFilesystem");
      if (value === true || isWindows(pod)) return;
      judgement.report(
        `${path}.securityContext.readOnlyRootFilesystem`,
        `${label} can write to its image: readOnlyRootFilesystem is ${shown(value)}; set it to true and mount an emptyDir where it writes.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression:
          "variables.isWindows || (variables.pod.?containers.orValue([]) + variables.pod.?initContainers.orValue([])).all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false) == true)",
        message:
          "a container can write to its image; set readOnlyRootFilesystem: true and mount an emptyDir where it writes.",
      },
    ],
  },
});
