import { at } from "../core/json";
import { Judgement } from "../core/judgement";
import type { Subject } from "../core/rule";
import type { KubernetesObject } from "./objects";
import { objectsOf } from "./objects";

/** What an exemption may call a resource. */
export interface Names {
  /** Its type token and logical name, and of each object in it `Kind namespace/name`, or `Kind name` without one. */
  readonly known: readonly string[];
  /** The same of objects of which a part is not known yet, which `*` stands for. */
  readonly partly: readonly string[];
}

/** Of what no exemption can mean. */
export const noNames: Names = { known: [], partly: [] };

export function namesOf(subject: Pick<Subject, "type" | "name" | "props">): Names {
  const known = [`${subject.type} ${subject.name}`];
  const partly: string[] = [];
  for (const object of objectsOf(subject)) {
    const namespace = partOf(object, "namespace");
    const name = partOf(object, "name");
    const text = `${object.kind} ${namespace === "" ? "" : `${namespace ?? "*"}/`}${name ?? "*"}`;
    (namespace === undefined || name === undefined ? partly : known).push(text);
  }
  return { known, partly };
}

/** A part of the object's name; empty where it has none, undefined where it is not known yet. */
function partOf(object: KubernetesObject, field: "namespace" | "name"): string | undefined {
  const judgement = new Judgement();
  let found: string | undefined;
  judgement.part(() => {
    const value = at(object.fields, "metadata", field);
    found = typeof value === "string" ? value : "";
  });
  return found;
}
