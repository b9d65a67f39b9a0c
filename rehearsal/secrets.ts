import { randomBytes } from "node:crypto";
import { formatPath } from "./providers/paths";
import type { Path } from "./providers/paths";

/** Config as a stack file holds it; a value may be `{ secure: "v1:…" }` at any depth. */
export type StackConfig = Record<string, unknown>;

/** A secret value of a stack's config, with a generated one in its place. */
export interface GeneratedSecret {
  /** As `pulumi config set --path` takes it: `slipway:edge.token`, `slipway:keys[0]`. */
  readonly path: string;
  readonly value: string;
}

export interface OpenConfig {
  /** The config with a generated value in plain text in the place of each secret one. */
  readonly config: StackConfig;
  readonly secrets: readonly GeneratedSecret[];
}

/**
 * Puts a generated value in the place of each secret one: the real one must not be opened, for which a rehearsal
 * would need its passphrase or key.
 */
export function withGenerated(config: StackConfig): OpenConfig {
  const secrets: GeneratedSecret[] = [];
  return {
    config: replaced(config, (at) => {
      // A letter first, for the engine takes a value of digits alone for a number.
      const value = `s${randomBytes(16).toString("hex")}`;
      secrets.push({ path: formatPath(at), value });
      return value;
    }) as StackConfig,
    secrets,
  };
}

/** The config with an empty text in the place of each generated value, so that none lies on disk in plain text. */
export function withoutValues(config: StackConfig, secrets: readonly GeneratedSecret[]): StackConfig {
  const values = new Set(secrets.map(({ value }) => value));
  const blank = (value: unknown): unknown => {
    if (typeof value === "string" && values.has(value)) return "";
    if (Array.isArray(value)) return (value as unknown[]).map(blank);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, blank(inner)]));
  };
  return blank(config) as StackConfig;
}

function replaced(value: unknown, generate: (at: Path) => string, at: Path = []): unknown {
  if (Array.isArray(value))
    return (value as unknown[]).map((item, index) => replaced(item, generate, [...at, index]));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [key, secure] = entries[0] ?? [];
  if (entries.length === 1 && key === "secure" && typeof secure === "string") return generate(at);
  return Object.fromEntries(entries.map(([name, inner]) => [name, replaced(inner, generate, [...at, name])]));
}
