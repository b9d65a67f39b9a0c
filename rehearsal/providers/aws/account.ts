import * as fs from "node:fs";
import * as path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import type { Json, Props } from "../part";
import { canonical, withValue } from "./values";

/** One object of the simulated account. */
export interface AccountObject {
  readonly type: string;
  /** Empty for a global service. */
  readonly region: string;
  readonly id: string;
  /** The resource that asked for it; empty when AWS made it by itself. */
  readonly urn: string;
  /** Client token of the request that made it: the same request finds it again. */
  readonly token: string;
  /** Key of the object that takes this one along when it is deleted. */
  readonly owner: string;
  /** Live settings and computed values. Tags are kept as `tagsAll` alone. */
  readonly attributes: Props;
}

interface Contents {
  readonly version: 1;
  readonly accountId: string;
  readonly objects: Readonly<Record<string, AccountObject>>;
  /** How often an object of a token was deleted: the next one gets another id, as in AWS. */
  readonly generations: Readonly<Record<string, number>>;
  /** Keys whose deletion is scheduled: gone for every purpose, yet not erased. */
  readonly scheduled: readonly { readonly type: string; readonly id: string; readonly days: number }[];
  /** Repository name → digests of images in it. */
  readonly images: Readonly<Record<string, readonly string[]>>;
}

export function keyOf(object: Pick<AccountObject, "type" | "region" | "id">): string {
  return `${object.type} ${object.region} ${object.id}`;
}

/** What rules may see of the account. */
export interface AccountView {
  all(type: string): readonly AccountObject[];
  find(type: string, attribute: string, value: string, region?: string): AccountObject | undefined;
  images(repository: string): readonly string[];
}

/**
 * The simulated account: one JSON file, written whole through a temporary file after each change, so that a process
 * killed at any moment leaves either the old account or the new one. Another process may change the file in between
 * (the rehearsal makes drift so): it is read again whenever it is not the one last seen.
 */
export class Account implements AccountView {
  private contents: Contents;
  private seen = "";

  /** @param accountId 12 digits; empty takes the account that the file holds. */
  constructor(
    private readonly file: string,
    accountId: string,
  ) {
    this.contents = {
      version: 1,
      accountId: accountId === "" ? "123456789012" : accountId,
      objects: {},
      generations: {},
      scheduled: [],
      images: {},
    };
    this.reload();
    if (accountId !== "" && this.contents.accountId !== accountId) {
      throw new SlipwayError({
        what: `the file holds account ${this.contents.accountId}, not ${accountId}`,
        where: file,
        todo: "give each account a file of its own",
      });
    }
  }

  /** Takes over what another process wrote. */
  reload(): void {
    const stamp = stampOf(this.file);
    if (stamp === this.seen || stamp === "") return;
    this.contents = parse(this.file);
    this.seen = stamp;
  }

  get objects(): readonly AccountObject[] {
    return Object.values(this.contents.objects);
  }

  get accountId(): string {
    return this.contents.accountId;
  }

  get scheduled(): Contents["scheduled"] {
    return this.contents.scheduled;
  }

  all(type: string): readonly AccountObject[] {
    return this.objects.filter((object) => object.type === type);
  }

  find(type: string, attribute: string, value: string, region?: string): AccountObject | undefined {
    return this.all(type).find(
      (object) =>
        (attribute === "id" ? object.id : object.attributes[attribute]) === value &&
        (region === undefined || object.region === "" || region === "" || object.region === region),
    );
  }

  byToken(token: string): AccountObject | undefined {
    return this.objects.find((object) => object.token === token);
  }

  generation(token: string): number {
    return this.contents.generations[token] ?? 0;
  }

  images(repository: string): readonly string[] {
    return this.contents.images[repository] ?? [];
  }

  /** Adds or replaces objects in one write. */
  put(objects: readonly AccountObject[]): void {
    const added = Object.fromEntries(objects.map((object) => [keyOf(object), object]));
    this.write({ ...this.contents, objects: { ...this.contents.objects, ...added } });
  }

  /** Removes an object and, in the same write, everything that it owns, however deep; adds `left` afterwards. */
  remove(object: AccountObject, days?: number, left: readonly AccountObject[] = []): void {
    const gone = new Set([keyOf(object)]);
    for (let before = 0; before !== gone.size;) {
      before = gone.size;
      for (const other of this.objects) if (gone.has(other.owner)) gone.add(keyOf(other));
    }
    const generations = { ...this.contents.generations };
    for (const other of this.objects) {
      if (gone.has(keyOf(other)) && other.token !== "")
        generations[other.token] = this.generation(other.token) + 1;
    }
    this.write({
      ...this.contents,
      objects: Object.fromEntries([
        ...Object.entries(this.contents.objects).filter(([key]) => !gone.has(key)),
        ...left.map((kept) => [keyOf(kept), kept] as const),
      ]),
      generations,
      scheduled:
        days === undefined
          ? this.contents.scheduled
          : [...this.contents.scheduled, { type: object.type, id: object.id, days }],
      images: Object.fromEntries(
        Object.entries(this.contents.images).filter(
          ([repository]) =>
            !gone.has(
              keyOf({ type: "aws:ecr/repository:Repository", region: object.region, id: repository }),
            ),
        ),
      ),
    });
  }

  /** Adds an image to a repository, as a push does. */
  push(repository: string, digest: string): void {
    const images = [...new Set([...this.images(repository), digest])];
    this.write({ ...this.contents, images: { ...this.contents.images, [repository]: images } });
  }

  private write(contents: Contents): void {
    const temporary = `${this.file}.${process.pid}.tmp`;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(temporary, JSON.stringify(contents, undefined, 1), { mode: 0o600 });
    fs.renameSync(temporary, this.file);
    this.contents = contents;
    this.seen = stampOf(this.file);
  }
}

function stampOf(file: string): string {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
}

function parse(file: string): Contents {
  try {
    const contents = JSON.parse(fs.readFileSync(file, "utf8")) as Contents;
    if ((contents.version as unknown) === 1) return contents;
  } catch {
    // Told below, in the same words as a file of another make.
  }
  throw new SlipwayError({
    what: "the file is not a simulated account",
    where: file,
    todo: "delete it, or give another file",
  });
}

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
  return Object.values(parse(file).objects)
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
  const account = new Account(file, parse(file).accountId);
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
  new Account(file, parse(file).accountId).push(repository, digest);
}
