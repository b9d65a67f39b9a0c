import { SlipwayError } from "../components/common/problems";
import { urnParts } from "./layers";
import type { StepRecord } from "./types";

/** Config key under which somebody names the stores that may be replaced or deleted. */
export const CONFIRM = "slipway:confirm";

/** What holds the data of a store, by type, and how its name ends. Readers and copies hold nothing of their own. */
const BEARERS: Readonly<Record<string, string>> = {
  "kubernetes:core/v1:PersistentVolumeClaim": "-data",
  "aws:rds/instance:Instance": "-instance",
  "aws:elasticache/replicationGroup:ReplicationGroup": "-group",
};

const LOSING: readonly string[] = ["replace", "delete"];

/** A store of which the data would go. */
export interface Loss {
  /** `daira/postgres`: how it is confirmed. */
  readonly store: string;
  readonly op: string;
}

/** The stores whose data the planned steps would replace or delete, in the order of names. */
export function dataLosses(steps: readonly StepRecord[]): readonly Loss[] {
  const systems = steps
    .map(({ urn }) => urnParts(urn))
    .filter(({ type }) => type === "slipway:system:System")
    .map(({ name }) => name);
  return steps
    .flatMap(({ urn, op }): Loss[] => {
      const { types, type, name } = urnParts(urn);
      const end = BEARERS[type];
      const inStore = types.some((each) => each.startsWith("slipway:data:"));
      if (end === undefined || !inStore || !name.endsWith(end) || !LOSING.includes(op)) return [];
      return [{ store: storeName(name.slice(0, -end.length), systems), op }];
    })
    .sort((a, b) => (a.store < b.store ? -1 : 1));
}

/**
 * Refuses steps that lose the data of a store which nobody has confirmed by name.
 *
 * @throws SlipwayError naming each store and what would become of it.
 */
export function refuseDataLoss(
  stack: string,
  steps: readonly StepRecord[],
  confirmed: readonly string[],
): void {
  const losses = dataLosses(steps).filter(({ store }) => !confirmed.includes(store));
  if (losses.length === 0) return;
  const named = losses.map(({ store, op }) => `${op} ${store}`).join(", ");
  throw new SlipwayError({
    where: `up of stack ${stack}`,
    what: `it would ${named}, and with that all data in there; nothing was changed`,
    allowed: `stores that are named under ${CONFIRM} in Pulumi.${stack}.yaml`,
    todo: `undo the change or, when it is meant and a backup is at hand, confirm it: pulumi config set --path '${CONFIRM}[0]' ${losses[0]?.store ?? ""} -s ${stack}`,
  });
}

/** The system's name and the store's in it; which dash stands between them, only the systems' names tell. */
function storeName(name: string, systems: readonly string[]): string {
  const [system] = systems
    .filter((candidate) => name.startsWith(`${candidate}-`))
    .sort((a, b) => b.length - a.length);
  return system === undefined ? name.replace("-", "/") : `${system}/${name.slice(system.length + 1)}`;
}
