// The build stage of the image: takes the types out of the sources, so that what runs is JavaScript and nothing has to
// be installed. Usage: node build.mjs SOURCES OUTPUT, with Node 22.13 or newer.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

const [sources, output] = process.argv.slice(2);
mkdirSync(output, { recursive: true });
for (const file of readdirSync(sources)) {
  const code = stripTypeScriptTypes(readFileSync(join(sources, file), "utf8"));
  writeFileSync(join(output, file.replace(/\.ts$/, ".js")), code);
}
