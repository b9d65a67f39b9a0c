import Module, { createRequire } from "node:module";
import path from "node:path";

/**
 * As it starts, the SDK loads the TypeScript compiler and npm's tree reader: two thirds of its own loading time. It
 * needs both only to turn functions into text (dynamic providers, inline lambdas), which nothing here does. They are
 * loaded when something of theirs is first used. Import this before any `@pulumi/*` module.
 */
const packages = ["typescript", "@npmcli/arborist"];

const load = createRequire(__filename);
const sdk = path.dirname(load.resolve("@pulumi/pulumi/package.json"));
for (const name of packages) postpone(name);

function postpone(name: string): void {
  const file = resolved(name);
  if (file === undefined || file in load.cache) return;
  const placeholder = new Module(file);
  let real: object | undefined;
  placeholder.exports = new Proxy(
    {},
    {
      get(_target, key) {
        // So that an `import * as` of the SDK's own does not copy it, for which it would have to be loaded.
        if (key === "__esModule" && real === undefined) return true;
        if (real === undefined) {
          // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the cache is keyed by file.
          delete load.cache[file];
          real = load(file) as object;
        }
        return Reflect.get(real, key) as unknown;
      },
    },
  );
  placeholder.loaded = true;
  load.cache[file] = placeholder;
}

/** The file that the SDK would load; undefined where a later SDK does without the package. */
function resolved(name: string): string | undefined {
  try {
    return load.resolve(name, { paths: [sdk] });
  } catch {
    return undefined;
  }
}
