import { SlipwayError } from "../components/common/problems";
import { resourceLabel } from "./layers";
import type { OperationResult, PolicyFinding } from "./types";

/** The policy pack refused the stack. One sentence per finding; `findings` has them as data. */
export class PolicyViolationError extends SlipwayError {
  /** The mandatory findings. */
  readonly findings: readonly PolicyFinding[];
  /** What had been changed by then, as a sentence part. */
  readonly effect: string;
  /** What else the operation found out before it was stopped, advice of the pack included. */
  readonly result: OperationResult | undefined;

  /** @param changed Whether resources had been changed by then: a gate's refusal comes before any was. */
  constructor(findings: readonly PolicyFinding[], changed: boolean, result?: OperationResult) {
    const effect = changed ? "the resources named were not changed, others were" : "nothing was changed";
    super({ what: `${findings.map(findingSentence).join(" ")} (${effect})` });
    this.name = "PolicyViolationError";
    this.findings = findings;
    this.effect = effect;
    this.result = result;
  }
}

/** `policy R refuses T "N": what is wrong and the remedy.` */
export function findingSentence({ policy, level, urn, message }: PolicyFinding): string {
  const verb = level === "mandatory" ? "refuses" : "advises on";
  const subject = urn === "" ? "the stack" : resourceLabel(urn);
  return `policy ${policy} ${verb} ${subject}: ${message.replace(/\.$/, "")}.`;
}
