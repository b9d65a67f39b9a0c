import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { install } from "../../../engine/tools/cache";
import { isExecutable } from "../../../engine/tools/find";

// A process that installs `bin/thing-1` into the cache given as its argument. It tells its parent each step, and
// goes on from the middle of a production only when told to.
const [, , cache = ""] = process.argv;
const tell = (message: string): void => void process.send?.(message);

void install(
  {
    cache,
    key: "bin/thing-1",
    title: "thing 1",
    ready: (folder) => isExecutable(path.join(folder, "thing")),
    say: tell,
  },
  async (folder) => {
    writeFileSync(path.join(folder, "thing"), "half");
    tell("producing");
    await new Promise((resolve) => process.once("message", resolve));
    writeFileSync(path.join(folder, "thing"), "whole");
    chmodSync(path.join(folder, "thing"), 0o755);
  },
).then(
  (produced) => {
    tell(produced ? "produced" : "found");
    process.disconnect();
  },
  (error: unknown) => {
    tell(String(error));
    process.disconnect();
  },
);
