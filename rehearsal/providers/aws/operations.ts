import type { Json, Props, ResourceRef } from "../part";
import { UNKNOWN } from "../part";
import type { AccountObject } from "./account";
import { keyOf } from "./account";
import type { Companion, Model, Situation } from "./model";
import { situationOf, tokenOf } from "./situations";
import type { World } from "./situations";
import { ownTags } from "./tags";
import type { Tags } from "./tags";
import { DEFAULTS, fieldsOf, references } from "./validate";
import { canonical, hasUnknown, isObject, sha256, View, without } from "./values";

/** Inputs without the engine's bookkeeping. */
export function plain(inputs: Props): Props {
  return Object.fromEntries(
    Object.entries(inputs).filter(([key, value]) => key !== DEFAULTS && value !== null),
  );
}

/** All tags that an object with these inputs carries. */
export function allTags(inputs: Props, world: World): Props {
  const tags = inputs["tags"];
  if (tags === UNKNOWN) return { tagsAll: UNKNOWN };
  return { tagsAll: { ...world.config.defaultTags, ...(isObject(tags) ? tags : {}) } };
}

/** @throws AwsError when something that the inputs name is not in the account, or a rule of the type is broken. */
function admit(model: Model, situation: Situation, world: World): void {
  for (const { path, value, refers } of references(fieldsOf(model), situation.view.props)) {
    const isThere = refers.types.some(
      (type) => world.account.find(type, refers.by, value, situation.region) !== undefined,
    );
    if (!isThere)
      situation.refuse(
        notFound(refers.types[0] ?? ""),
        `${path} names ${value} which does not exist in this account`,
      );
  }
  model.admit?.(situation);
}

function notFound(type: string): string {
  const service = type.split(":")[1]?.split("/")[0] ?? "";
  const kind = type.split(":")[2] ?? "";
  if (service === "ec2") return `Invalid${kind}ID.NotFound`;
  return service === "iam"
    ? "NoSuchEntity"
    : service === "kms"
      ? "NotFoundException"
      : "ResourceNotFoundException";
}

/** Makes an object, or finds the one that the same request made before. */
export function create(model: Model, ref: ResourceRef, inputs: Props, world: World): AccountObject {
  const given = plain(inputs);
  const token = tokenOf(model, ref, given, world);
  const before = world.account.byToken(token);
  if (before !== undefined) return update(model, ref, before, given, world);
  const situation = situationOf(model, ref, world, {
    verb: "creating",
    inputs: given,
    self: undefined,
    preview: false,
  });
  admit(model, situation, world);
  const object: AccountObject = {
    type: model.type,
    region: situation.region,
    id: situation.id,
    urn: ref.urn,
    token,
    owner: ownerOf(model, situation),
    attributes: attributesOf(model, situation, given, {}, world),
  };
  const made = (model.companions?.(situation) ?? []).map((companion) => companionObject(companion, object));
  world.account.put([object, ...made]);
  return object;
}

/** Changes an object in place. */
export function update(
  model: Model,
  ref: ResourceRef,
  self: AccountObject,
  inputs: Props,
  world: World,
): AccountObject {
  const given = plain(inputs);
  const situation = situationOf(model, ref, world, { verb: "updating", inputs: given, self, preview: false });
  admit(model, situation, world);
  const object = { ...self, attributes: attributesOf(model, situation, given, self.attributes, world) };
  world.account.put([object]);
  return object;
}

/** @throws AwsError when the object must not be deleted yet. An object that is gone is no error. */
export function remove(model: Model, ref: ResourceRef, self: AccountObject, world: World): void {
  const situation = situationOf(model, ref, world, {
    verb: "deleting",
    inputs: self.attributes,
    self,
    preview: false,
  });
  model.release?.(situation);
  const left = (model.leaves?.(situation) ?? []).map((companion) => companionObject(companion, self));
  world.account.remove(self, model.deletionWindow?.(situation), left);
}

function ownerOf(model: Model, situation: Situation): string {
  if (model.goesWith === undefined) return "";
  const { field, type, by } = model.goesWith;
  const owner = situation.account.find(type, by, situation.view.text(field) ?? "");
  return owner === undefined ? "" : keyOf(owner);
}

function companionObject({ type, id, attributes, owned }: Companion, maker: AccountObject): AccountObject {
  return { type, id, attributes, region: maker.region, urn: "", token: "", owner: owned ? keyOf(maker) : "" };
}

/** Live attributes: what was asked for, what AWS computes, and what it chose where nothing was said. */
function attributesOf(model: Model, situation: Situation, given: Props, before: Props, world: World): Props {
  const asked = without(given, "tags");
  const chosen = Object.entries(model.fields).filter(
    ([name, field]) => field.computed === true && before[name] !== undefined,
  );
  return {
    ...Object.fromEntries(chosen.map(([name]): [string, Json] => [name, before[name] ?? null])),
    ...digested(model, asked),
    ...model.outputs?.(situation),
    ...(model.global === true ? {} : { region: situation.region }),
    ...(model.tags === true ? allTags(given, world) : {}),
  };
}

/** Secrets never stand in the account's file as they are. */
function digested(model: Model, asked: Props): Props {
  const hidden = model.hidden ?? [];
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [
      name,
      hidden.includes(name) ? `sha256:${sha256(canonical(value))}` : value,
    ]),
  );
}

/** What the engine is told of an object. */
export function outputsOf(model: Model, object: AccountObject, declared: Props, world: World): Props {
  const told = (model.hidden ?? []).filter((name) => name in object.attributes);
  const live = {
    ...object.attributes,
    ...Object.fromEntries(told.map((name): [string, Json] => [name, declared[name] ?? null])),
    ...model.live?.(object, world.account),
  };
  if (model.tags !== true) return live;
  const tags = ownTags(
    tagsOf(live),
    world.config.defaultTags,
    isObject(declared["tags"]) ? declared["tags"] : {},
  );
  return Object.keys(tags).length > 0 || declared["tags"] !== undefined ? { ...live, tags } : live;
}

function tagsOf(live: Props): Tags {
  return new View(live).map("tagsAll");
}

/** What a create or an update would answer: computed values are unknown for a new object and stay for an old one. */
export function foresee(
  model: Model,
  ref: ResourceRef,
  inputs: Props,
  old: { readonly self: AccountObject | undefined; readonly outputs: Props } | undefined,
  world: World,
): Props {
  const given = plain(inputs);
  const verb = old === undefined ? "creating" : "updating";
  // As with the real provider, a plan asks nothing of the account: what a name refers to may be planned itself.
  const situation = situationOf(model, ref, world, { verb, inputs: given, self: old?.self, preview: true });
  const unknowns = [
    ...(old === undefined ? model.computed : (model.moving ?? [])),
    ...(old === undefined ? openFields(model, given) : []),
  ];
  const kept = old === undefined ? {} : keptOutputs(model, old.outputs);
  return {
    ...kept,
    ...(old === undefined ? given : mergeBlocks(given, old.outputs)),
    ...Object.fromEntries(unknowns.map((name) => [name, UNKNOWN])),
    ...openBlocks(model, given, old === undefined),
    ...(model.global === true ? {} : { region: situation.region }),
    ...(model.tags === true ? allTags(given, world) : {}),
  };
}

/** Inputs that AWS chooses because they were left out. */
function openFields(model: Model, given: Props): string[] {
  return Object.entries(model.fields)
    .filter(([name, field]) => field.computed === true && given[name] === undefined)
    .map(([name]) => name);
}

/** Blocks that hold computed values beside what was asked for: `vpcConfig.clusterSecurityGroupId`. */
function openBlocks(model: Model, given: Props, isNew: boolean): Props {
  const opened = Object.entries(isNew ? (model.computedInside ?? {}) : {}).flatMap(
    ([name, inner]): [string, Json][] => {
      const value = given[name];
      return isObject(value)
        ? [[name, { ...Object.fromEntries(inner.map((key) => [key, UNKNOWN])), ...value }]]
        : [];
    },
  );
  return Object.fromEntries(opened);
}

function keptOutputs(model: Model, outputs: Props): Props {
  const asked = Object.entries(model.fields).filter(([, field]) => field.computed !== true);
  const dropped = new Set(["tags", ...asked.map(([name]) => name)]);
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !dropped.has(name)));
}

/** New inputs over old outputs, block by block, so that what AWS computed inside a block stays. */
function mergeBlocks(given: Props, outputs: Props): Props {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const before = outputs[name];
      return [
        name,
        name !== "tags" && isObject(value) && isObject(before) && !hasUnknown(before)
          ? { ...before, ...value }
          : value,
      ];
    }),
  );
}
