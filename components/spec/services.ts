import type { ServiceSpec, SystemSpec } from "./types";

/** Name of a service's main port: `ServiceSpec.port`. */
export const HTTP_PORT = "http";

/** Every port that a service declares, by name. */
export function portsOf(service: ServiceSpec): Readonly<Record<string, number>> {
  return { ...(service.port === undefined ? {} : { [HTTP_PORT]: service.port }), ...service.ports };
}

/** Stores that a service reads a connection of, by name and without repetition. */
export function storesInEnv(service: ServiceSpec): readonly string[] {
  const stores = Object.values(service.env ?? {}).flatMap((value) =>
    typeof value === "object" && "store" in value ? [value.store] : [],
  );
  return [...new Set(stores)];
}

/** Name of the volume behind a scratch directory: `/var/cache/nginx` → `scratch-var-cache-nginx`. */
export function scratchName(path: string): string {
  return `scratch${path.replaceAll(/[^a-zA-Z0-9]+/g, "-").toLowerCase()}`.replace(/-$/, "");
}

/** Public host of a system in a stage; undefined when the spec names none. */
export function hostOf(spec: Pick<SystemSpec, "stages" | "domain">, stage: string): string | undefined {
  return spec.stages?.[stage]?.host ?? (spec.domain === undefined ? undefined : `${stage}.${spec.domain}`);
}

/** Namespace that a system lives in. */
export function namespaceOf(spec: Pick<SystemSpec, "name" | "namespace">): string {
  return spec.namespace ?? spec.name;
}
