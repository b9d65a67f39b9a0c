import { AwsError } from "./model";

export type Method = "check" | "create" | "read" | "update" | "delete" | "invoke";

/** One fault to inject, once. */
export interface Fault {
  /** A type token, an invoke token, or the beginning of one: `aws:ec2/vpc:Vpc`, `aws:ec2`, `aws:`. */
  readonly match: string;
  readonly method: Method;
  /** On which matching call, counted from 1. */
  readonly nth: number;
  /**
   * `throttle`: the API answers once with ThrottlingException and the call is tried again, as the AWS SDK inside
   * the real provider does; nothing but {@link FaultInjector.throttled} shows it. `error`: the call fails.
   * `crash`: the provider's process dies after the account has changed and before the engine is answered, which is
   * the moment that loses or doubles objects.
   */
  readonly kind: "throttle" | "error" | "crash";
}

export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Ends the process; by default `SIGKILL` to itself. */
  readonly crash?: () => void;
}

/** Counts calls and makes the planned ones fail. */
export class FaultInjector {
  private readonly calls: number[];
  /** How many calls were throttled and tried again. */
  throttled = 0;

  constructor(private readonly plan: FaultPlan = { faults: [] }) {
    this.calls = plan.faults.map(() => 0);
  }

  /** Runs one call of the provider under the plan. Previews are not counted: nothing reaches AWS in them. */
  run<T>(method: Method, token: string, call: () => T): T {
    const due = this.plan.faults.filter((fault, index) => {
      if (fault.method !== method || !token.startsWith(fault.match)) return false;
      const count = (this.calls[index] ?? 0) + 1;
      this.calls[index] = count;
      return count === fault.nth;
    });
    if (due.some(({ kind }) => kind === "error")) {
      throw new AwsError(
        "InternalError",
        `api error InternalError: an injected fault in ${method} of ${token}`,
      );
    }
    let attempt = 0;
    const api = (): T => {
      attempt += 1;
      if (attempt === 1 && due.some(({ kind }) => kind === "throttle"))
        throw new AwsError("ThrottlingException", "Rate exceeded");
      return call();
    };
    const result = this.retrying(api);
    if (due.some(({ kind }) => kind === "crash")) {
      (this.plan.crash ?? (() => process.kill(process.pid, "SIGKILL")))();
      throw new Error(`an injected crash in ${method} of ${token} did not end the process`);
    }
    return result;
  }

  private retrying<T>(api: () => T): T {
    try {
      return api();
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ThrottlingException") throw error;
      this.throttled += 1;
      return api();
    }
  }
}
