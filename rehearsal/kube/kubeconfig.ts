import { readFileSync } from "node:fs";
import type { SecureContextOptions } from "node:tls";
import { parse } from "yaml";
import { SlipwayError } from "../../components/common/problems";
import type { ExecPlugin } from "./exec";
import { ExecCredentials } from "./exec";

/** A kubeconfig, as far as it can be used here. */
export interface Kubeconfig {
  readonly "current-context"?: string;
  readonly clusters?: readonly { readonly name: string; readonly cluster: KubeconfigCluster }[] | null;
  readonly contexts?: readonly { readonly name: string; readonly context: KubeconfigContext }[] | null;
  readonly users?: readonly { readonly name: string; readonly user?: KubeconfigUser | null }[] | null;
  readonly [field: string]: unknown;
}

export interface KubeconfigCluster {
  readonly server: string;
  readonly "certificate-authority"?: string;
  /** Base64 of PEM. */
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly [field: string]: unknown;
}

export interface KubeconfigContext {
  readonly cluster: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly [field: string]: unknown;
}

export interface KubeconfigUser {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly exec?: ExecPlugin;
  readonly [field: string]: unknown;
}

export interface Credentials {
  readonly token?: string;
  /** `user:password`. */
  readonly basic?: string;
  readonly tls: SecureContextOptions & {
    readonly rejectUnauthorized?: boolean;
    readonly servername?: string;
  };
}

/** Where the API server is and how to be let in. */
export interface Connection {
  readonly server: string;
  readonly namespace: string;
  readonly credentials: () => Promise<Credentials>;
  /** Drops credentials that the server refused; false when new ones would be the same. */
  readonly renew: () => boolean;
}

/** @throws SlipwayError when the text is no kubeconfig, a name in it points nowhere, or it needs what is not supported. */
export function connectionOf(
  source: string | Kubeconfig,
  contextName: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Connection {
  const config = typeof source === "string" ? parsed(source) : source;
  const name = contextName ?? config["current-context"] ?? "";
  const names = (config.contexts ?? []).map((entry) => entry.name);
  const context = config.contexts?.find((entry) => entry.name === name)?.context;
  if (context === undefined) {
    throw new SlipwayError({
      what: name === "" ? "no current-context is set" : `there is no context "${name}"`,
      where: "kubeconfig",
      allowed: names.length === 0 ? "a file with at least one context" : names.join(", "),
    });
  }
  const cluster = config.clusters?.find((entry) => entry.name === context.cluster)?.cluster;
  if (cluster === undefined || !/^https?:\/\//.test(cluster.server)) {
    const what = cluster === undefined ? "names no cluster of the file" : "has no http or https server";
    throw new SlipwayError({ what: `context "${name}" ${what}`, where: "kubeconfig" });
  }
  const user = config.users?.find((entry) => entry.name === context.user)?.user ?? {};
  if (user["auth-provider"] !== undefined) {
    throw new SlipwayError({
      what: `user "${context.user ?? ""}" logs in by an auth-provider, which Kubernetes removed in 1.26`,
      where: "kubeconfig",
      allowed: "token, client certificate, exec",
      todo: "write the kubeconfig anew with your provider's present tool",
    });
  }
  const exec = user.exec === undefined ? undefined : new ExecCredentials(user.exec, cluster, env);
  const fixed = fixedCredentials(cluster, user);
  return {
    server: cluster.server,
    namespace: context.namespace ?? "default",
    credentials: async () => {
      if (exec === undefined) return { ...fixed, ...tokenOf(user) };
      const { token, cert, key } = await exec.get();
      return {
        ...(token === undefined ? {} : { token }),
        tls: { ...fixed.tls, ...(cert === undefined || key === undefined ? {} : { cert, key }) },
      };
    },
    renew: () => exec?.drop() ?? false,
  };
}

function parsed(text: string): Kubeconfig {
  let config: unknown;
  try {
    config = parse(text);
  } catch {
    config = undefined;
  }
  // The parser's message would quote the text, which may be a secret.
  if (typeof config === "object" && config !== null) return config as Kubeconfig;
  throw new SlipwayError({ what: "the text is no YAML or JSON object", where: "kubeconfig" });
}

function fixedCredentials(cluster: KubeconfigCluster, user: KubeconfigUser): Credentials {
  const ca = pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
  const cert = pem(user["client-certificate-data"], user["client-certificate"]);
  const key = pem(user["client-key-data"], user["client-key"]);
  return {
    ...(user.username === undefined ? {} : { basic: `${user.username}:${user.password ?? ""}` }),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(cluster["insecure-skip-tls-verify"] === true ? { rejectUnauthorized: false } : {}),
      ...(cluster["tls-server-name"] === undefined ? {} : { servername: cluster["tls-server-name"] }),
    },
  };
}

/** A token file is read each time: whoever writes it also renews it. */
function tokenOf({ token, tokenFile }: KubeconfigUser): { token?: string } {
  if (token !== undefined && token !== "") return { token };
  return tokenFile === undefined ? {} : { token: file(tokenFile).trim() };
}

function pem(data: string | undefined, path: string | undefined): string | undefined {
  if (data !== undefined && data !== "") return Buffer.from(data, "base64").toString("utf8");
  return path === undefined || path === "" ? undefined : file(path);
}

function file(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new SlipwayError({ what: `cannot read the file "${path}" that it names`, where: "kubeconfig" });
  }
}
