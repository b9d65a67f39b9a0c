import { SlipwayError } from "../common/problems";

/** An image that the platform itself owns and builds. */
export interface PlatformImage {
  /** Name without registry and tag, e.g. `slipway/reference`. */
  readonly name: string;
  /**
   * Folder that holds its Dockerfile and all that it copies, relative to the program's folder: the docker provider
   * runs there, and a path of one machine would make the image look changed on every other.
   */
  readonly context: string;
}

/** Image name → digest that runs, `sha256:` and 64 hexadecimal digits. */
export type Digests = Readonly<Record<string, string>>;

/** Config key that holds {@link Digests}. */
export const IMAGES_KEY = "slipway:images";

/** Nodes are x86-64 in every stage. */
export const PLATFORM = "linux/amd64";

// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html; other registries take the same.
const NAME = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const SHORTEST = 2;
const LONGEST = 256;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** @throws SlipwayError when a name is not one that registries take, or is given twice. */
export function checkImageNames(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (!NAME.test(name) || name.length < SHORTEST || name.length > LONGEST) {
      throw new SlipwayError({
        what: `"${name}" cannot be the name of an image`,
        allowed: `${SHORTEST} to ${LONGEST} lower-case letters and digits, parted by . _ - or /, without registry and tag, such as daira/backend`,
      });
    }
    if (names.indexOf(name) !== index) {
      throw new SlipwayError({ what: `image ${name} is named twice`, allowed: "one repository an image" });
    }
  }
}

/** @throws SlipwayError when a digest is none. */
export function checkDigests(digests: Digests): void {
  for (const [name, digest] of Object.entries(digests)) {
    if (DIGEST.test(digest)) continue;
    throw new SlipwayError({
      where: IMAGES_KEY,
      what: `"${digest}" is no digest of image ${name}`,
      allowed: "sha256: and 64 hexadecimal digits in lower case; a tag can be moved, a digest cannot",
      todo: remedy(name),
    });
  }
}

/** The digest that config gives an image. @throws SlipwayError when it gives none. */
export function digestOf(name: string, digests: Digests): string {
  const digest = Object.hasOwn(digests, name) ? digests[name] : undefined;
  if (digest !== undefined) return digest;
  throw new SlipwayError({
    where: IMAGES_KEY,
    what: `there is no digest for image ${name}`,
    allowed: "sha256: and 64 hexadecimal digits, of an image that was pushed to the registry",
    todo: remedy(name),
  });
}

function remedy(name: string): string {
  return `run: pulumi config set --path '${IMAGES_KEY}["${name}"]' sha256:…`;
}
