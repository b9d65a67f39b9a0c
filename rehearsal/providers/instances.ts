import type { PartInstance, Props, ProviderPart, ResourceRef } from "./part";
import { unwrapped } from "./values";

/** One call of the engine, as a fault hook sees it. */
export interface ProviderCall {
  readonly method: "configure" | "check" | "diff" | "create" | "read" | "update" | "delete" | "invoke";
  /** Type of the resource, or token of the function. */
  readonly type: string;
  /** Logical name of the resource; empty for a function. */
  readonly name: string;
  readonly preview: boolean;
  /** Counts from 1 the calls with this method, type and preview flag. */
  readonly nth: number;
}

export type OnCall = (call: ProviderCall) => void | Promise<void>;

/** Fields that the engine adds to a provider's own arguments. */
const engineFields = new Set([
  "version",
  "pluginDownloadURL",
  "pluginChecksums",
  "parameterization",
  "__internal",
]);

/** The arguments of a provider as plain values, without what the engine adds. */
export function providerArguments(props: Props): Props {
  const own = Object.entries(props).filter(([key]) => !engineFields.has(key));
  return Object.fromEntries(own.map(([key, value]) => [key, unwrapped(value)]));
}

/**
 * The configured provider instances, by the connection they were configured on. The engine opens one connection for
 * each provider and later names neither the provider nor, in most calls, its package.
 */
export class Instances {
  readonly #parts = new Map<string, ProviderPart>();
  readonly #byPeer = new Map<string, { readonly package: string; readonly instance: PartInstance }>();
  readonly #counts = new Map<string, number>();

  constructor(
    parts: readonly ProviderPart[],
    private readonly onCall?: OnCall,
  ) {
    for (const part of parts) {
      if (this.#parts.has(part.package)) throw new Error(`two stand-ins for the provider "${part.package}"`);
      this.#parts.set(part.package, part);
    }
  }

  /** Type of a provider resource: `pulumi:providers:aws`. */
  part(providerType: string): ProviderPart {
    const name = providerType.replace(/^pulumi:providers:/, "");
    const part = this.#parts.get(name);
    if (part === undefined) {
      throw new Error(
        `no stand-in serves the provider "${name}"; served: ${[...this.#parts.keys()].join(", ")}`,
      );
    }
    return part;
  }

  async configure(peer: string, ref: ResourceRef, config: Props): Promise<void> {
    await this.count("configure", ref, false);
    const part = this.part(ref.type);
    this.#byPeer.set(peer, {
      package: part.package,
      instance: await part.configure(providerArguments(config)),
    });
  }

  /** @throws Error when the connection has no configured provider, or one of another package than the type's. */
  of(peer: string, type: string): PartInstance {
    const wanted = type.split(":")[0] ?? "";
    const found = this.#byPeer.get(peer);
    if (found === undefined)
      throw new Error(`the provider "${wanted}" was not configured before it was used`);
    if (found.package !== wanted) {
      throw new Error(`"${type}" is not a type of the provider "${found.package}" that it was given`);
    }
    return found.instance;
  }

  async count(method: ProviderCall["method"], ref: ResourceRef, preview: boolean): Promise<void> {
    if (this.onCall === undefined) return;
    const key = `${method} ${ref.type} ${preview}`;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    await this.onCall({ method, type: ref.type, name: ref.name, preview, nth });
  }

  cancel(peer: string): void {
    this.#byPeer.get(peer)?.instance.cancel?.();
  }

  cancelAll(): void {
    for (const { instance } of this.#byPeer.values()) instance.cancel?.();
  }
}
