import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Puts an `aws` into a folder that answers `aws eks get-token` with a token of the embedded control plane, so that the
 * kubeconfig of an EKS cluster works unchanged, with an official Kubernetes provider too.
 *
 * @returns the folder, to be put first on PATH.
 */
export async function writeAwsShim(folder: string, token: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tokenFile = path.join(folder, "token");
  await writeFile(tokenFile, token, { mode: 0o600 });
  await writeFile(path.join(folder, "aws"), script(tokenFile), { mode: 0o755 });
  return folder;
}

// The token has no end: the control plane takes it for as long as it runs.
function script(tokenFile: string): string {
  return `#!/bin/sh
# A stand-in for the AWS command line interface: it belongs to a rehearsal of Slipway.
if [ "$1" != eks ] || [ "$2" != get-token ]; then
  echo "aws: this is the rehearsal's stand-in, and it answers only: aws eks get-token" >&2
  exit 2
fi
case "$KUBERNETES_EXEC_INFO" in
  *client.authentication.k8s.io/v1beta1*|"") version=v1beta1 ;;
  *) version=v1 ;;
esac
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/%s","spec":{},"status":{"token":"%s"}}\\n' "$version" "$(cat '${tokenFile.replaceAll("'", `'\\''`)}')"
`;
}
