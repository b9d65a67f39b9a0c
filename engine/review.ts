import { preview } from "./operations";
import type { OperationOptions } from "./operations";
import { placesIn } from "./places";
import type { Place } from "./places";
import type { Progress } from "./progress";
import type { OperationResult, PolicyFinding, StackTarget } from "./types";
import { PolicyViolationError } from "./violations";

/** A verdict of the pack, and where the program registers the resource. */
export interface ReviewFinding extends PolicyFinding {
  readonly place?: Place;
}

export interface Review {
  /** The preview; mandatory findings do not cut it short. */
  readonly result: OperationResult;
  readonly findings: readonly ReviewFinding[];
}

/**
 * Previews a stack for the verdicts of its pack, advice included. Nothing is changed.
 *
 * @param root Folder of the repository.
 * @throws like {@link preview}, but not for violations: they are what is asked for.
 */
export async function review(
  target: StackTarget,
  root: string,
  progress: Progress,
  options: OperationOptions,
): Promise<Review> {
  const places = placesIn(root);
  const watched: StackTarget = {
    ...target,
    program: () => {
      places.watch();
      return target.program();
    },
  };
  const result = await preview(watched, progress, options).catch((error: unknown) => {
    if (error instanceof PolicyViolationError && error.result !== undefined) return error.result;
    throw error;
  });
  const findings = result.findings.map((finding) => {
    const place = places.of(finding.urn);
    return place === undefined ? finding : { ...finding, place };
  });
  return { result, findings };
}
