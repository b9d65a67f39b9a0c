import type { StepRecord } from "./types";

/** The parts of a URN: `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>`. */
export interface UrnParts {
  /** The types of its parents and its own, outermost first. */
  readonly types: readonly string[];
  readonly type: string;
  readonly name: string;
}

/** Takes a URN apart; what is none is a name without a type. */
export function urnParts(urn: string): UrnParts {
  const [, , chain, ...name] = urn.split("::");
  const types = (chain ?? "").split("$");
  // A name may itself hold "::".
  return { types, type: types.at(-1) ?? "", name: chain === undefined ? urn : name.join("::") };
}

/**
 * The layer of the platform that a resource belongs to: the module of the outermost `slipway:<module>:<Type>`
 * around it, e.g. `network`; `stack` for what stands directly under the stack.
 */
export function layerOf(urn: string): string {
  for (const type of urnParts(urn).types) {
    const [, module] = /^slipway:([^:]+):/.exec(type) ?? [];
    if (module !== undefined) return module;
  }
  return "stack";
}

/** A resource as a person reads it: `aws:ec2/vpc:Vpc "network"`. */
export function resourceLabel(urn: string): string {
  const { type, name } = urnParts(urn);
  return type === "" ? `"${name}"` : `${type} "${name}"`;
}

/** How often each operation falls on each layer, in the order in which the layers first appear. */
export function byLayer(steps: readonly StepRecord[]): Map<string, Map<string, number>> {
  const layers = new Map<string, Map<string, number>>();
  for (const { urn, op } of steps) {
    const layer = layerOf(urn);
    const ops = layers.get(layer) ?? new Map<string, number>();
    ops.set(op, (ops.get(op) ?? 0) + 1);
    layers.set(layer, ops);
  }
  return layers;
}
