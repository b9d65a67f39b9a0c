/** An action of somebody else, at one commit: a tag can be moved to other code, a commit cannot. */
export interface Action {
  /** `owner/repository` or `owner/repository/folder`. */
  readonly name: string;
  /** The commit that `version` is the tag of. */
  readonly commit: string;
  readonly version: string;
}

/** Every action that the workflows use. What a script of ours can do is none. */
export const actions = {
  checkout: {
    name: "actions/checkout",
    commit: "3d3c42e5aac5ba805825da76410c181273ba90b1",
    version: "v7.0.1",
  },
  node: {
    name: "actions/setup-node",
    commit: "820762786026740c76f36085b0efc47a31fe5020",
    version: "v7.0.0",
  },
  aws: {
    name: "aws-actions/configure-aws-credentials",
    commit: "e6de054238d6b7531b4efff3b6587d9aade6a06c",
    version: "v6.2.3",
  },
  pulumi: {
    name: "pulumi/auth-actions",
    commit: "141415910c3beb54e03b48e9057c204c97b956f2",
    version: "v2.1.0",
  },
  sarif: {
    name: "github/codeql-action/upload-sarif",
    commit: "8aad20d150bbac5944a9f9d289da16a4b0d87c1e",
    version: "v4.36.2",
  },
} as const satisfies Readonly<Record<string, Action>>;

/** What stands behind `uses:`. */
export function pinned({ name, commit }: Action): string {
  return `${name}@${commit}`;
}
