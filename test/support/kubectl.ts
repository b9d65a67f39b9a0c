import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "./temporary";

/** What a stand-in for kubectl does: opens a port as the real one says it, or fails with these words. */
export type Kubectl = "opens" | { readonly fails: string };

export interface FakeKubectl {
  /** The PATH that has it, and Node. */
  readonly path: string;
  /** What it was called with, and the file that `--kubeconfig` named. */
  called(): { readonly args: readonly string[]; readonly kubeconfig?: string };
  /** How it ended: `SIGTERM`, or nothing so far. */
  ended(): string;
}

/** Writes a program `kubectl` that keeps what it was called with, into a folder of its own. */
export function fakeKubectl(what: Kubectl): FakeKubectl {
  const folder = temporaryFolder();
  const bin = path.join(folder, "bin");
  const call = path.join(folder, "call.json");
  const end = path.join(folder, "end");
  mkdirSync(bin);
  const script =
    what === "opens"
      ? `const port = args.at(-1).startsWith(":") ? "41234" : args.at(-1).split(":")[0];
process.on("SIGTERM", () => { fs.writeFileSync(${JSON.stringify(end)}, "SIGTERM"); process.exit(0); });
for (const family of ["127.0.0.1", "[::1]"]) console.log(\`Forwarding from \${family}:\${port} -> 3000\`);
setInterval(() => undefined, 60000);`
      : `console.error(${JSON.stringify(what.fails)});
process.exit(1);`;
  writeFileSync(
    path.join(bin, "kubectl"),
    `#!${process.execPath}
const fs = require("node:fs");
const args = process.argv.slice(2);
const at = args.indexOf("--kubeconfig");
const kubeconfig = at < 0 ? undefined : fs.readFileSync(args[at + 1], "utf8");
fs.writeFileSync(${JSON.stringify(call)}, JSON.stringify({ args, kubeconfig }));
${script}
`,
    { mode: 0o755 },
  );
  return {
    path: bin,
    called: () => JSON.parse(readFileSync(call, "utf8")) as ReturnType<FakeKubectl["called"]>,
    ended: () => {
      try {
        return readFileSync(end, "utf8");
      } catch {
        return "";
      }
    },
  };
}
