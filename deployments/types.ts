/**
 * Who brings stacks up after a merge. The other one keeps what does not collide with that: a stack never has two that
 * bring it up.
 *
 * `workflows`: `.github/workflows/deliver.yml`. `deployments`: Pulumi Deployments, by push; the workflow then runs only
 * when somebody starts it.
 */
export type Driver = "workflows" | "deployments";

/** What is used to preview a stack, which runs the code of a pull request, and what is used to bring it up. */
export type Purpose = "preview" | "up";

/** How one stack is delivered. Its key in the table is its name, and there is a file `Pulumi.<name>.yaml`. */
export interface StackRow {
  /** AWS region of the credentials; that of the stack's file. */
  readonly region: string;
  /** ARNs of the AWS roles. That for previews only reads. */
  readonly roles: Readonly<Record<Purpose, string>>;
  /** GitHub environments. Both roles trust nobody but a job in their environment. */
  readonly environments: Readonly<Record<Purpose, string>>;
  /** Teams of Pulumi Cloud whose tokens the jobs get: that for previews reads the stack, the other one writes it. */
  readonly teams: Readonly<Record<Purpose, string>>;
  /**
   * Labels of the self-hosted GitHub runners in the VPC of the stack, from where its API server can be reached. Those
   * for previews are others, for a machine that has run a pull request's code is not to be trusted with an `up`.
   */
  readonly runners: Readonly<Record<Purpose, string>>;
  /** Id of the pool of Pulumi Deployments whose runners stand in that VPC. */
  readonly agentPoolId: string;
  /** `push`: goes up when a change is merged. `approval`: goes up when somebody else has said yes. */
  readonly trigger: "push" | "approval";
  /** The stack that goes up before it. @default none */
  readonly after?: string;
  /** Team of Pulumi Cloud whose members approve, where that is the trigger. In GitHub the environment names them. */
  readonly approvers?: string;
  /** When drift is looked for, as a cron expression in UTC. It is told, never mended. */
  readonly drift: string;
  /** The policy pack's configuration for the stack, from the root of the repository. */
  readonly packConfig: string;
}

/** Stacks that live as long as a pull request: `Pulumi.<template>.yaml` is copied for each. */
export interface ReviewRow {
  readonly template: string;
  readonly role: string;
  readonly agentPoolId: string;
  /** Hours after which a review stack is destroyed, whatever its pull request does. */
  readonly ttlHours: number;
  /** A pull request that changes nothing of this gets no review stack. */
  readonly paths: readonly string[];
  readonly packConfig: string;
}

/** What workflows and Pulumi Deployments are made from. */
export interface DeliveryTable {
  /** GitHub repository, `owner/name`. */
  readonly repository: string;
  /** Organization of Pulumi Cloud, which keeps the state; in lower case, as its address has it. */
  readonly organization: string;
  /** `name` of Pulumi.yaml. */
  readonly project: string;
  /** The branch from which stacks go up. */
  readonly branch: string;
  readonly driver: Driver;
  /** Major version of Node.js on runners. */
  readonly node: string;
  /** Seconds that credentials for an `up` hold. The roles must allow as much (`MaxSessionDuration`). */
  readonly sessionSeconds: number;
  /**
   * What a stack is made from, as globs from the root of the repository. Only what is to be included: GitHub and
   * Pulumi Cloud read exclusions differently.
   */
  readonly paths: readonly string[];
  /** Image in which Pulumi Deployments runs, with its digest. @default Pulumi's own, which is not pinned */
  readonly executorImage?: string;
  /** By name, in the order in which they go up. */
  readonly stacks: Readonly<Record<string, StackRow>>;
  readonly review: ReviewRow;
}
