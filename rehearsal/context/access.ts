import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { SlipwayError } from "../../components/common/problems";
import { isStatus } from "../kube/client";
import type { KubeClient, KubeObject } from "../kube/client";
import type { Kubeconfig, KubeconfigCluster, KubeconfigUser } from "../kube/kubeconfig";

/** Seconds for which a token is asked for; the API server may give it a shorter life. */
const tokenLife = 4 * 60 * 60;
const namespace = "kube-system";

/** How the stand-in of an EKS cluster is reached: by an address, an authority and a bearer token, and nothing else. */
export interface BearerAccess {
  readonly endpoint: string;
  /** PEM certificates of the authority, in base64. */
  readonly caData: string;
  readonly token: string;
  /** Takes back what was made to get the token. */
  remove(): Promise<void>;
}

/**
 * Bearer access to the cluster of a context. A fixed token of its user is used as it is. Any other login (a client
 * certificate, a command that gives tokens of a few minutes) cannot stand in for `aws eks get-token`; then a
 * ServiceAccount with all rights is made, and a token asked for it.
 *
 * @param kubeconfig Text with one context.
 * @throws SlipwayError when the context has no authority, or a server name of its own.
 */
export async function bearerAccess(
  context: string,
  kubeconfig: string,
  client: KubeClient,
): Promise<BearerAccess> {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const endpoint = client.server;
  const caData = authorityOf(context, clusters?.[0]?.cluster);
  const token = fixedToken(users?.[0]?.user ?? {});
  if (token !== undefined) return { endpoint, caData, token, remove: () => Promise.resolve() };
  return { endpoint, caData, ...(await serviceAccountToken(client)) };
}

function authorityOf(context: string, cluster: KubeconfigCluster | undefined): string {
  const { "certificate-authority-data": data, "certificate-authority": file } = cluster ?? {};
  const serverName = cluster?.["tls-server-name"];
  const problem = { where: `--context ${context}`, todo: "rehearse a stack without a cloud on it instead" };
  if (serverName !== undefined) {
    throw new SlipwayError({
      ...problem,
      what: `the context names the server ${serverName} for TLS, which the kubeconfig of an EKS cluster cannot`,
      allowed: "a cluster whose certificate is made out for its address",
    });
  }
  if (data !== undefined && data !== "") return data;
  if (file !== undefined && file !== "") return readFileSync(file).toString("base64");
  throw new SlipwayError({
    ...problem,
    what: "the context has no certificate authority, and the kubeconfig of an EKS cluster needs one",
    allowed: "certificate-authority or certificate-authority-data",
  });
}

function fixedToken({ token, tokenFile }: KubeconfigUser): string | undefined {
  if (token !== undefined && token !== "") return token;
  return tokenFile === undefined || tokenFile === "" ? undefined : readFileSync(tokenFile, "utf8").trim();
}

async function serviceAccountToken(client: KubeClient): Promise<Pick<BearerAccess, "token" | "remove">> {
  const name = `slipway-rehearsal-${randomBytes(4).toString("hex")}`;
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
  const binding: KubeObject = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name, namespace }],
  };
  const remove = async (): Promise<void> => {
    await client.delete({ apiVersion: binding.apiVersion, kind: binding.kind, name });
    await client.delete({ apiVersion: "v1", kind: "ServiceAccount", name, namespace });
  };
  try {
    await client.create(account);
    await client.create(binding);
    const { body } = await client.request({
      method: "POST",
      path: await client.pathOf({ apiVersion: "v1", kind: "ServiceAccount", name, namespace }, "token"),
      body: {
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenRequest",
        spec: { expirationSeconds: tokenLife },
      },
    });
    return { token: (body as { status: { token: string } }).status.token, remove };
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
}

/**
 * The version of a context's API server, once it is sure that its user may do everything: a rehearsal makes and
 * deletes objects of all kinds, and must not find out half-way that it may not.
 *
 * @throws SlipwayError when the server cannot be reached, does not know the user, or does not let him do everything.
 */
export async function administeredVersion(
  context: string,
  client: KubeClient,
  signal: AbortSignal,
): Promise<string> {
  const where = `--context ${context}`;
  /** Milliseconds: a server that is there answers at once. */
  const timeout = 15_000;
  try {
    const { body } = await client.request({ method: "GET", path: "/version", timeout, signal });
    const review = await client.request({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: { verb: "*", group: "*", resource: "*" } },
      },
      timeout,
      signal,
    });
    const { allowed } = (review.body as { status: { allowed: boolean } }).status;
    if (allowed) return (body as { gitVersion: string }).gitVersion;
    throw new SlipwayError({
      what: "its user may not do everything in the cluster",
      where,
      allowed: "a user bound to the ClusterRole cluster-admin",
      todo: "choose the context of an administrator",
    });
  } catch (error) {
    if (error instanceof SlipwayError && error.problem.where !== where)
      throw new SlipwayError({ ...error.problem, where });
    if (!isStatus(error, 401) && !isStatus(error, 403)) throw error;
    throw new SlipwayError({
      what: `the API server ${client.server} does not let its user in (${error.status} ${error.reason})`,
      where,
      allowed: "a user whom the cluster knows",
      todo: "log in again, or choose another context",
    });
  }
}
