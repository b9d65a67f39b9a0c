import { request } from "node:http";
import { connect } from "node:net";
import { SlipwayError } from "../components/common/problems";

/** The Kubernetes API server of a cluster that a stack made. */
export interface ApiServer {
  /** Name of the cluster. */
  readonly cluster: string;
  /** `https://0123.gr7.eu-central-1.eks.amazonaws.com` */
  readonly endpoint: string;
}

/** How API servers are tried, and what a user is told to do about one that does not answer. */
export interface Reach {
  /** Where the stack can be run from: `run it on a machine inside the VPC`. */
  readonly todo: string;
  /** Milliseconds that a connection may take. @default 5000 */
  readonly limit?: number;
  /** Environment that names a proxy. @default this process's own */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
}

const LIMIT = 5000;

/**
 * Opens a connection to each API server and closes it again. Nothing is sent: a private endpoint drops what comes from
 * elsewhere, and a provider would find that out only in the middle of an operation.
 *
 * @throws SlipwayError naming the first that cannot be reached.
 */
export async function requireReachable(
  where: string,
  stack: string,
  servers: readonly ApiServer[],
  { todo, limit = LIMIT, env = process.env }: Reach,
): Promise<void> {
  for (const { cluster, endpoint } of servers) {
    const problem = await unreachable(new URL(endpoint), limit, env);
    if (problem === undefined) continue;
    throw new SlipwayError({
      where,
      what: `the API server of cluster ${cluster} (${endpoint}) cannot be reached from here: ${problem}`,
      allowed: `a machine inside the VPC of the cluster, or with an address that slipway:cluster.publicAccessCidrs in Pulumi.${stack}.yaml names`,
      todo: `${todo}; nothing was changed`,
    });
  }
}

/** Why there is no connection to a server; undefined where there is one. */
async function unreachable(
  server: URL,
  limit: number,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string | undefined> {
  const proxy = proxyFor(server, env);
  // Of a proxy of another kind nothing is known here; what it does not reach, the provider tells.
  if (proxy !== undefined && proxy.protocol !== "http:") return undefined;
  const signal = AbortSignal.timeout(limit);
  try {
    await (proxy === undefined ? direct(server, signal) : through(proxy, server, signal));
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = signal.aborted ? `no answer in ${limit / 1000} s` : (code ?? message);
    return proxy === undefined ? why : `${why} (through the proxy ${proxy.host})`;
  }
}

function direct(server: URL, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: bare(server.hostname), port: portOf(server), signal });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
  });
}

/** As Kubernetes clients do it: the proxy is asked for a tunnel. */
function through(proxy: URL, server: URL, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const login = decodeURIComponent(`${proxy.username}:${proxy.password}`);
    const asked = request({
      host: bare(proxy.hostname),
      port: proxy.port === "" ? 80 : proxy.port,
      method: "CONNECT",
      path: `${server.hostname}:${portOf(server)}`,
      headers: login === ":" ? {} : { "proxy-authorization": `Basic ${btoa(login)}` },
      signal,
    });
    asked.once("error", reject);
    // Node takes any answer to CONNECT for one, a refusal too.
    asked.once("connect", ({ statusCode }, socket) => {
      socket.destroy();
      if (statusCode === 200) resolve();
      else reject(new Error(`answer ${statusCode ?? ""}`));
    });
    asked.end();
  });
}

function portOf(server: URL): number {
  return Number(server.port === "" ? 443 : server.port);
}

/** The proxy by which the Kubernetes provider reaches a server, read as Go does: https://pkg.go.dev/net/http#ProxyFromEnvironment. */
export function proxyFor({ hostname }: URL, env: Readonly<NodeJS.ProcessEnv>): URL | undefined {
  const setting = (name: string): string => env[name] ?? env[name.toLowerCase()] ?? "";
  const proxy = setting("HTTPS_PROXY");
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
  if (proxy === "" || isLoopback) return undefined;
  const without = setting("NO_PROXY")
    .split(",")
    .map((entry) => entry.trim().replace(/^\*?\./, ""));
  const isExcepted = without.some(
    (entry) => entry === "*" || (entry !== "" && (hostname === entry || hostname.endsWith(`.${entry}`))),
  );
  const address = proxy.includes("://") ? proxy : `http://${proxy}`;
  return isExcepted || !URL.canParse(address) ? undefined : new URL(address);
}

/** An IPv6 address without the brackets that it has in a URL. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}
