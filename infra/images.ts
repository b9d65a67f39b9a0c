import { SlipwayError } from "../components/common/problems";
import { imagesOf } from "../components/spec/services";
import type { Settings } from "./settings";

type Imaged = Parameters<typeof imagesOf>[0];

/** Names of the images that systems run, each once, in the order of their specs. */
export function imagesOfAll(specs: readonly Imaged[]): readonly string[] {
  return [...new Set(specs.flatMap(imagesOf))];
}

/**
 * Refuses a stack that has no digest for an image of its systems, before any resource exists, where the stage has no
 * reference service to run instead.
 *
 * @throws SlipwayError naming every such image, and the order in which a first release goes.
 */
export function requireDigests(
  { stack, stage, images }: Pick<Settings, "stack" | "stage" | "images">,
  specs: readonly Imaged[],
): void {
  if (stage.referenceImages) return;
  const missing = imagesOfAll(specs).filter((image) => !Object.hasOwn(images, image));
  const [first] = missing;
  if (first === undefined) return;
  throw new SlipwayError({
    where: `slipway:images of stack ${stack}`,
    what: `there is no digest for ${missing.length === 1 ? "image" : "images"} ${missing.join(", ")}`,
    allowed: "sha256: and 64 hexadecimal digits, of an image that was pushed to the stack's repository",
    todo:
      `push each one and set its digest: pulumi config set --path 'slipway:images["${first}"]' sha256:… -s ${stack}` +
      `; if there is no repository yet, go up with slipway:systems: [] in Pulumi.${stack}.yaml first, which makes them all`,
  });
}
