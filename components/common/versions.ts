import pins from "../../versions.json";

type Deep<T> = { readonly [K in keyof T]: Deep<T[K]> };

/** Every version that the platform runs, builds or tests with: the content of `versions.json`. */
export const versions: Deep<typeof pins> = pins;

/** Images that `versions.json` pins, e.g. `postgres:15`. */
export type PinnedImage = keyof typeof pins.images;

/** Repository and tag of a pinned image: `docker.io/library/postgres:15.19-alpine`. */
export function pinnedImage(name: PinnedImage): string {
  const { repository, tag } = versions.images[name];
  return `${repository}:${tag}`;
}
