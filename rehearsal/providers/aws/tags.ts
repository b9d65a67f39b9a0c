import type { Props } from "../part";

export type Tags = Readonly<Record<string, string>>;

/** What is wrong with tags (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). */
export function checkTags(tags: Tags): string[] {
  const wrong: string[] = [];
  for (const [key, value] of Object.entries(tags)) {
    if (key === "" || key.length > 128) wrong.push(`the tag key "${key}" must have 1 to 128 characters`);
    if (key.toLowerCase().startsWith("aws:")) wrong.push(`the tag key "${key}" must not begin with aws:`);
    if (value.length > 256) wrong.push(`the value of tag "${key}" has more than 256 characters`);
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(key + value)) {
      wrong.push(`the tag "${key}" may hold only letters, digits, spaces and _ . : / = + - @`);
    }
  }
  if (Object.keys(tags).length > 50) wrong.push("an object has at most 50 tags");
  return wrong;
}

/**
 * The tags that a resource's own `tags` answer for: the live ones, without those that the provider's default tags
 * give. A tag that the program sets itself stays, even where a default has the same value.
 */
export function ownTags(live: Tags, defaults: Tags, declared: Props): Tags {
  return Object.fromEntries(
    Object.entries(live).filter(([key, value]) => defaults[key] !== value || declared[key] !== undefined),
  );
}
