import { pickSystem } from "../../components/spec/find";
import type { SystemSpec } from "../../components/spec/types";
import { daira } from "./daira";
import { dwcp } from "./dwcp";
import { kova } from "./kova";
import { noa } from "./noa";
import { omnitide } from "./omnitide";

/** Every system that a stack may name under `slipway:systems`. */
export const systems: Readonly<Record<string, SystemSpec>> = { daira, dwcp, kova, noa, omnitide };

/**
 * The system of that name.
 *
 * @throws SlipwayError naming the ones that exist, and the one that was probably meant.
 */
export function findSystem(name: string): SystemSpec {
  return pickSystem(systems, name);
}
