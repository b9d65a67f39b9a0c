import { celText } from "../../core/cel";
import { shown } from "../../core/json";
import { digestPattern, eachImage, imageVariables, tagPattern } from "../../kubernetes/images";
import { podRule } from "../../kubernetes/pods";

/**
 * An image without a tag is `latest`, and what `latest` is changes from one start of a pod to the next: two pods of one
 * Deployment differ, and no rollback brings the old one back. With a digest the runtime ignores the tag.
 */
export const requireImageVersion = podRule({
  name: "kubernetes-core-pod-require-image-version",
  area: "image",
  title: "Images have a version",
  description: "Every image has a digest, or a tag other than latest.",
  level: "mandatory",
  severity: "high",
  checks: [14],
  ids: ["PR core_image_tag_fixed"],
  remedy: "Give the image the tag of a version, or better its digest.",
  url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  judge: (pod, judgement) => {
    eachImage(pod, judgement, ({ path, label, value, name }) => {
      if (new RegExp(digestPattern).test(name)) return;
      if (new RegExp(tagPattern).test(name) && !name.endsWith(":latest")) return;
      judgement.report(
        path,
        `${label} does not say which version of its image it runs: ${shown(value)}; give it a tag other than latest, or a digest.`,
      );
    });
  },
  cel: {
    variables: imageVariables,
    validations: () => [
      {
        expression: `variables.images.all(i, i.matches(${celText(digestPattern)}) || (i.matches(${celText(tagPattern)}) && !i.endsWith(':latest')))`,
        message: "an image has neither a digest nor a tag other than latest; give it one.",
      },
    ],
  },
});
