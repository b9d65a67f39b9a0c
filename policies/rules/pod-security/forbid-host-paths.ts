import { isAbsent } from "../../core/json";
import { eachVolume, podRule } from "../../kubernetes/pods";

/** Files of the node outlive the pod, and some of them are the keys to the node. */
export const forbidHostPaths = podRule({
  name: "kubernetes-core-pod-forbid-host-paths",
  area: "pod-security",
  title: "Pods mount no path of their node",
  description: "No volume is a path of the node.",
  level: "mandatory",
  severity: "high",
  checks: [17],
  ids: ["PSS restricted"],
  remedy: "Use a claim, an emptyDir or a projected volume; an agent of the node itself needs an exemption.",
  url: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
  judge: (pod, judgement) => {
    eachVolume(pod, judgement, ({ path, label, fields: volume }) => {
      if (isAbsent(volume["hostPath"])) return;
      judgement.report(
        `${path}.hostPath`,
        `${label} is a path of the node; use a persistentVolumeClaim or an emptyDir.`,
      );
    });
  },
  cel: {
    validations: () => [
      {
        expression: "variables.pod.?volumes.orValue([]).all(v, v.?hostPath.orValue(null) == null)",
        message: "a volume is a path of the node; use a persistentVolumeClaim or an emptyDir.",
      },
    ],
  },
});
