import { celText } from "../../core/cel";
import { shown } from "../../core/json";
import { digestPattern, eachImage, imageVariables } from "../../kubernetes/images";
import { podRule } from "../../kubernetes/pods";

/** A tag can be moved to another image, by its owner or by whoever has taken the registry over; a digest cannot. */
export const requireImageDigest = podRule({
  name: "kubernetes-core-pod-require-image-digest",
  area: "image",
  title: "Images have a digest",
  description: "Every image is named by its digest.",
  level: "advisory",
  mandatoryInProduction: true,
  severity: "medium",
  checks: [14],
  ids: ["PR core_image_tag_fixed"],
  remedy: "Add the digest to the image: name:tag@sha256:....",
  url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  judge: (pod, judgement) => {
    eachImage(pod, judgement, ({ path, label, value, name }) => {
      if (new RegExp(digestPattern).test(name)) return;
      judgement.report(
        path,
        `${label} names its image without a digest: ${shown(value)}; add @sha256: and the digest.`,
      );
    });
  },
  cel: {
    variables: imageVariables,
    validations: () => [
      {
        expression: `variables.images.all(i, i.matches(${celText(digestPattern)}))`,
        message: "an image has no digest; add @sha256: and the digest.",
      },
    ],
  },
});
