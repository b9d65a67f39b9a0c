import type { Addons } from "../../common/contracts";

/** What a stack does not prove of its monitoring: with provided add-ons nobody may answer for its custom resources. */
export function notExercised(addons: Addons): readonly { readonly name: string; readonly reason: string }[] {
  if (addons === "install") return [];
  return [
    {
      name: "Prometheus operator",
      reason:
        "addons are provided: it is not installed, Prometheus is admitted as an object and no pod of it is made here",
    },
  ];
}
