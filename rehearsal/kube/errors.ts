import { SlipwayError } from "../../components/common/problems";
import type { KubeObject } from "./types";

/** One reason why the API server refuses an object. */
export interface ErrorCause {
  /** E.g. `spec.replicas`; empty when the cause is not about one field. */
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

/** The API server answered with a status of 400 or more, or does not serve a kind (404, reason `UnknownKind`). */
export class KubeError extends Error {
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Machine-readable reason, e.g. `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`. */
    readonly reason: string,
    message: string,
    readonly causes: readonly ErrorCause[] = [],
    /** Seconds after which the server asks to be called again. */
    readonly retryAfter?: number,
    /** Texts of the `Warning` headers beside the refusal. */
    readonly warnings: readonly string[] = [],
  ) {
    super(message);
    this.name = "KubeError";
  }
}

/** The API server did not answer at all. */
export class KubeUnreachable extends SlipwayError {
  constructor(
    server: string,
    /** E.g. `ECONNREFUSED`, `ETIMEDOUT`, `DEPTH_ZERO_SELF_SIGNED_CERT`. */
    readonly code: string,
    what = "cannot be reached",
  ) {
    super({
      what: `the Kubernetes API server ${server} ${what} (${code})`,
      where: "kubeconfig",
      todo: "check that the cluster runs and that this machine has a route to it",
    });
    this.name = "KubeUnreachable";
  }
}

/** The condition of a wait did not come true in time. */
export class KubeTimeout extends Error {
  constructor(
    message: string,
    /** The objects as they were last seen. */
    readonly last: readonly KubeObject[],
  ) {
    super(message);
    this.name = "KubeTimeout";
  }
}

/** Makes the error of an answer with a status of 400 or more, from its `Status` object where it has one. */
export function errorFromAnswer(
  status: number,
  body: unknown,
  request: string,
  retryAfter?: number,
  warnings: readonly string[] = [],
): KubeError {
  const answer = (typeof body === "object" && body !== null ? body : {}) as {
    reason?: unknown;
    message?: unknown;
    details?: { causes?: unknown };
  };
  const text =
    typeof body === "string" && body.trim() !== "" ? body.trim().slice(0, 500) : `HTTP status ${status}`;
  const causes = Array.isArray(answer.details?.causes)
    ? (answer.details.causes as Partial<ErrorCause>[])
    : [];
  return new KubeError(
    status,
    typeof answer.reason === "string" ? answer.reason : "",
    typeof answer.message === "string" && answer.message !== "" ? answer.message : `${request}: ${text}`,
    causes.map(({ field = "", reason = "", message = "" }) => ({ field, reason, message })),
    retryAfter,
    warnings,
  );
}

/** Whether an error is the API server's answer with this status. */
export function isStatus(error: unknown, status: number): error is KubeError {
  return error instanceof KubeError && error.status === status;
}
