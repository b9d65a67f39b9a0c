import type { Problem } from "../components/common/problems";
import type { Diagnostic } from "./events";
import { resourceLabel } from "./layers";
import type { OperationResult } from "./types";

/** What the engine says of a resource that it must not delete, for each one (3.259). */
const PROTECTED = /cannot be deleted\s+because it is protected|as it is currently marked for protection/;
const MOST_NAMED = 5;

/** One sentence for a change that would delete or replace what is protected; undefined for any other failure. */
export function protectedProblem(
  errors: readonly Diagnostic[],
  { operation, stack }: { readonly operation: OperationResult["operation"]; readonly stack: string },
): Problem | undefined {
  const labels = errors
    .filter(({ message }) => PROTECTED.test(message))
    .map(({ urn }) => resourceLabel(urn))
    .sort();
  if (labels.length === 0) return undefined;
  const more = labels.length - MOST_NAMED;
  const named = labels.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return {
    where: `${operation} of stack ${stack}`,
    what: `the change would delete or replace what is protected: ${named}${operation === "preview" ? "; nothing was changed" : ""}`,
    todo: `undo it or, when it is meant, lift the protection first: name the store under slipway:confirm (for anything else set slipway:protection to false) in Pulumi.${stack}.yaml, run \`slipway up -s ${stack}\` without the change, and then with it`,
  };
}
