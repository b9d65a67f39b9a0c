import type { CheckRequest, Json, Props } from "../part";
import type { Model } from "./model";
import { tokenOf } from "./situations";
import type { World } from "./situations";
import { DEFAULTS } from "./validate";

/**
 * Gives a name to a resource whose program gave none: its logical name, a dash and seven digits, as the official
 * provider does. The digits come from the resource's identity instead of chance, so that a create that is tried again
 * after a kill makes the same name. A name once given is kept.
 */
export function withName(model: Model, request: CheckRequest, inputs: Props, world: World): Props {
  const auto = model.autoName;
  if (auto === undefined || (inputs[auto.field] ?? null) !== null) return inputs;
  const kept =
    request.olds !== undefined && isGenerated(model, request.olds) ? request.olds[auto.field] : undefined;
  const logical = auto.lower === true ? request.name.toLowerCase() : request.name;
  const digits = tokenOf(model, request, inputs, world).slice(0, 7);
  const name: Json = kept ?? `${auto.prefix ?? ""}${logical}-${digits}`;
  return { ...inputs, [auto.field]: name, [DEFAULTS]: [auto.field] };
}

/** Whether the object's name was generated; then a replacement can exist beside it. */
export function isGenerated(model: Model, inputs: Props): boolean {
  const defaults = inputs[DEFAULTS];
  return model.autoName !== undefined && Array.isArray(defaults) && defaults.includes(model.autoName.field);
}
