import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { namespacesOf } from "../components/spec/services";
import type { SystemSpec } from "../components/spec/types";
import { contradictions } from "../components/spec/validate";
import { systems } from "../infra/systems";
import { UsageError } from "./outcome";
import type { Outcome } from "./outcome";
import { repository } from "./stacks";
import { identifierFor, listFile, withSystem } from "./system-list";
import { specFile, specText, testFile, testText } from "./system-template";

/**
 * Writes the files of a new system and puts it into the list. One that was cut off half-way may be run again.
 *
 * @throws UsageError when the name is none for a system, or is taken.
 */
export async function newSystem(name: string): Promise<Outcome> {
  refuseName(name);
  const list = await readFile(path.join(repository, listFile), "utf8");
  const blank = { name: "", identifier: "" };
  const names = { name, identifier: identifierFor(name, [list, specText(blank), testText(blank)]) };
  const written = { [specFile(name)]: specText(names), [testFile(name)]: testText(names) };
  const longer = withSystem(list, names);
  for (const [file, text] of Object.entries(written)) await refuseOther(file, text);

  // The list comes last: until it names the system nothing loads its files, and whoever was cut off can begin again.
  for (const [file, text] of Object.entries(written)) await write(file, text);
  await write(listFile, longer);
  const files = Object.keys(written);
  return {
    ok: true,
    json: { ok: true, system: name, files, changed: [listFile] },
    text: [
      ...files.map((file) => `wrote   ${file}`),
      `changed ${listFile}`,
      "",
      `next    say in ${specFile(name)} what the system is`,
      `        npm test -- ${testFile(name)}`,
      `        add ${name} to slipway:systems in Pulumi.local.yaml`,
      "        npx slipway rehearse local",
    ].join("\n"),
  };
}

/** @throws UsageError when no system may have that name, or one has it. */
function refuseName(name: string): void {
  const where = "slipway new system";
  // The name is that of the namespace too. All else is absent here, and so found wanting.
  const head = { name, namespace: name, owner: name, tier: "standard" };
  const wrong = contradictions(head as SystemSpec).find(({ field }) => ["name", "namespace"].includes(field));
  if (wrong !== undefined) {
    throw new UsageError({
      where,
      what: `the name is ${wrong.value}`,
      allowed: wrong.allowed,
      todo: "choose another name",
    });
  }
  const taken = Object.values(systems).find(
    (spec) => spec.name === name || namespacesOf(spec).includes(name),
  );
  if (taken !== undefined) {
    throw new UsageError({
      where,
      what:
        taken.name === name
          ? `there is a system "${name}" already`
          : `the system "${taken.name}" has the namespace "${name}" already`,
      todo: `choose another name, or edit ${specFile(taken.name)}`,
    });
  }
}

/** @throws UsageError when a file is there that somebody else has written. */
async function refuseOther(file: string, text: string): Promise<void> {
  const found = await readFile(path.join(repository, file), "utf8").catch(() => undefined);
  if (found === undefined || found === text) return;
  throw new UsageError({
    where: "slipway new system",
    what: `${file} is there already`,
    todo: "choose another name",
  });
}

async function write(file: string, text: string): Promise<void> {
  const whole = path.join(repository, file);
  await mkdir(path.dirname(whole), { recursive: true });
  await writeFile(whole, text);
}
