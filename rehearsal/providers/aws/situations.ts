import type { Json, Props, ResourceRef } from "../part";
import type { Account, AccountObject, AccountView } from "./account";
import type { AwsConfig } from "./config";
import type { Field, Fields } from "./fields";
import type { ClusterAnswer, Model, Situation } from "./model";
import { AwsError } from "./model";
import { canonical, isObject, sha256, View } from "./values";

/** What every operation of one configured provider works on. */
export interface World {
  readonly account: Account;
  readonly config: AwsConfig;
  readonly cluster: () => ClusterAnswer | undefined;
  readonly now: () => Date;
}

/** Region that an object with these inputs lives in; empty for a global service. */
export function regionOf(model: Model, inputs: Props, { config }: World): string {
  return model.global === true ? "" : (new View(inputs).text("region") ?? config.region);
}

/**
 * The client token of a create request: equal for the same resource with the same identity, so that a create whose
 * answer was lost (the engine or this process was killed) finds the object that it made instead of making another.
 * AWS knows such tokens for some calls only; a rehearsal has to prove that nothing is doubled, so here each has one.
 * What can be changed in place is left out: between the two tries somebody may have mended the program.
 */
export function tokenOf(model: Model, ref: ResourceRef, inputs: Props, world: World): string {
  const identity = identityOf(model.fields, inputs);
  return sha256(canonical([ref.urn, world.account.accountId, regionOf(model, inputs, world), identity]));
}

function identityOf(fields: Fields, inputs: Props): Props {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]): [string, Json][] => {
      const value = inputs[name];
      if (value === undefined || value === null) return [];
      if (field.forceNew === true) return [[name, value]];
      return isIdentityInside(field) && isObject(value) ? [[name, identityOf(field.fields, value)]] : [];
    }),
  );
}

function isIdentityInside(field: Field): field is Extract<Field, { kind: "block" }> {
  return field.kind === "block";
}

/** Everything a rule of the model may look at, for one operation. */
export function situationOf(
  model: Model,
  ref: ResourceRef,
  world: World,
  step: {
    readonly verb: Situation["verb"];
    readonly inputs: Props;
    readonly self: AccountObject | undefined;
    readonly preview: boolean;
  },
): Situation {
  const { account } = world;
  const { verb, inputs, self, preview } = step;
  const region = self?.region ?? regionOf(model, inputs, world);
  const token = self === undefined || self.token === "" ? tokenOf(model, ref, inputs, world) : self.token;
  // An object that was deleted comes back under another id, as in AWS: whatever still names the old one is told so.
  const seed = `${token} ${account.generation(token)}`;
  const partition = "aws";
  const bare = {
    verb,
    type: model.type,
    urn: ref.urn,
    name: ref.name,
    preview,
    accountId: account.accountId,
    partition,
    region,
    view: new View(inputs),
    self,
    account: viewOf(account, ref, self, preview),
    hex: (length: number, salt = "") => sha256(`${seed} ${salt}`).slice(0, length),
    arn: (service: string, resource: string) =>
      `arn:${partition}:${service}:${region}:${account.accountId}:${resource}`,
    cluster: world.cluster,
    now: () => world.now().toISOString(),
    refuse: (code: string, message: string): never => {
      throw new AwsError(code, `${verb} ${model.type}: api error ${code}: ${message}`);
    },
  };
  return { ...bare, id: self?.id ?? model.id({ ...bare, id: "" }) };
}

/**
 * The account without the object itself, so that it never clashes with itself. While a replacement is previewed the
 * old object is still there, which it will not be when the new one is made: it is left out too.
 */
function viewOf(
  account: Account,
  ref: ResourceRef,
  self: AccountObject | undefined,
  preview: boolean,
): AccountView {
  const isOther = (object: AccountObject): boolean =>
    !(
      object.type === ref.type &&
      ((self !== undefined && object.id === self.id && object.region === self.region) ||
        (preview && object.urn === ref.urn))
    );
  return {
    all: (type) => account.all(type).filter(isOther),
    find: (type, attribute, value, region) => {
      const found = account.find(type, attribute, value, region);
      if (found === undefined || isOther(found)) return found;
      return account
        .all(type)
        .find(
          (object) =>
            isOther(object) && (attribute === "id" ? object.id : object.attributes[attribute]) === value,
        );
    },
    images: (repository) => account.images(repository),
  };
}
