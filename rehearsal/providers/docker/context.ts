import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { DockerfileParser } from "dockerfile-ast";

const instructions = new Set([
  "ADD",
  "ARG",
  "CMD",
  "COPY",
  "ENTRYPOINT",
  "ENV",
  "EXPOSE",
  "FROM",
  "HEALTHCHECK",
  "LABEL",
  "MAINTAINER",
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
]);

/** What a build would take in. */
export interface BuildContext {
  /** Absolute path of the context. */
  readonly folder: string;
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
}

/**
 * What a real build would refuse at once: no context, no Dockerfile, an instruction that does not exist, a COPY of
 * something that is not there. One sentence each.
 */
export function problemsOf({ folder, dockerfile }: BuildContext): string[] {
  if (!existsSync(folder)) return [`the build context ${path.basename(folder)} does not exist`];
  if (!existsSync(dockerfile))
    return [`there is no ${path.basename(dockerfile)} in the build context ${path.basename(folder)}`];
  const parsed = DockerfileParser.parse(readFileSync(dockerfile, "utf8"));
  const problems: string[] = [];
  if (parsed.getFROMs().length === 0) problems.push("the Dockerfile has no FROM");
  for (const instruction of parsed.getInstructions()) {
    const keyword = instruction.getKeyword();
    const line = instruction.getRange().start.line + 1;
    if (!instructions.has(keyword))
      problems.push(`line ${line} of the Dockerfile: ${keyword} is no instruction`);
    else if (instruction.getArguments().length === 0)
      problems.push(`line ${line} of the Dockerfile: ${keyword} has no argument`);
  }
  for (const copy of parsed.getCOPYs()) {
    if (copy.getFromFlag() !== null) continue;
    const sources = copy
      .getArguments()
      .slice(0, -1)
      .map((argument) => argument.getValue());
    for (const source of sources) {
      // A variable or a pattern can only be judged by the builder itself.
      if (!/[$*?[]/.test(source) && !existsSync(path.join(folder, source))) {
        problems.push(
          `the Dockerfile copies ${source}, which is not in the build context ${path.basename(folder)}`,
        );
      }
    }
  }
  return problems;
}

/** A digest of everything that decides what is built: the same for the same content, on every machine. */
export function digestOf({ folder, dockerfile }: BuildContext, settings: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(settings)).update(readFileSync(dockerfile));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  for (const name of files) {
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    if (!stat.isFile()) continue;
    const content = readFileSync(file);
    const executable = (stat.mode & 0o100) !== 0;
    hash
      .update(`${name.replaceAll(path.sep, "/")}\0${executable ? "x" : "-"}\0${content.length}\0`)
      .update(content);
  }
  return `sha256:${hash.digest("hex")}`;
}
