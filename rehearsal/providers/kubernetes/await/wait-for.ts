import type { KubeObject } from "../../../kube/client";
import { canonical } from "../../values";
import type { Judge } from "./kinds";
import { conditionOf, describe, field, ready, waiting } from "./readiness";

/**
 * What the annotation `pulumi.com/waitFor` asks for: `condition=Ready`, `condition=Ready=False`,
 * `jsonpath={.status.phase}=Running`, `jsonpath={.status.address}`, or a JSON array of these.
 *
 * @throws Error for anything else; of JSONPath, fields only.
 */
export function waitForJudge(annotation: string): Judge {
  const judges = expressionsOf(annotation).map(judgeOf);
  return (object) => judges.map((judge) => judge(object)).find(({ state }) => state !== "ready") ?? ready;
}

function expressionsOf(annotation: string): readonly string[] {
  if (!annotation.trimStart().startsWith("[")) return [annotation];
  const list = JSON.parse(annotation) as readonly string[];
  if (list.length === 0) throw new Error("pulumi.com/waitFor has no expression");
  return list;
}

function judgeOf(expression: string): Judge {
  const condition = /^condition=([^=]+)(?:=(.+))?$/.exec(expression);
  if (condition !== null) return conditionJudge(condition[1] ?? "", condition[2] ?? "True");
  const jsonPath = /^jsonpath=\{?\.([\w.-]+)\}?(?:=(.*))?$/.exec(expression);
  if (jsonPath !== null) return fieldJudge(jsonPath[1] ?? "", jsonPath[2]);
  throw new Error(
    `the stand-in does not model pulumi.com/waitFor "${expression}"; modelled: condition=TYPE[=STATUS], jsonpath={.field.field}[=VALUE]`,
  );
}

function conditionJudge(type: string, status: string): Judge {
  return (object) => {
    const found = conditionOf(object, type);
    if (found?.status.toLowerCase() === status.toLowerCase()) return ready;
    return waiting(found === undefined ? `it has no condition ${type} yet` : describe(found));
  };
}

function fieldJudge(path: string, value: string | undefined): Judge {
  return (object: KubeObject) => {
    const found = field(object, path);
    if (found === undefined) return waiting(`it has no .${path} yet`);
    const text = typeof found === "object" ? canonical(found) : String(found);
    return value === undefined || value === text ? ready : waiting(`.${path} is not ${value} yet`);
  };
}
