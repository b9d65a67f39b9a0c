import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import prettier from "prettier";
import { table } from "../../deployments/table";
import type { DeliveryTable } from "../../deployments/types";
import { workflowFiles } from "../../deployments/workflows/files";

const root = path.resolve(__dirname, "..", "..");

/** Files that are made from a table, by path from the root of the repository, with their content as it should be. */
export async function made(from: DeliveryTable = table): Promise<ReadonlyMap<string, string>> {
  const files = [...workflowFiles(from)].map(async ([name, text]) => {
    const filepath = path.join(root, name);
    const options = await prettier.resolveConfig(filepath);
    return [name, await prettier.format(text, { ...options, filepath })] as const;
  });
  return new Map(await Promise.all(files));
}

// `npm run workflows` after the table was changed.
if (require.main === module) {
  void made().then((files) => {
    for (const [name, text] of files) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  });
}
