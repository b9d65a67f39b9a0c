import type { CelVariable } from "../core/cel";
import { celText } from "../core/cel";
import { at, fields, isAbsent } from "../core/json";
import type { Judgement } from "../core/judgement";
import type { Pod } from "./pods";
import { eachContainer, eachVolume } from "./pods";

/** An image that a pod brings in: of a container, or of a volume. */
export interface Image {
  /** Where it stands: `spec.template.spec.containers[0].image`. */
  readonly path: string;
  /** For a message: `containers[api]`. */
  readonly label: string;
  /** As it is written. */
  readonly value: unknown;
  /** With registry and full path, as the container runtime takes it; `/` for what is no text or empty. */
  readonly name: string;
}

/** Judges every image of a pod on its own, as far as it is known. */
export function eachImage(pod: Pod, judgement: Judgement, judge: (image: Image) => void): void {
  const judgeValue = (path: string, label: string, value: unknown): void =>
    judge({ path, label, value, name: fullNameOf(value) });
  eachContainer(pod, judgement, ({ path, label, fields: container }) =>
    judgeValue(`${path}.image`, label, container["image"]),
  );
  // A volume may be an image since Kubernetes 1.36.
  eachVolume(pod, judgement, ({ path, label, fields: volume }) => {
    const image = volume["image"];
    if (isAbsent(image)) return;
    judgeValue(`${path}.image.reference`, label, at(fields(image), "reference"));
  });
}

const HUB = "docker.io/";
/** What the hub was called before; runtimes still take it. */
const OLD_HUB = "index.docker.io/";
const OFFICIAL = "docker.io/library/";
/** The first part of a name is a registry if it looks so; all other names are of the hub. */
const registry = "[.:A-Z]|^localhost$";
const officialShort = "^docker[.]io/[^/]*$";

/**
 * An image's name with its registry, as the runtime completes it (https://github.com/distribution/reference): `nginx` is
 * `docker.io/library/nginx`. The registry is in lower case, for it is a host name. {@link imageVariables} says the same.
 */
export function fullNameOf(image: unknown): string {
  if (typeof image !== "string" || image === "") return "/";
  const first = image.split("/", 1)[0] ?? "";
  let name = image;
  if (first === image) name = OFFICIAL + image;
  else if (!new RegExp(registry).test(first)) name = HUB + image;
  if (name.startsWith(OLD_HUB)) name = HUB + name.slice(OLD_HUB.length);
  if (new RegExp(officialShort).test(name)) name = OFFICIAL + name.slice(HUB.length);
  const host = name.slice(0, name.indexOf("/"));
  return host.toLowerCase() + name.slice(host.length);
}

/** For conditions about images: `variables.images` holds each image's full name. */
export const imageVariables: readonly CelVariable[] = [
  {
    name: "images",
    expression: [
      "(variables.containers.map(c, c.?image.orValue(''))",
      " + variables.pod.?volumes.orValue([]).filter(v, has(v.image)).map(v, v.image.?reference.orValue('')))",
      `.map(i, i == '' ? '/' : !i.contains('/') ? '${OFFICIAL}' + i : i.split('/')[0].matches(${celText(registry)}) ? i : '${HUB}' + i)`,
      `.map(i, i.startsWith('${OLD_HUB}') ? '${HUB}' + i.substring(${OLD_HUB.length}) : i)`,
      `.map(i, i.matches(${celText(officialShort)}) ? '${OFFICIAL}' + i.substring(${HUB.length}) : i)`,
      ".map(i, i.split('/')[0].lowerAscii() + i.substring(i.indexOf('/')))",
    ].join(""),
  },
];

/** Pattern of a full name that ends in a digest; whatever tag stands before it, the digest decides. */
export const digestPattern = "@sha(256:[a-f0-9]{64}|512:[a-f0-9]{128})$";
/** Pattern of a full name that ends in a tag. */
export const tagPattern = "/[^/:@]+:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$";

/**
 * Pattern of the full names of a registry's images.
 *
 * @param approved Host with an optional port, and perhaps the beginning of a path; `*` stands for one label of the host
 * or a part of one.
 */
export function registryPattern(approved: string): string {
  const trimmed = approved.replace(/\/+$/, "");
  const literal = trimmed.split("*").map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, "\\$&"));
  // Without a path what follows must be one: `quay.io:8443` is another registry than `quay.io`.
  return `^${literal.join("[a-z0-9-]+")}${trimmed.includes("/") ? "([/:@]|$)" : "/"}`;
}
