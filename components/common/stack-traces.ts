/**
 * The SDK captures a stack trace for every call that it makes to the engine (`debuggablePromise`), and each is
 * mapped through source maps: more than half of a preview's time. Those errors have an empty message, so giving
 * them no trace costs nothing, and an error of a user keeps its own. Import this before any `@pulumi/*` module.
 */
type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

// eslint-disable-next-line @typescript-eslint/unbound-method -- V8 calls it without a receiver, and so do we.
const inner = Error.prepareStackTrace as Prepare | undefined;

Error.prepareStackTrace = (error: Error, frames: NodeJS.CallSite[]): unknown => {
  if (error.message === "") return "Error";
  if (inner !== undefined) return inner(error, frames);
  return [
    String(error),
    ...frames.map((frame) => `    at ${(frame as { toString(): string }).toString()}`),
  ].join("\n");
};
