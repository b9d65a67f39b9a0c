import { list } from "../core/json";
import type { Fields } from "../core/json";
import { append } from "../core/lookup";
import type { Node } from "../core/rule";

/** Properties by which other resources name a resource. */
const handles = ["id", "arn", "name", "bucket"] as const;

/**
 * Which resources of a stack refer to which. In a preview an id is not known yet, but the engine tells which resource a
 * property is made from; where it tells of several, or of none, the values decide.
 */
export class Graph {
  readonly #byUrn: ReadonlyMap<string, Node>;
  readonly #byType = new Map<string, Node[]>();
  /** Who refers to what, by property and types: asked once for all resources, not for each. */
  readonly #referrers = new Map<string, ReadonlyMap<Node, readonly Node[]>>();

  constructor(nodes: readonly Node[]) {
    this.#byUrn = new Map(nodes.map((node) => [node.urn, node]));
    for (const node of nodes) append(this.#byType, node.type, [node]);
  }

  /** The resources of some types. */
  of(types: readonly string[]): readonly Node[] {
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /**
   * The resource of some types that a property names; undefined for one that is not in the stack.
   *
   * Reading a value that is not known throws, as reading any property does.
   */
  target(node: Node, property: string, types: readonly string[]): Node | undefined {
    const made = this.#madeFrom(node, property, types);
    if (made.length === 1) return made[0];
    return this.named(node.props[property], types);
  }

  /** The resources of some types that a property which is a list names, itself or in a block. */
  targets(node: Node, property: string, values: () => unknown, types: readonly string[]): readonly Node[] {
    const made = this.#madeFrom(node, property, types);
    if (made.length > 0) return made;
    const named = list(values());
    return this.of(types).filter((one) => named.some((value) => isNamed(one, value)));
  }

  /** The resource of some types that a value names. */
  named(value: unknown, types: readonly string[]): Node | undefined {
    return this.of(types).find((one) => isNamed(one, value));
  }

  /**
   * The resources of some types whose property names a resource. Throws where that cannot be told of one of them, for
   * then nobody can tell either whether the resource has what is looked for.
   */
  referrers(target: Node, property: string, types: readonly string[]): readonly Node[] {
    const question = [property, target.type, ...types].join(" ");
    const answer = this.#referrers.get(question) ?? this.#ask(target.type, property, types);
    this.#referrers.set(question, answer);
    return answer.get(target) ?? [];
  }

  #ask(targetType: string, property: string, types: readonly string[]): ReadonlyMap<Node, readonly Node[]> {
    const byTarget = new Map<Node, Node[]>();
    for (const one of this.of(types)) {
      const target = this.target(one, property, [targetType]);
      if (target !== undefined) append(byTarget, target, [one]);
    }
    return byTarget;
  }

  #madeFrom(node: Node, property: string, types: readonly string[]): readonly Node[] {
    return (node.dependencies?.[property] ?? []).flatMap((urn) => {
      const made = this.#byUrn.get(urn);
      return made !== undefined && types.includes(made.type) ? [made] : [];
    });
  }
}

function isNamed(node: Node, value: unknown): boolean {
  return typeof value === "string" && handles.some((handle) => knownText(node.props, handle) === value);
}

/** A text as far as it is known: what is not known yet cannot be what a known value names. */
export function knownText(props: Fields, property: string): string | undefined {
  try {
    const value = props[property];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
