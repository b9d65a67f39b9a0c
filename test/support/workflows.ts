import { parseDocument, visit, isScalar } from "yaml";
import { actions } from "../../deployments/workflows/actions";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly if?: string;
  readonly permissions?: unknown;
  readonly environment?: unknown;
  readonly concurrency?: { readonly group?: string; readonly "cancel-in-progress"?: unknown };
  readonly "timeout-minutes"?: unknown;
  readonly "runs-on"?: string | readonly string[];
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on?: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: Job["concurrency"];
  readonly jobs?: Readonly<Record<string, Job>>;
}

/** What a job may at most be given to write: the token of its credentials, findings, and the comment. */
const WRITES: readonly string[] = ["id-token", "security-events", "pull-requests"];
/** Events that run with the rights of the repository on what somebody else has written. */
const TRUSTING: readonly string[] = ["pull_request_target", "workflow_run", "issue_comment", "issues"];
const SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository";
const MAIN = /^github\.ref == 'refs\/heads\/[\w./-]+'$/;

/** Everything in a workflow that this repository does not allow, as sentences. */
export function workflowProblems(text: string): readonly string[] {
  const workflow = parseDocument(text).toJS() as Workflow;
  const found: string[] = [...unpinned(text)];
  const events = Object.keys(workflow.on ?? {});
  for (const event of events) if (TRUSTING.includes(event)) found.push(`it runs on ${event}`);
  if (JSON.stringify(workflow.permissions) !== "{}") found.push("its own permissions are not {}");
  if (workflow.concurrency?.group === undefined) found.push("it has no concurrency group");
  if (/\bsecrets\b/.test(text)) found.push("it reads a secret");
  for (const [name, job] of Object.entries(workflow.jobs ?? {}))
    found.push(...ofJob(job, workflow, events).map((problem) => `job ${name} ${problem}`));
  return found;
}

function ofJob(job: Job, workflow: Workflow, events: readonly string[]): readonly string[] {
  const found: string[] = [];
  const { steps = [] } = job;
  const minutes = job["timeout-minutes"];
  if (typeof minutes !== "number" || minutes > 120) found.push("has no time limit of at most two hours");
  if (typeof job.permissions !== "object" || job.permissions === null) found.push("says not what it may");
  const granted = Object.entries(job.permissions ?? {});
  for (const [scope, level] of granted)
    if (level !== "read" && !(level === "write" && WRITES.includes(scope)))
      found.push(`may ${String(level)} ${scope}`);
  for (const { uses, run, with: given } of steps) {
    if (uses?.startsWith("actions/checkout@") === true && given?.["persist-credentials"] !== false)
      found.push("leaves its token in the checkout");
    if (run?.includes("${{") === true) found.push(`puts an expression into a script: ${run}`);
    for (const field of ["aws-access-key-id", "aws-secret-access-key", "aws-session-token"])
      if (given?.[field] !== undefined) found.push(`has a key in ${field}`);
  }
  const withCredentials = granted.some(([scope, level]) => scope === "id-token" && level === "write");
  const onOwnRunner = job["runs-on"]?.includes("self-hosted") === true;
  if (withCredentials || onOwnRunner) {
    if (job.environment === undefined) found.push("has credentials without an environment");
    const condition = job.if ?? "";
    const isOurs = events.every((event) =>
      event === "pull_request"
        ? condition.split(" && ").includes(SAME_REPOSITORY) && !condition.includes("||")
        : MAIN.test(condition),
    );
    if (!isOurs) found.push("has credentials for what comes from elsewhere");
  }
  const ups = steps.filter(({ run }) => run !== undefined && /\bup\b/.test(run));
  for (const { run = "" } of ups)
    if (!/^node bin\/slipway\.mjs up -s [\w-]+$/.test(run)) found.push(`brings something up by ${run}`);
  if (ups.length > 0) {
    const [stack = ""] = ups.map(({ run = "" }) => run.split(" ").at(-1) ?? "");
    if (ups.length > 1 || job.concurrency?.group !== `up-${stack}`)
      found.push("may bring a stack up twice at once");
    if ([job.concurrency, workflow.concurrency].some((one) => one?.["cancel-in-progress"] !== false))
      found.push("may be cancelled while it brings a stack up");
  }
  return found;
}

/** Actions that are not one commit that we know, with its version beside it. */
function unpinned(text: string): readonly string[] {
  const known = new Map<string, string>(
    Object.values(actions).map(({ name, commit, version }) => [`${name}@${commit}`, version]),
  );
  const found: string[] = [];
  visit(parseDocument(text), {
    Pair(_key, { key, value }) {
      if (!isScalar(key) || key.value !== "uses") return;
      const [uses, comment] = isScalar(value) ? [String(value.value), value.comment ?? ""] : ["?", ""];
      if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) found.push(`${uses} is no commit`);
      else if (!known.has(uses)) found.push(`${uses} is not in deployments/workflows/actions.ts`);
      else if (comment.trim() !== known.get(uses)) found.push(`${uses} has not its version beside it`);
    },
  });
  return found;
}
