/** A workflow of GitHub Actions, as far as ours go: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax. */
export interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, object>>;
  readonly permissions: Permissions;
  readonly concurrency: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

export type Permissions = Readonly<Record<string, "read" | "write">>;

export interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress": boolean;
}

export interface Job {
  readonly name: string;
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly "runs-on": string | readonly string[];
  readonly "timeout-minutes": number;
  readonly environment?: string;
  readonly concurrency?: Concurrency;
  readonly permissions: Permissions;
  readonly env?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}
