#!/usr/bin/env bash
# A command of Pulumi Deployments before an operation: require-approval.sh PROJECT/ENVIRONMENT
#
# Lets an operation that changes the stack begin only while whoever started it may open that environment of Pulumi ESC,
# which a gate lets nobody do without the approval of another.
set -euo pipefail
environment="${1:?name an environment: require-approval.sh PROJECT/ENVIRONMENT}"
operation="${PULUMI_CI_OPERATION:?is set by Pulumi Deployments}"

case "$operation" in
  preview | detect-drift) exit 0 ;;
esac
if pulumi env open "${PULUMI_CI_ORGANIZATION:?is set by Pulumi Deployments}/$environment" > /dev/null; then
  exit 0
fi
echo "slipway: $operation of stack ${PULUMI_CI_STACK:-} is not approved: ask to open environment $environment, have it approved by another, and start it again; nothing was changed." >&2
exit 1
