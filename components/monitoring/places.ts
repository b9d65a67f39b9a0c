/** What the placeholders of queries and texts stand for. */
export interface Places {
  readonly system: string;
  readonly namespace: string;
}

/** A text with `$system` and `$namespace` filled in. */
export function fillPlaces(text: string, places: Places): string {
  return text.replaceAll(/\$(namespace|system)\b/g, (_, place: keyof Places) => places[place]);
}
