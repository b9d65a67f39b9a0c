import { manifestsOf, ownFiles, readManifests } from "./manifests";

/**
 * The configuration text of KWOK: the given stages, without those for volumes, and this program's own.
 *
 * @param files YAML files with one or more stages each.
 */
export async function kwokConfig(files: readonly string[]): Promise<string> {
  const given = (await readManifests(files)).filter(
    ({ kind, text }) => kind === "Stage" && !isVolumeStage(text),
  );
  const own = await readManifests(await ownFiles("stages"));
  return [...given, ...own].map(({ text }) => text.trim()).join("\n---\n");
}

/** KWOK's own volume stages serve only its own StorageClass. */
export function isVolumeStage(text: string): boolean {
  return manifestsOf(text).some((stage) => /^ {4}kind: PersistentVolume(Claim)?\s*$/m.test(stage.text));
}
