import { nearest } from "../common/nearest";
import { SlipwayError } from "../common/problems";
import type { SystemSpec } from "./types";

/**
 * The system of that name.
 *
 * @throws SlipwayError naming the ones that exist, and the one that was probably meant.
 */
export function pickSystem(systems: Readonly<Record<string, SystemSpec>>, name: string): SystemSpec {
  const found = Object.hasOwn(systems, name) ? systems[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(systems);
  throw new SlipwayError({
    where: "slipway:systems",
    what: `there is no system "${name}"${nearest(name, known)}`,
    allowed: known.join(", "),
    todo: "correct the name in the stack's config, or add infra/systems/<name>.ts and list it in infra/systems/index.ts",
  });
}
