import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SlipwayError } from "../../components/common/problems";

/** `users[].user.exec` of a kubeconfig. */
export interface ExecPlugin {
  readonly apiVersion?: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
  readonly [field: string]: unknown;
}

export interface ExecResult {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

interface ExecCredential {
  readonly status?: {
    readonly token?: string;
    readonly clientCertificateData?: string;
    readonly clientKeyData?: string;
    readonly expirationTimestamp?: string;
  };
}

const run = promisify(execFile);
/** Milliseconds before its end at which a credential is taken as expired. */
const margin = 10_000;

/** Credentials of an exec plugin, kept until they expire; one run at a time. */
export class ExecCredentials {
  #current: { result: Promise<ExecResult>; expires: number } | undefined;

  constructor(
    private readonly plugin: ExecPlugin,
    private readonly cluster: Readonly<Record<string, unknown>>,
    private readonly env: Readonly<Record<string, string | undefined>>,
  ) {}

  get(): Promise<ExecResult> {
    if (this.#current !== undefined && Date.now() < this.#current.expires) return this.#current.result;
    const entry = { result: Promise.resolve<ExecResult>({}), expires: Number.POSITIVE_INFINITY };
    entry.result = this.#run((expires) => (entry.expires = expires)).catch((error: unknown) => {
      if (this.#current === entry) this.#current = undefined;
      throw error;
    });
    this.#current = entry;
    return entry.result;
  }

  drop(): boolean {
    this.#current = undefined;
    return true;
  }

  async #run(onExpiry: (expires: number) => void): Promise<ExecResult> {
    const {
      command,
      args,
      env,
      apiVersion = "client.authentication.k8s.io/v1",
      provideClusterInfo,
    } = this.plugin;
    const spec = { interactive: false, ...(provideClusterInfo === true ? { cluster: this.cluster } : {}) };
    let output: string;
    try {
      const { stdout } = await run(command, args ?? [], {
        env: {
          ...this.env,
          ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
          KUBERNETES_EXEC_INFO: JSON.stringify({ kind: "ExecCredential", apiVersion, spec }),
        },
        timeout: 60_000,
        maxBuffer: 4 << 20,
      });
      output = stdout;
    } catch (error) {
      const { code, stderr } = error as { code?: string | number; stderr?: string };
      const last = stderr?.trim().split("\n").at(-1) ?? "";
      throw this.#problem(
        code === "ENOENT" ? "was not found" : `failed (${code ?? "killed"})${last && `: ${last}`}`,
      );
    }
    const status = credential(output);
    if (status?.token === undefined && status?.clientCertificateData === undefined) {
      throw this.#problem("gave no credential");
    }
    if (status.expirationTimestamp !== undefined) onExpiry(Date.parse(status.expirationTimestamp) - margin);
    return {
      ...(status.token === undefined ? {} : { token: status.token }),
      ...(status.clientCertificateData === undefined ? {} : { cert: status.clientCertificateData }),
      ...(status.clientKeyData === undefined ? {} : { key: status.clientKeyData }),
    };
  }

  #problem(what: string): SlipwayError {
    return new SlipwayError({
      what: `the login command "${this.plugin.command}" ${what}`,
      where: "kubeconfig",
      todo: "install it or log in with it, then try again",
    });
  }
}

function credential(output: string): ExecCredential["status"] {
  try {
    return (JSON.parse(output) as ExecCredential).status;
  } catch {
    return undefined;
  }
}
