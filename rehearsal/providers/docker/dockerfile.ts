import type { Instruction } from "dockerfile-ast";
import { Copy, DockerfileParser, From, JSONInstruction } from "dockerfile-ast";
import { SlipwayError } from "../../../components/common/problems";
import type { BuildContext } from "./context";
import { clean, glob } from "./ignore";

const KEYWORDS = [
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
  "ONBUILD",
  "RUN",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
];
const COPY_FLAGS = ["chmod", "chown", "exclude", "from", "link", "parents"];
const ADD_FLAGS = ["checksum", "chmod", "chown", "exclude", "keep-git-dir", "link", "unpack"];

/**
 * Checks a Dockerfile against its context, as far as a builder would refuse it before running anything. Whether it
 * ends as root, takes a moving tag or the like is no error here: that is for the policies to say.
 *
 * @param target Stage that is built. @default the last
 * @throws SlipwayError naming the line.
 */
export function checkDockerfile(context: BuildContext, target?: string): void {
  const parsed = DockerfileParser.parse(context.dockerfileText);
  const stages: string[] = [];
  let from = 0;
  for (const instruction of parsed.getInstructions()) {
    const line = instruction.getRange().start.line + 1;
    const refuse = (what: string, allowed?: string): never => {
      throw new SlipwayError({
        what,
        where: `${context.dockerfile}, line ${line}`,
        ...(allowed === undefined ? {} : { allowed }),
        todo: "mend the Dockerfile",
      });
    };
    const keyword = instruction.getKeyword();
    if (!KEYWORDS.includes(keyword))
      refuse(`${instruction.getInstruction()} is no instruction`, KEYWORDS.join(", "));
    if (instruction.getArguments().length === 0 && flagsOf(instruction).length === 0)
      refuse(`${keyword} has no arguments`);
    if (from === 0 && keyword !== "FROM" && keyword !== "ARG")
      refuse(`${keyword} stands before the first FROM`, "ARG");
    if (instruction instanceof From) {
      from += 1;
      checkFrom(instruction, stages, refuse);
      stages.push(instruction.getBuildStage()?.toLowerCase() ?? "");
    }
    if (["CMD", "ENTRYPOINT", "SHELL"].includes(keyword)) checkJsonForm(instruction, refuse);
    if (keyword === "COPY" || keyword === "ADD") checkSources(instruction, stages, context, refuse);
  }
  if (from === 0)
    throw new SlipwayError({
      what: "there is no FROM",
      where: context.dockerfile,
      todo: "mend the Dockerfile",
    });
  if (target !== undefined && !stages.includes(target.toLowerCase())) {
    throw new SlipwayError({
      what: `there is no stage "${target}"`,
      where: context.dockerfile,
      allowed: stages.filter((stage) => stage !== "").join(", ") || "a stage that FROM … AS names",
    });
  }
}

type Refuse = (what: string, allowed?: string) => never;

function checkFrom(from: From, stages: readonly string[], refuse: Refuse): void {
  const words = from.getArguments().map((argument) => argument.getValue());
  if (words.length !== 1 && !(words.length === 3 && words[1]?.toUpperCase() === "AS"))
    refuse("FROM is malformed", "FROM image, FROM image AS stage");
  const stage = from.getBuildStage();
  if (stage !== null && stages.includes(stage.toLowerCase())) refuse(`the stage ${stage} is named twice`);
}

/** Docker takes a broken exec form for a command line and starts something else than was meant. */
function checkJsonForm(instruction: Instruction, refuse: Refuse): void {
  const content = instruction.getArgumentsContent()?.trim() ?? "";
  if (!content.startsWith("[")) {
    if (instruction.getKeyword() === "SHELL")
      refuse("SHELL takes a list of strings", `SHELL ["/bin/sh", "-c"]`);
    return;
  }
  let words: unknown;
  try {
    words = JSON.parse(content);
  } catch {
    words = undefined;
  }
  if (!Array.isArray(words) || !words.every((word) => typeof word === "string")) {
    refuse(`${instruction.getKeyword()} begins as a list and is none`, `["program", "argument"]`);
  }
}

function flagsOf(instruction: Instruction): readonly { getName(): string; getValue(): string | null }[] {
  return instruction instanceof JSONInstruction ? instruction.getFlags() : [];
}

function checkSources(
  instruction: Instruction,
  stages: readonly string[],
  context: BuildContext,
  refuse: Refuse,
): void {
  const keyword = instruction.getKeyword();
  const known = keyword === "COPY" ? COPY_FLAGS : ADD_FLAGS;
  const stray = flagsOf(instruction).find((flag) => !known.includes(flag.getName()));
  if (stray !== undefined)
    refuse(`${keyword} has no flag --${stray.getName()}`, known.map((flag) => `--${flag}`).join(", "));
  const words = pathsOf(instruction);
  if (words.length < 2) refuse(`${keyword} needs a source and a destination`);
  const stage = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined;
  if (stage !== undefined && stage !== null) {
    // A number names a stage by its place, a bare word one by its name; anything with a path or tag is an image.
    if (/^\d+$/.test(stage) && Number(stage) >= stages.length - 1)
      refuse(`--from=${stage} names no stage before this one`);
    return;
  }
  for (const source of words.slice(0, -1)) {
    if (isHeredoc(source)) continue;
    if (/^(https?:\/\/|git@)/.test(source) || source.includes("$")) continue;
    if (clean(source).split("/").includes(".."))
      refuse(`${keyword} ${source} leads out of the build context`);
    if (!isThere(source, context.files))
      refuse(
        `${keyword} ${source}: there is no such path in the build context (or .dockerignore leaves it out)`,
      );
  }
}

function pathsOf(instruction: Instruction): string[] {
  if (instruction instanceof JSONInstruction && instruction.getOpeningBracket() !== null) {
    return instruction.getJSONStrings().map((word) => word.getJSONValue());
  }
  const words = instruction.getExpandedArguments();
  // The parser counts the lines of a text given in place among the arguments; they begin below its mark.
  const mark = words.find((argument) => isHeredoc(argument.getValue()))?.getRange().start.line;
  return words
    .filter((argument) => mark === undefined || argument.getRange().start.line <= mark)
    .map((argument) => argument.getValue());
}

function isHeredoc(word: string): boolean {
  return /^<<-?["']?\w/.test(word);
}

function isThere(source: string, files: readonly string[]): boolean {
  const wanted = clean(source);
  if (wanted === "") return true;
  const pattern = new RegExp(`^${glob(wanted)}(/.*)?$`);
  return files.some((file) => pattern.test(file));
}
