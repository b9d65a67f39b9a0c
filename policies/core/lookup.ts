import { isUnknown } from "./judgement";

/** Reads a value when it is first asked for. What is not known yet is asked for again each time. */
export function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: read() }).value;
}

/**
 * The items that pass. One that cannot be read is left out where another passes; where none does, it may have been the
 * one that is looked for, so the question is open: what it threw is thrown again, for the judgement's part to keep.
 */
export function matches<T>(items: Iterable<T>, test: (item: T) => boolean): readonly T[] {
  const found: T[] = [];
  let unknown: Error | undefined;
  for (const item of items) {
    try {
      if (test(item)) found.push(item);
    } catch (error) {
      if (!isUnknown(error)) throw error;
      unknown ??= error;
    }
  }
  if (found.length === 0 && unknown !== undefined) throw unknown;
  return found;
}

/** Whether one of the items passes; an open question as of {@link matches}. */
export function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  return matches(items, test).length > 0;
}

/** Puts items into the group of their key. */
export function append<K, T>(groups: Map<K, T[]>, key: K, items: readonly T[]): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [...items]);
  else group.push(...items);
}

/** Items by keys that are read from each, so that a rule need not go through all of them for each question. */
export class Lookup<T> {
  readonly #byKey = new Map<string, T[]>();
  readonly #unread: T[] = [];

  constructor(
    items: Iterable<T>,
    readonly keysOf: (item: T) => readonly string[],
  ) {
    for (const item of items) {
      try {
        for (const key of new Set(keysOf(item))) append(this.#byKey, key, [item]);
      } catch (error) {
        if (!isUnknown(error)) throw error;
        this.#unread.push(item);
      }
    }
  }

  /** The items with one of these keys that pass; an open question as of {@link matches}. */
  matches(keys: readonly string[], test: (item: T) => boolean = () => true): readonly T[] {
    const candidates = keys.flatMap((key) => this.#byKey.get(key) ?? []);
    const found = matches(new Set(candidates), test);
    // Reading them throws once more.
    if (found.length === 0) for (const item of this.#unread) this.keysOf(item);
    return found;
  }

  /** Whether an item with one of these keys passes. */
  some(keys: readonly string[], test?: (item: T) => boolean): boolean {
    return this.matches(keys, test).length > 0;
  }
}
