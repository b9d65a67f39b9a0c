import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { SlipwayError } from "../../../components/common/problems";
import { parseIgnore } from "./ignore";

/** A build context as the builder would be sent it. */
export interface BuildContext {
  readonly folder: string;
  /** Path of the Dockerfile. */
  readonly dockerfile: string;
  readonly dockerfileText: string;
  /** Files in it that are not ignored, relative and with `/`, sorted. */
  readonly files: readonly string[];
  /** `sha256:` digest of names, modes and contents. */
  readonly digest: string;
}

/**
 * Reads and hashes a build context.
 *
 * @param folder Absolute path of the context.
 * @param dockerfile Absolute path of the Dockerfile; it may lie outside of the context.
 * @throws SlipwayError when either is missing, or the context holds what no image can.
 */
export function readContext(folder: string, dockerfile: string): BuildContext {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SlipwayError({
      what: "the build context is no folder",
      where: folder,
      todo: "set build.context to the folder of the image",
    });
  }
  if (fs.statSync(dockerfile, { throwIfNoEntry: false })?.isFile() !== true) {
    const inside = path.join(folder, path.basename(dockerfile));
    const hint = fs.existsSync(inside) ? `; there is one at ${inside}` : "";
    throw new SlipwayError({
      what: `there is no Dockerfile here${hint}`,
      where: dockerfile,
      todo: "add it, or set build.dockerfile, which is relative to the program's folder and not to the context",
    });
  }
  const dockerfileText = fs.readFileSync(dockerfile, "utf8");
  // As BuildKit does, an ignore file named after the Dockerfile goes before the common one.
  const ignoreFile = [`${dockerfile}.dockerignore`, path.join(folder, ".dockerignore")].find((file) =>
    fs.existsSync(file),
  );
  const isIgnored = parseIgnore(ignoreFile === undefined ? "" : fs.readFileSync(ignoreFile, "utf8"));
  const files = filesBelow(folder, "")
    .filter((file) => !isIgnored(file))
    .sort();
  const hash = createHash("sha256");
  add(hash, "Dockerfile", "", Buffer.from(dockerfileText));
  for (const file of files) {
    const full = path.join(folder, file);
    const stat = fs.lstatSync(full);
    const content = stat.isSymbolicLink() ? Buffer.from(fs.readlinkSync(full)) : fs.readFileSync(full);
    // Only what an image keeps of the mode: the kind and the rights, on every file system alike.
    add(hash, file, `${stat.isSymbolicLink() ? "link" : "file"} ${(stat.mode & 0o777).toString(8)}`, content);
  }
  return { folder, dockerfile, dockerfileText, files, digest: `sha256:${hash.digest("hex")}` };
}

function add(hash: ReturnType<typeof createHash>, name: string, mode: string, content: Buffer): void {
  // The length keeps the end of one file and the name of the next apart.
  hash.update(`${name}\0${mode}\0${content.length}\0`).update(content);
}

function filesBelow(folder: string, prefix: string): string[] {
  return fs.readdirSync(path.join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, name);
    if (entry.isFile() || entry.isSymbolicLink()) return [name];
    throw new SlipwayError({
      what: "the build context holds a socket, pipe or device",
      where: path.join(folder, name),
      todo: "take it out, or name it in .dockerignore",
    });
  });
}
