import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import prettier from "prettier";
import { configFileSchema } from "../../policies/config-schema";
import { rules } from "../../policies/rules";
import { tableIn } from "./table";

const root = path.resolve(__dirname, "..", "..");

/** Files that are made from the rules, with their content as it should be. */
export async function made(): Promise<ReadonlyMap<string, string>> {
  const schema = path.join(root, "policies", "config", "schema.json");
  const page = path.join(root, "docs", "policies.md");
  const options = (file: string): Promise<prettier.Options | null> => prettier.resolveConfig(file);
  const format = async (file: string, text: string): Promise<readonly [string, string]> => [
    file,
    await prettier.format(text, { ...(await options(file)), filepath: file }),
  ];
  return new Map([
    await format(schema, JSON.stringify(configFileSchema(rules))),
    await format(page, tableIn(readFileSync(page, "utf8"), rules)),
  ]);
}

// `npm run policies` after a rule was added or changed.
if (require.main === module) {
  void made().then((files) => {
    for (const [file, text] of files) writeFileSync(file, text);
  });
}
