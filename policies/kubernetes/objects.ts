import type { Cel } from "../core/cel";
import { at, fields, list } from "../core/json";
import type { Fields } from "../core/json";
import type { Judgement } from "../core/judgement";
import type { ResourceRule, RuleText, Subject } from "../core/rule";
import type { Settings } from "../core/settings";

/** A Kubernetes object, registered as a resource or standing in a manifest. */
export interface KubernetesObject {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly fields: Fields;
  /** Where it stands in its resource: empty, or `items[2].` for a member of a List. */
  readonly path: string;
}

/** An API group and a kind: `apps/Deployment`, `/Pod` in the core group. */
export type GroupKind = `${string}/${string}`;

const token = /^kubernetes:([^/:]+)\/([^:]+):(\w+?)(Patch)?$/;

/** Kind that a type token such as `kubernetes:apps/v1:Deployment` names; a Patch is judged as what it patches. */
export function kindOf(type: string): Pick<KubernetesObject, "group" | "version" | "kind"> | undefined {
  const [, group, version, kind] = token.exec(type) ?? [];
  if (group === undefined || version === undefined || kind === undefined) return undefined;
  return { group: group === "core" ? "" : group, version, kind };
}

/** The type token of what a manifest holds; its own kind and API version alone tell. */
export function typeOf(object: Fields): string {
  const { apiVersion, kind } = object;
  const text = typeof apiVersion === "string" ? apiVersion : "";
  return `kubernetes:${text.includes("/") ? text : `core/${text}`}:${typeof kind === "string" ? kind : ""}`;
}

/** The object that a resource is; for a List its members, with List in List taken apart. */
export function objectsOf({ type, props }: Pick<Subject, "type" | "props">): readonly KubernetesObject[] {
  return membersOf(type, props, "", 0);
}

/** Deeper than any List is nested; what is made to overflow the stack ends there. */
const deepest = 8;

function membersOf(type: string, object: Fields, path: string, depth: number): readonly KubernetesObject[] {
  const kind = kindOf(type);
  if (kind === undefined) return [];
  if (!kind.kind.endsWith("List")) return [{ ...kind, fields: object, path }];
  if (depth === deepest) return [];
  return list(object["items"]).flatMap((item, index) => {
    const member = fields(item);
    // Members of a typed list may leave out what the list says.
    const own = typeof member["kind"] === "string" ? typeOf(member) : type.replace(/List$/, "");
    return membersOf(own, member, `${path}items[${index}].`, depth + 1);
  });
}

/** Name and namespace of an object; empty where it has none or they are not known yet. */
export function nameOf(object: KubernetesObject): { readonly name: string; readonly namespace: string } {
  const text = (field: string): string => {
    try {
      const value = at(object.fields, "metadata", field);
      return typeof value === "string" ? value : "";
    } catch {
      return "";
    }
  };
  return { name: text("name"), namespace: text("namespace") };
}

/** A rule about Kubernetes objects of some kinds, alone or in a List. */
export function objectRule(
  rule: RuleText & {
    readonly kinds: readonly GroupKind[];
    /** Type tokens for the fixtures: the kinds in a version each. */
    readonly types: readonly string[];
    readonly judge: (object: KubernetesObject, judgement: Judgement, settings: Settings) => void;
    readonly cel?: Cel;
    readonly remediate?: ResourceRule["remediate"];
  },
): ResourceRule {
  const { kinds, judge, cel, remediate, ...text } = rule;
  const wanted = new Set<string>(kinds);
  return {
    ...text,
    ...(cel && { cel }),
    ...(remediate && { remediate }),
    scope: "resource",
    applies: (type) => {
      const kind = kindOf(type);
      if (kind === undefined) return false;
      if (wanted.has(`${kind.group}/${kind.kind}`)) return true;
      const member = kind.kind.replace(/List$/, "");
      return member !== kind.kind && (member === "" || wanted.has(`${kind.group}/${member}`));
    },
    judge: (subject, judgement, settings) => {
      judgement.part(() => {
        for (const object of objectsOf(subject)) {
          if (!wanted.has(`${object.group}/${object.kind}`)) continue;
          judgement.part(() => judge(object, judgement, settings));
        }
      });
    },
  };
}
