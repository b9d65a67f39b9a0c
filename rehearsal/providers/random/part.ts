import type { CheckFailure, Json, PartInstance, Props, ProviderPart } from "../part";
import { UNKNOWN } from "../part";
import { isObject } from "../paths";
import { differences, hasUnknown, withoutNulls } from "../values";
import type { RandomKind } from "./kinds";
import { randomKinds } from "./kinds";

/**
 * Stands in for the `random` provider: values from the system's generator, made once at create and kept by the
 * state. Any change of an input replaces the resource. A type or field that is not modelled is refused by name.
 */
export const randomPart: ProviderPart = {
  package: "random",
  configure(config) {
    const [unknown] = Object.keys(config);
    if (unknown !== undefined) {
      return Promise.reject(new Error(`the random provider has no argument "${unknown}"`));
    }
    return Promise.resolve(instance);
  },
};

const instance: PartInstance = {
  check: ({ type, news }) => Promise.resolve(check(kindOf(type), news)),

  diff({ oldInputs, news }) {
    const changes = [...new Set(differences(oldInputs, news).map(([field]) => String(field)))];
    return Promise.resolve({ changes, replaces: changes, deleteBeforeReplace: false });
  },

  create({ type, inputs, preview }) {
    const kind = kindOf(type);
    if (preview) {
      const unknown = Object.fromEntries(kind.outputs.map((name) => [name, UNKNOWN]));
      return Promise.resolve({ id: "", outputs: { ...inputs, ...unknown } });
    }
    const { id, values } = kind.make(inputs);
    return Promise.resolve({ id, outputs: { ...inputs, ...values } });
  },

  // Nothing outside of the state holds the value, so what the state says is what there is.
  read({ type, id, inputs, outputs }) {
    if (inputs === undefined || outputs === undefined) {
      return Promise.reject(new Error(`the stand-in cannot import a ${type}`));
    }
    return Promise.resolve({ id, inputs, outputs });
  },

  update: ({ type }) => Promise.reject(new Error(`a ${type} is replaced, never updated`)),
  delete: () => Promise.resolve(),
  invoke: (token) => Promise.reject(new Error(`the stand-in has no function "${token}"`)),
};

function kindOf(type: string): RandomKind {
  const kind = Object.hasOwn(randomKinds, type) ? randomKinds[type] : undefined;
  if (kind !== undefined) return kind;
  throw new Error(`the stand-in does not model this type; modelled: ${Object.keys(randomKinds).join(", ")}`);
}

function check(kind: RandomKind, news: Props): { inputs: Props; failures: CheckFailure[] } {
  const inputs = { ...kind.defaults, ...withoutNulls(news) };
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    const wanted = Object.hasOwn(kind.fields, property) ? kind.fields[property] : undefined;
    if (wanted === undefined) {
      failures.push({
        property,
        reason: `"${property}" is not a field; fields: ${Object.keys(kind.fields).join(", ")}`,
      });
    } else if (value !== UNKNOWN && !isOf(wanted, value)) {
      failures.push({ property, reason: `${property} must be a ${wanted}` });
    }
  }
  for (const property of kind.required) {
    if (inputs[property] === undefined) failures.push({ property, reason: `${property} is required` });
  }
  if (failures.length === 0 && !hasUnknown(inputs)) {
    const reason = kind.problem?.(inputs);
    if (reason !== undefined) failures.push({ property: kind.required[0] ?? "", reason });
  }
  return { inputs, failures };
}

function isOf(wanted: RandomKind["fields"][string], value: Json): boolean {
  return wanted === "map" ? isObject(value) : typeof value === wanted;
}
