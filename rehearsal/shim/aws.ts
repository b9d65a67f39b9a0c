import * as fs from "node:fs";
import * as path from "node:path";

/** What the shim needs to be written. */
export interface ShimOptions {
  /** Folder that goes first on the PATH of the rehearsal's processes; made when it is not there. */
  readonly folder: string;
  /** Bearer token that the rehearsal's API server takes. */
  readonly token: string;
}

/**
 * Writes an executable `aws` that answers `aws eks get-token` and nothing else, so that the kubeconfig of an EKS
 * cluster works against the rehearsal's API server, in an official Kubernetes plugin too. The token lies beside it
 * in a file that only its owner reads.
 *
 * @returns the folder.
 */
export function writeAwsShim({ folder, token }: ShimOptions): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const tokenFile = path.join(folder, "aws-token");
  // The mode of writeFile counts for a new file only.
  fs.rmSync(tokenFile, { force: true });
  fs.writeFileSync(tokenFile, token, { mode: 0o600 });
  const shim = path.join(folder, "aws");
  fs.rmSync(shim, { force: true });
  fs.writeFileSync(shim, script, { mode: 0o755 });
  return folder;
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
token=$(cat "$(dirname "$0")/aws-token")
printf '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/%s","spec":{},"status":{"token":"%s"}}\\n' "$version" "$token"
`;
