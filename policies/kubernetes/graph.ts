import { at, fields } from "../core/json";
import type { Fields } from "../core/json";
import type { Judgement } from "../core/judgement";
import { append, once } from "../core/lookup";
import type { Node } from "../core/rule";
import type { GroupKind, KubernetesObject } from "./objects";
import { kindOf, objectsOf } from "./objects";
import type { Labels } from "./selectors";
import { labelsOf } from "./selectors";

/** A Kubernetes object of a stack. Whatever is read of it throws while it is not known. */
export class Registered {
  /** Of its own metadata. */
  readonly labels: Labels = labelsOf(() => at(this.object.fields, "metadata", "labels"));
  readonly #name = once(() => textOf(at(this.object.fields, "metadata", "name")));
  readonly #namespace = once(() => textOf(at(this.object.fields, "metadata", "namespace")) || "default");

  constructor(
    /** The resource that it is, or stands in. */
    readonly node: Node,
    readonly object: KubernetesObject,
  ) {}

  /** Empty while the provider has not made one up. */
  get name(): string {
    return this.#name();
  }

  /** Where it says none, `default`. */
  get namespace(): string {
    return this.#namespace();
  }

  /** The value at a path in its spec. */
  spec(...path: readonly string[]): unknown {
    return at(this.object.fields, "spec", ...path);
  }

  /** For a message: `Deployment shop/api`. */
  get label(): string {
    const { kind } = this.object;
    return kind === "Namespace" ? `${kind} ${this.name}` : `${kind} ${this.namespace}/${this.name}`;
  }

  /** @param field Path in the object: `spec.replicas`. */
  report(judgement: Judgement, field: string, message: string): void {
    judgement.report(`${this.object.path}${field}`, message, this.node.urn);
  }
}

/**
 * The Kubernetes objects of a stack by kind. Patches are left out: what they change is made elsewhere, and they show a
 * part of it only. So is what a Helm release makes, which the graph does not hold.
 */
export class Cluster {
  readonly #nodes = new Map<string, Node[]>();
  readonly #objects = new Map<string, Registered[]>();
  /** Lists of which nothing is known yet: they may hold anything. */
  readonly #unread: Registered[] = [];

  constructor(graph: readonly Node[], judgement: Judgement) {
    for (const [type, nodes] of byType(graph)) {
      const kind = kindOf(type);
      if (kind === undefined || type.endsWith("Patch")) continue;
      if (!kind.kind.endsWith("List")) append(this.#nodes, keyOf(kind), nodes);
      else for (const node of nodes) this.#addMembers(node, judgement);
    }
  }

  /** All objects of some kinds. */
  all(...kinds: readonly GroupKind[]): readonly Registered[] {
    return [...kinds.flatMap((kind) => this.#of(kind)), ...this.#unread];
  }

  #of(kind: string): readonly Registered[] {
    // A rule uses few kinds of many, so objects are made when they are asked for.
    const nodes = this.#nodes.get(kind);
    if (nodes !== undefined) {
      this.#nodes.delete(kind);
      const objects = nodes.flatMap((node) => objectsOf(node).map((object) => new Registered(node, object)));
      append(this.#objects, kind, objects);
    }
    return this.#objects.get(kind) ?? [];
  }

  #addMembers(node: Node, judgement: Judgement): void {
    const before = judgement.undecided.length;
    judgement.part(() => {
      for (const object of objectsOf(node))
        append(this.#objects, keyOf(object), [new Registered(node, object)]);
    });
    if (judgement.undecided.length > before) this.#unread.push(new Registered(node, unread(node)));
  }
}

function byType(graph: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const nodes = new Map<string, Node[]>();
  for (const node of graph) append(nodes, node.type, [node]);
  return nodes;
}

function keyOf({ group, kind }: Pick<KubernetesObject, "group" | "kind">): string {
  return `${group}/${kind}`;
}

function unread(node: Node): KubernetesObject {
  return {
    group: "",
    version: "",
    kind: "List",
    path: "",
    get fields(): Fields {
      // Throws, as it has done before.
      objectsOf(node);
      return fields(undefined);
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
