import { podRule } from "../../kubernetes/pods";
import { imagesNotIn, retiredImages } from "./image-lists";

/** No pod runs an image that its makers have given up. */
export const forbidRetiredImages = podRule({
  name: "kubernetes-core-pod-forbid-retired-image",
  area: "lifecycle",
  title: "Images are not retired",
  description: "No pod runs ingress-nginx, Promtail, Jaeger 1, or images of Bitnami or k8s.gcr.io.",
  level: "mandatory",
  severity: "high",
  checks: [15],
  ids: ["C-0292"],
  remedy: "Use the image that the message names.",
  url: "https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/",
  ...imagesNotIn(retiredImages),
});
