import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Pack } from "../engine/pack";

/** Rules of the pack that ask for protection. Who means to destroy a protected stack lowers them with it. */
const protecting = [
  "aws-any-resource-require-protect",
  "aws-data-store-require-deletion-protection",
  "aws-eks-cluster-require-deletion-protection",
] as const;

/** The pack of a stack whose protection is lifted: it only advises on protection. Its configuration is put into `folder`. */
export async function withoutProtection(pack: Pack, folder: string): Promise<Pack> {
  const config = pack.config === undefined ? {} : (JSON.parse(await readFile(pack.config, "utf8")) as object);
  const file = path.join(folder, "policies-without-protection.json");
  const advised = Object.fromEntries(protecting.map((rule) => [rule, "advisory"]));
  await writeFile(file, JSON.stringify({ ...config, ...advised }));
  return { ...pack, config: file };
}
