import { readFile } from "node:fs/promises";
import path from "node:path";
import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import { readConfig } from "../policies/config";
import type { ConfigProblem, ReadConfig } from "../policies/config";
import { rules } from "../policies/rules";
import { packFor } from "./pack";
import type { Pack } from "./pack";
import type { Progress } from "./progress";

/** A file that configures the pack, found to be right. */
export interface PackConfigFile {
  readonly file: string;
  readonly config: ReadConfig["config"];
}

/**
 * The pack in `folder` with the configuration of a stage, `config/<stage>.json`.
 *
 * A stage without a file gets the pack as it is, and `progress` is told so. No stage at all is for the program to refuse.
 *
 * @throws SlipwayError with one sentence when the file is not what the pack takes; nothing has been run by then.
 */
export async function packForStage(
  folder: string,
  stage: string | undefined,
  progress: Pick<Progress, "note">,
): Promise<Pack> {
  const pack = await packFor(folder);
  const found = await configOfStage(folder, stage);
  if (found !== undefined) return { ...pack, config: found.file };
  if (stage !== undefined)
    progress.note(
      `policies: there is no policies/config/${stage}.json, so each rule has the level that it says itself`,
    );
  return pack;
}

/** The configuration of a stage; undefined where it has none. A stage's name is never a way out of the folder. */
export async function configOfStage(
  folder: string,
  stage: string | undefined,
): Promise<PackConfigFile | undefined> {
  if (stage === undefined || !/^[\w-]+$/.test(stage)) return undefined;
  const file = path.join(path.resolve(folder), "config", `${stage}.json`);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new SlipwayError({ where: file, what: `it cannot be read (${code ?? message})` });
  });
  return text === undefined ? undefined : { file, config: checkedConfig(text, shortName(file)) };
}

/**
 * A configuration as it was read.
 *
 * @param where Its file, for the sentence.
 * @throws SlipwayError that names the first thing that is wrong in it, and how many more there are.
 */
export function checkedConfig(text: string, where: string): ReadConfig["config"] {
  const { config, problems } = readConfig(rules, text);
  const [first] = problems;
  if (first === undefined) return config;
  throw configError(where, first, problems.length - 1);
}

function configError(
  where: string,
  { path: at, what, allowed, unknown }: ConfigProblem,
  more: number,
): SlipwayError {
  return new SlipwayError({
    where: at === "" ? where : `${where}: ${at}`,
    what: `${what}${unknown === undefined ? "" : nearest(unknown.name, unknown.known)}`,
    ...(allowed !== undefined && { allowed }),
    todo: `correct the file${more === 0 ? "" : `, in which ${more} more ${more === 1 ? "thing is" : "things are"} wrong`}`,
  });
}

/** A file of this checkout as people name it. */
function shortName(file: string): string {
  const root = path.resolve(__dirname, "..");
  return file.startsWith(root + path.sep) ? path.relative(root, file) : file;
}
