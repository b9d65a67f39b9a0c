import { podRule } from "../../kubernetes/pods";
import { endedImages, imagesNotIn } from "./image-lists";

/** Advisory, for the day on which a line ends must not be the day on which nothing can be deployed. */
export const forbidEndedImages = podRule({
  name: "kubernetes-core-pod-forbid-ended-image",
  area: "lifecycle",
  title: "Images get fixes",
  description: "No pod runs a line of Node.js, nginx, PostgreSQL or Redis that gets no fixes any more.",
  level: "advisory",
  severity: "medium",
  checks: [15],
  ids: [],
  remedy: "Use the line that the message names.",
  url: "https://endoflife.date/",
  ...imagesNotIn(endedImages),
});
