import { celTexts } from "../../core/cel";
import { isAbsent } from "../../core/json";
import { eachVolume, podRule } from "../../kubernetes/pods";

/** Types of volumes that Pod Security `restricted` allows in Kubernetes 1.36. */
const allowed = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

// A rule of its own forbids hostPath, so that an exemption from that opens nothing else.
const passed = ["name", "hostPath", ...allowed];

/** Types that are no claims have the node mount what the pod's author names, with the author's own options. */
export const restrictVolumeTypes = podRule({
  name: "kubernetes-core-pod-restrict-volume-types",
  area: "pod-security",
  title: "Volumes are of a safe type",
  description: `Every volume is of one of the types ${allowed.join(", ")}.`,
  level: "mandatory",
  severity: "medium",
  checks: [17],
  ids: ["PSS restricted"],
  remedy: "Use a persistentVolumeClaim of a storage class whose driver mounts that kind of storage.",
  url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
  judge: (pod, judgement) => {
    eachVolume(pod, judgement, ({ path, label, fields: volume }) => {
      for (const type of Object.keys(volume)) {
        judgement.part(() => {
          if (passed.includes(type) || isAbsent(volume[type])) return;
          judgement.report(
            `${path}.${type}`,
            `${label} is of a type that is not allowed: ${type}; use a persistentVolumeClaim.`,
          );
        });
      }
    });
  },
  cel: {
    validations: () => [
      {
        expression: `variables.pod.?volumes.orValue([]).all(v, v.all(type, type in ${celTexts(passed)} || v[type] == null))`,
        message: `a volume is of a type that is not allowed; use one of ${allowed.join(", ")}.`,
      },
    ],
  },
});
