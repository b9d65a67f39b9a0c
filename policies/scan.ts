import { levelOf } from "./config";
import type { ReadConfig } from "./config";
import { fields, isFields, list } from "./core/json";
import type { Fields } from "./core/json";
import { Judgement } from "./core/judgement";
import type { Ledger } from "./core/ledger";
import type { ResourceRule, Rule } from "./core/rule";
import { exemptionsOf, settingsOf } from "./core/settings";
import { namesOf, noNames } from "./kubernetes/names";
import type { Names } from "./kubernetes/names";
import { nameOf, objectsOf, typeOf } from "./kubernetes/objects";

/** A Kubernetes object of a manifest. */
export interface ScannedObject {
  readonly fields: Fields;
  /** Where it stands in its document: empty, or `items[2]` for a member of a List. */
  readonly path: string;
}

/** Why a document, or a member of a List in it, cannot be judged. */
export interface Unreadable {
  readonly path: string;
  readonly what: string;
}

/** One thing that is wrong with an object. */
export interface ScanFinding {
  readonly rule: ResourceRule;
  readonly level: "mandatory" | "advisory";
  readonly kind: string;
  /** Empty where the object has none, or its kind has no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Where it stands in the document: `items[2].spec.containers[0].image`. */
  readonly path: string;
  readonly message: string;
}

/** The rules that can judge a Kubernetes object by itself, of all areas or of some. */
export function manifestRules(
  rules: readonly Rule[],
  areas: readonly string[] = [],
): readonly ResourceRule[] {
  return rules
    .filter((rule) => rule.scope === "resource")
    .filter(({ types }) => types.some((type) => type.startsWith("kubernetes:")))
    .filter(({ area }) => areas.length === 0 || areas.includes(area));
}

/** The objects of one document; those of a List one by one, with List in List taken apart. */
export function objectsIn(document: unknown): readonly (ScannedObject | Unreadable)[] {
  return membersOf(document, "", undefined, 0);
}

/** Deeper than any List is nested, and no deeper than rules look. */
const deepest = 8;

function membersOf(
  value: unknown,
  path: string,
  listed: Fields | undefined,
  depth: number,
): readonly (ScannedObject | Unreadable)[] {
  if (!isFields(value))
    return [{ path, what: "it is no Kubernetes object, but a single value or a list of values" }];
  // Members of a typed list may leave out what the list says.
  const object = { ...listed, ...value };
  const { apiVersion, kind, items } = object;
  const missing = ["apiVersion", "kind"].filter((field) => !isText(object[field]));
  if (!isText(apiVersion) || !isText(kind))
    return [{ path, what: `it is no Kubernetes object: it has no ${missing.join(" and no ")}` }];
  if (!kind.endsWith("List") || (kind !== "List" && !Array.isArray(items))) return [{ fields: object, path }];
  if (items !== undefined && items !== null && !Array.isArray(items))
    return [{ path, what: "its items are no list" }];
  if (depth === deepest) return [{ path, what: `Lists are nested deeper than ${deepest}` }];
  const inherited = kind === "List" ? undefined : { apiVersion, kind: kind.replace(/List$/, "") };
  return list(items).flatMap((item, index) =>
    membersOf(item, `${path === "" ? "" : `${path}.`}items[${index}]`, inherited, depth + 1),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Judges one object with rules of {@link manifestRules}. What is found out of exemptions is left in the ledger. */
export function scanObject(
  { fields: props, path }: ScannedObject,
  rules: readonly ResourceRule[],
  config: ReadConfig["config"],
  ledger: Ledger,
): readonly ScanFinding[] {
  const type = typeOf(props);
  const [object] = objectsOf({ type, props });
  // No kind that any rule could know, such as one with two slashes.
  if (object === undefined) return [];
  const { name, namespace } = nameOf(object);
  const subject = { type, name, props, isProtected: false };
  return rules.flatMap((rule) => {
    const level = levelOf(rule, config);
    if (level === "disabled") return [];
    const settings = config.get(rule.name)?.settings ?? {};
    const applies = rule.applies(type);
    const names = (): Names => (applies ? namesOf(subject) : noNames);
    const isExempt = ledger.exempts(rule.name, exemptionsOf(settings), names);
    if (isExempt !== "no" || !applies) return [];
    const judgement = new Judgement();
    rule.judge(subject, judgement, settingsOf(rule, settings));
    return judgement.violations.map((violation) => ({
      rule,
      level,
      kind: String(fields(props)["kind"]),
      namespace,
      name,
      path: [path, violation.path].filter((part) => part !== "").join("."),
      message: violation.message,
    }));
  });
}
