import { celTexts } from "../../core/cel";
import { shown } from "../../core/json";
import { eachImage, imageVariables, registryPattern } from "../../kubernetes/images";
import { podRule } from "../../kubernetes/pods";

/** What an image does, its registry answers for: images come only from where somebody has agreed to take them. */
export const requireApprovedRegistry = podRule({
  name: "kubernetes-core-pod-require-approved-registry",
  area: "image",
  title: "Images come from approved registries",
  description: "Every image of a container or a volume comes from a registry of the list.",
  level: "mandatory",
  severity: "high",
  checks: [13],
  ids: ["CIS 5.1.4"],
  remedy: "Take the image from an approved registry, or copy it to the stack's own.",
  url: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
  parameters: {
    registries: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [
        "*.dkr.ecr.*.amazonaws.com",
        "cr.jaegertracing.io",
        "docker.io",
        "ghcr.io",
        "public.ecr.aws",
        "quay.io",
        "registry.k8s.io",
      ],
      description:
        "Registries in lower case, such as quay.io or localhost:5001, perhaps with the beginning of a path (docker.io/library); * stands for one label of the host.",
    },
  },
  judge: (pod, judgement, settings) => {
    const registries = settings.texts("registries");
    const patterns = registries.map((registry) => new RegExp(registryPattern(registry)));
    eachImage(pod, judgement, ({ path, label, value, name }) => {
      if (patterns.some((pattern) => pattern.test(name))) return;
      judgement.report(
        path,
        `${label} takes its image from a registry that is not approved: ${shown(value)}; take it from one of ${registries.join(", ") || "none"}.`,
      );
    });
  },
  cel: {
    variables: imageVariables,
    validations: (settings) => [
      {
        expression: `variables.images.all(i, ${celTexts(settings.texts("registries").map(registryPattern))}.exists(p, i.matches(p)))`,
        message: `an image is from a registry that is not approved; take it from one of ${settings.texts("registries").join(", ") || "none"}.`,
      },
    ],
  },
});
