import type { AdmissionRule } from "../../../components/security/admission";
import { objectsOf, typeOf } from "../../../policies/kubernetes/objects";
import type { ResourceRule } from "../../../policies/core/rule";
import type { KubeObject } from "../../../rehearsal/kube/client";
import { judge, withChange } from "../../support/policy";
import type { Case, ResourceCases, RuleCases } from "../fixtures/cases";
import { isStackCases } from "../fixtures/cases";

/** One object that both sides are asked about. */
export interface Row {
  /** Whose fixture or case it is. */
  readonly rule: AdmissionRule;
  /** `takes a compliant kubernetes:core/v1:Pod`, or the case's title and type. */
  readonly title: string;
  readonly type: string;
  readonly object: KubeObject;
  /** The case's configuration of the rule. */
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** What the API server says of it, where it is no valid object. */
  readonly invalid: RegExp | undefined;
  /** Whether it is of another type than the case was written for. */
  readonly isTurned: boolean;
}

/** Names of the rules that refuse an object. */
export type Refusals = ReadonlySet<string>;

/** Every fixture and every case of the rules that the API server can hold, of every type that has the place for it. */
export function rowsOf(all: readonly RuleCases[], rules: readonly AdmissionRule[]): readonly Row[] {
  return all.flatMap((entry) => {
    if (isStackCases(entry)) return [];
    const rule = rules.find(({ name }) => name === entry.rule.name);
    return rule === undefined ? [] : [...fixtureRows(rule, entry), ...caseRows(rule, entry)];
  });
}

function fixtureRows(rule: AdmissionRule, { compliant }: ResourceCases): readonly Row[] {
  return rule.types.flatMap((type) =>
    rowsOfOne(
      {
        ...{ rule, type, title: `takes a compliant ${type}`, config: undefined, invalid: undefined },
        isTurned: false,
      },
      compliant[type]!,
    ),
  );
}

function caseRows(rule: AdmissionRule, entry: ResourceCases): readonly Row[] {
  const { compliant, cases, start = {} } = entry;
  // What is not known yet is no value that could be sent, and a patch no object that could be made.
  const sendable = cases.filter(({ about, type = "" }) => about !== "unknown" && !type.endsWith("Patch"));
  const everywhere = sendable.find(({ type, violations }) => type === undefined && violations.length > 0);
  return sendable.flatMap((one, turn) =>
    typesOf(rule, entry, one, one === everywhere ? "all" : turn).flatMap((type) =>
      rowsOfOne(
        {
          ...{ rule, type, title: `${one.title} (${type})`, config: one.config, invalid: one.invalid },
          isTurned: one.type === undefined && type !== rule.types[0],
        },
        withChange(compliant[type]!, [...(start[type] ?? []), ...one.at], one.value),
      ),
    ),
  );
}

/**
 * The types whose fixture a case is tried with: its own, and where it names none one of the others, in turn, or all of
 * them. Those others have the place for it, which is as much of the path as its own type has.
 */
function typesOf(
  rule: ResourceRule,
  { compliant, start = {} }: ResourceCases,
  { type: named, at, invalid }: Case,
  turn: number | "all",
): readonly string[] {
  const own = named ?? rule.types[0]!;
  if (named !== undefined || Object.keys(start).length === 0) return [own];
  const reach = (type: string): number => {
    let value: unknown = (start[type] ?? []).reduce<unknown>(within, compliant[type]);
    return at.findIndex((step) => (value = within(value, step)) === undefined);
  };
  const others = rule.types
    .slice(1)
    .filter((type) => reach(type) === reach(own) && (invalid === undefined || !schemaless.has(type)));
  return [own, ...(turn === "all" ? others : others.filter((_, index) => index === turn % others.length))];
}

/** Of these there is no schema here, so that any object is a valid one. */
const schemaless = new Set(["kubernetes:argoproj.io/v1alpha1:Rollout"]);

function within(value: unknown, step: string | number): unknown {
  return (value as Record<string | number, unknown> | undefined)?.[step];
}

/** The members of a List are sent one by one. */
function rowsOfOne(row: Omit<Row, "object">, props: object): readonly Row[] {
  return objectsOf({ type: row.type, props: props as Record<string, unknown> }).map(
    ({ group, version, kind, fields }) => {
      const apiVersion = group === "" ? version : `${group}/${version}`;
      return { ...row, object: completed({ ...fields, apiVersion, kind } as unknown as KubeObject) };
    },
  );
}

/** A case that takes another pod as a whole does not think of what only a Job's has to say. */
function completed(object: KubeObject): KubeObject {
  const path = podOfJob[object.kind];
  const pod = path?.reduce<unknown>(within, object);
  if (path === undefined || typeof pod !== "object" || pod === null || "restartPolicy" in pod) return object;
  return withChange(object, [...path, "restartPolicy"], "Never");
}

const inTemplate = ["spec", "template", "spec"];
const podOfJob: Readonly<Record<string, readonly string[]>> = {
  Job: inTemplate,
  CronJob: ["spec", "jobTemplate", ...inTemplate],
};

/** What the pack says: the rules that refuse the row's object. */
export function packRefusals(row: Row, rules: readonly AdmissionRule[]): Refusals {
  const known = refusals.get(row);
  if (known !== undefined) return known;
  const shown = { type: typeOf(row.object), props: row.object };
  const refusing = rules.filter(
    (rule) => judge(rule, shown, rule === row.rule ? row.config : {}).violations.length > 0,
  );
  const names = new Set(refusing.map(({ name }) => name));
  refusals.set(row, names);
  return names;
}

const refusals = new WeakMap<Row, Refusals>();

/** One sentence for each rule whose two verdicts on a row are not the same. */
export function differences(
  row: Row,
  pack: Refusals,
  server: Refusals,
  rules: readonly AdmissionRule[],
): readonly string[] {
  const said = (refuses: boolean): string => (refuses ? "refuses" : "takes");
  return rules
    .filter(({ name }) => pack.has(name) !== server.has(name))
    .map(
      ({ name }) =>
        `${name}: the pack ${said(pack.has(name))} and the API server ${said(server.has(name))} what ${row.rule.name} tries: ${row.title}`,
    );
}
