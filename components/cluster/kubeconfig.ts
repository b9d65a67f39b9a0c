/** What a kubeconfig for an EKS cluster is written from. */
export interface EksKubeconfigArgs {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  /** CA of the API server, base64. */
  readonly certificateAuthority: string;
}

/**
 * A kubeconfig without any credential in it: whoever uses it asks the AWS CLI for a token of a few minutes.
 * JSON is YAML, so every client reads it.
 */
export function eksKubeconfig({ name, region, endpoint, certificateAuthority }: EksKubeconfigArgs): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
            // Without it some clients wait for a terminal that a pipeline does not have.
            interactiveMode: "Never",
            provideClusterInfo: false,
          },
        },
      },
    ],
  });
}
