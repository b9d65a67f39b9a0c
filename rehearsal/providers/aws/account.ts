import * as fs from "node:fs";
import * as path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import type { Props } from "../part";

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

/** What the file holds. */
export interface Contents {
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
    this.contents = readAccount(this.file);
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

/** @throws SlipwayError when the file holds no simulated account. */
export function readAccount(file: string): Contents {
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
