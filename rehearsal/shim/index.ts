import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Writes an executable `aws` into a folder that answers `aws eks get-token` and nothing else, so that the kubeconfig
 * of an EKS cluster works against the rehearsal's API server, with an official Kubernetes provider too. The token lies
 * beside it in a file that only its owner reads.
 *
 * @param token Bearer token that the API server takes for as long as it runs: the answer names no end.
 * @returns the folder, to be put first on PATH.
 */
export async function writeAwsShim(folder: string, token: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replace(path.join(folder, "token"), token, 0o600);
  await replace(path.join(folder, "aws"), script, 0o755);
  return folder;
}

/** The mode counts for a new file only, so an old one goes first. */
async function replace(file: string, text: string, mode: number): Promise<void> {
  await rm(file, { force: true });
  await writeFile(file, text, { mode });
}

// Plain sh: it starts in milliseconds, and a Kubernetes client calls it for every connection.
const script = `#!/bin/sh
# The rehearsal's stand-in for the AWS CLI. It knows one command and no account.
set -eu
refuse() {
  echo "aws: this is the rehearsal's stand-in, which answers only 'aws eks get-token --cluster-name NAME'; $1" >&2
  exit 2
}
given="$*"
command=""
cluster=""
while [ $# -gt 0 ]; do
  case "$1" in
    --cluster-name|--region|--output|--role-arn|--profile)
      [ $# -ge 2 ] || refuse "$1 has no value"
      case "$1" in
        --cluster-name) cluster="$2" ;;
        --output) [ "$2" = json ] || refuse "it writes json, not $2" ;;
      esac
      shift 2 ;;
    --cluster-name=*) cluster="\${1#*=}"; shift ;;
    --output=json|--region=*|--role-arn=*|--profile=*|--no-cli-pager) shift ;;
    -*) refuse "it does not know $1" ;;
    *) command="\${command:+$command }$1"; shift ;;
  esac
done
[ "$command" = "eks get-token" ] || refuse "asked was: aws $given"
[ -n "$cluster" ] || refuse "--cluster-name is missing"
version=v1beta1
case "\${KUBERNETES_EXEC_INFO:-}" in
  *'"client.authentication.k8s.io/v1"'*) version=v1 ;;
  *'"client.authentication.k8s.io/v1beta1"'*|'') ;;
  *) refuse "KUBERNETES_EXEC_INFO asks for neither client.authentication.k8s.io/v1 nor v1beta1" ;;
esac
token=$(cat "$(dirname "$0")/token")
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/%s","spec":{},"status":{"token":"%s"}}\\n' "$version" "$token"
`;
