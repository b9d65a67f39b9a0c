import { nearest } from "../components/common/nearest";
import { SlipwayError } from "../components/common/problems";
import type { SystemSpec } from "../components/spec/types";
import type { StoreOptions } from "../components/system/stores";
import type { Settings } from "./settings";

/**
 * What config says of the stores of each system, by the system's name.
 *
 * @throws SlipwayError when it speaks of a store that no system of the stack has.
 */
export function storeSettings(
  { stack, rotation, confirm }: Pick<Settings, "stack" | "rotation" | "confirm">,
  specs: readonly Pick<SystemSpec, "name" | "stores">[],
): (system: string) => Required<Pick<StoreOptions, "rotations" | "confirmed">> {
  const known = specs.flatMap(({ name, stores = {} }) =>
    Object.keys(stores).map((store) => `${name}/${store}`),
  );
  for (const name of Object.keys(rotation)) {
    if (known.includes(name)) continue;
    throw new SlipwayError({
      where: `slipway:rotation of stack ${stack}`,
      what: `there is no store "${name}"${nearest(name, known)}`,
      allowed: known.join(", ") || "none, for no system of the stack has stores",
      todo: `correct it in Pulumi.${stack}.yaml`,
    });
  }
  return (system) => {
    const own = (name: string): string[] =>
      name.startsWith(`${system}/`) ? [name.slice(system.length + 1)] : [];
    return {
      rotations: Object.fromEntries(
        Object.entries(rotation).flatMap(([name, count]) => own(name).map((store) => [store, count])),
      ),
      // A store that is confirmed and gone already is no mistake: its line is left until somebody takes it out.
      confirmed: confirm.flatMap(own),
    };
  };
}
