/** Shorter values stand in other texts by chance. */
const shortest = 12;

/** Text by which a place is told from others, and what can be read there. */
export type Place = readonly [where: string, content: string | Buffer];

/**
 * Where secrets can be read: `<place>: <name of the secret>`, sorted. A value is looked for as it is, in JSON, in a URL,
 * and within anything that is encoded by base64. The answer quotes no secret.
 *
 * @throws Error for a value that is too short to be told from other text.
 */
export function leaks(secrets: Readonly<Record<string, string>>, places: Iterable<Place>): readonly string[] {
  const sought = Object.entries(secrets).map(([name, value]) => {
    if (value.length < shortest) throw new Error(`${name} has less than ${shortest} characters`);
    return { name, forms: [...writings(value)].map((form) => Buffer.from(form)) };
  });
  const found = new Set<string>();
  for (const [where, content] of places) {
    const bytes = Buffer.from(content);
    for (const { name, forms } of sought) {
      if (forms.some((form) => bytes.includes(form))) found.add(`${where}: ${name}`);
    }
  }
  return [...found].sort();
}

/** All ways in which a value is written where it can still be read. */
function writings(value: string): ReadonlySet<string> {
  const encoded = [0, 1, 2].map((offset) => base64Within(value, offset));
  const urlSafe = encoded.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
  return new Set([
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    ...encoded,
    ...urlSafe,
  ]);
}

/** What is the same in the base64 of every text that holds the value so many bytes after a group of three. */
function base64Within(value: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  return bytes.toString("base64").slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
