import * as fs from "node:fs";
import { SlipwayError } from "../../../components/common/problems";
import type { Json } from "../part";
import { Account, readAccount } from "./account";
import { canonical, withValue } from "./values";

/** One object that is left in an account. */
export interface Leftover {
  readonly type: string;
  readonly id: string;
  /** The object's own name where it has one, else its id. */
  readonly name: string;
}

/** Everything in a simulated account, but keys whose deletion is scheduled. Empty for a file that is not there. */
export function accountContents(file: string): readonly Leftover[] {
  if (!fs.existsSync(file)) return [];
  return Object.values(readAccount(file).objects)
    .map(({ type, id, attributes }) => {
      const name = attributes["name"];
      return { type, id, name: typeof name === "string" ? name : id };
    })
    .sort((a, b) => (canonical([a.type, a.id]) < canonical([b.type, b.id]) ? -1 : 1));
}

/** A change that somebody makes beside Pulumi. */
export interface HiddenChange {
  readonly type: string;
  /** Which object of the type: by id, or by its `name`. The first by id when both are left out. */
  readonly id?: string;
  readonly name?: string;
  /** Dotted path → new value; null removes it. A tag is `tags.KEY`. */
  readonly set?: Readonly<Record<string, Json>>;
  /** Deletes the object, asking no guard. */
  readonly remove?: boolean;
}

/**
 * Alters one object of a simulated account behind Pulumi's back, so that a refresh has drift to find.
 *
 * @returns the object that was changed.
 * @throws SlipwayError when there is no such object.
 */
export function changeBehindItsBack(file: string, change: HiddenChange): Leftover {
  const account = new Account(file, readAccount(file).accountId);
  const object = [...account.all(change.type)]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .find(
      ({ id, attributes }) =>
        (change.id === undefined || id === change.id) &&
        (change.name === undefined || attributes["name"] === change.name),
    );
  if (object === undefined) {
    throw new SlipwayError({
      what: `no ${change.type} ${change.id ?? change.name ?? ""} is in the simulated account`.replace(
        "  ",
        " ",
      ),
      where: file,
    });
  }
  if (change.remove === true) account.remove(object);
  else {
    let attributes = object.attributes;
    for (const [dotted, value] of Object.entries(change.set ?? {})) {
      const [head, ...rest] = dotted.split(".");
      // A tag key may itself hold dots.
      const steps = head === "tags" ? ["tagsAll", rest.join(".")] : dotted.split(".");
      attributes = withValue(attributes, steps, value ?? undefined);
    }
    account.put([{ ...object, attributes }]);
  }
  const name = object.attributes["name"];
  return { type: object.type, id: object.id, name: typeof name === "string" ? name : object.id };
}

/** Adds an image to a repository of a simulated account, as a push does. */
export function pushImage(file: string, repository: string, digest: string): void {
  new Account(file, readAccount(file).accountId).push(repository, digest);
}
