import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { priorities } from "../common/priorities";
import { containerSecurity, podSecurity, scratchMounts, scratchVolumes } from "../common/pods";
import { storeIdentity, storeKinds, TRUST_KEY } from "../spec/store-kinds";
import type { StoreSpec } from "../spec/types";
import { containerResources, fileMount, fileVolume, scratch } from "./pod";
import type { Files, StoreProcess } from "./pod";

const PASSWORDS = "/etc/slipway/passwords";
const TRUST = "/etc/slipway/trust";
const SIZE = { cpu: ["10m", "250m"], memory: "64Mi" } as const;
const TMP = [scratch("tmp", "/tmp", 1)];

/** Requests and limits of the pod that changes a password. */
export const rotationResources = containerResources(SIZE, TMP);

/**
 * Looks for the password that is in force, from the newest on, and puts the newest in its place; passwords are files
 * named 1, 2, and so on. It may run any number of times. `opens` succeeds when the password that is exported opens the
 * store; `change` makes that of the file `$NEWEST` the one in force.
 */
function script(opens: string, change: string): string {
  return [
    `cd ${PASSWORDS}`,
    "opens() {",
    '  secret=$(cat "$1")',
    '  export PGPASSWORD="$secret" REDISCLI_AUTH="$secret"',
    `  ${opens}`,
    "}",
    "number=$NEWEST",
    'until opens "$number"; do',
    "  number=$((number - 1))",
    '  [ "$number" -gt 0 ] || { echo "none of the $NEWEST passwords opens the store, or it does not answer" >&2; exit 1; }',
    "done",
    `[ "$number" = "$NEWEST" ] || { ${change}; }`,
    // What was done is only believed when it is seen.
    'opens "$NEWEST"',
    'echo "password $NEWEST is in force; found in force: $number"',
  ].join("\n");
}

const PSQL = "psql -XAtqw -v ON_ERROR_STOP=1";
const REDIS_CLI = `redis-cli -h "$ADDRESS" -p "$PORT" --tls --sni "$HOST" --cacert ${TRUST}/${TRUST_KEY} --user "$ACCOUNT"`;

/** psql reads the new password itself, and redis-cli gets its hash by standard input: none is in a command line. */
const SCRIPTS = {
  postgres: script(
    `${PSQL} -c 'SELECT 1' >/dev/null`,
    `printf '%s\\n' "\\set new \\\`cat $NEWEST\\\`" "ALTER ROLE CURRENT_USER PASSWORD :'new';" | ${PSQL}`,
  ),
  redis: script(
    `[ "$(${REDIS_CLI} ping)" = PONG ]`,
    [
      `hash=$(sha256sum < "$NEWEST" | cut -d ' ' -f 1)`,
      `answer=$(printf 'ACL SETUSER %s resetpass #%s\\nACL SAVE\\n' "$ACCOUNT" "$hash" | ${REDIS_CLI})`,
      `[ "$answer" = "$(printf 'OK\\nOK')" ]`,
    ].join("; "),
  ),
} as const;

export interface RotationArgs {
  /** The store's name in the system, which is its host. */
  readonly store: string;
  readonly system: string;
  readonly spec: StoreSpec;
  /** How many passwords there have been; the last is to be the one in force. At least 2. */
  readonly rotation: number;
  /** Secret with all of them, under the keys 1, 2, and so on. */
  readonly passwords: Input<string>;
  /** Secret with the authority that signed the store's certificate. */
  readonly trust: Input<string>;
  readonly process: Pick<StoreProcess, "image" | "user" | "group">;
}

/**
 * The pod that gives a running store its new password: `ALTER ROLE` for PostgreSQL, `ACL SETUSER` for Redis. It looks
 * up no name: the kubelet tells it the address of the store's Service, and the certificate is checked against the host.
 */
export function rotationPod(args: RotationArgs): types.input.core.v1.PodSpec {
  const { store, spec, rotation, process } = args;
  const numbers = Array.from({ length: rotation }, (_, index) => String(index + 1));
  const files: readonly Files[] = [
    { volume: "passwords", path: PASSWORDS, from: { secret: args.passwords }, keys: numbers },
    { volume: "trust", path: TRUST, from: { secret: args.trust }, keys: [TRUST_KEY] },
  ];
  return {
    serviceAccountName: store,
    automountServiceAccountToken: false,
    enableServiceLinks: true,
    // No service has its password until this has run.
    priorityClassName: priorities.store.name,
    restartPolicy: "Never",
    securityContext: podSecurity(process.user, process.group),
    containers: [
      {
        name: "rotation",
        image: process.image,
        command: ["sh", "-ceu", SCRIPTS[spec.kind]],
        env: [{ name: "NEWEST", value: String(rotation) }, ...clientEnv(args)],
        resources: rotationResources,
        securityContext: containerSecurity,
        volumeMounts: [...scratchMounts(TMP), ...files.map(fileMount)],
      },
    ],
    volumes: [...scratchVolumes(TMP), ...files.map(fileVolume)],
  };
}

function clientEnv({ store, system, spec }: RotationArgs): types.input.core.v1.EnvVar[] {
  const { username, database } = storeIdentity(system, spec);
  // The variable that the kubelet sets for a Service of that name.
  const address = `$(${store.replaceAll("-", "_").toUpperCase()}_SERVICE_HOST)`;
  const port = String(storeKinds[spec.kind].port);
  const values =
    spec.kind === "postgres"
      ? {
          PGHOST: store,
          PGHOSTADDR: address,
          PGPORT: port,
          PGUSER: username,
          PGDATABASE: database,
          PGSSLMODE: "verify-full",
          PGSSLROOTCERT: `${TRUST}/${TRUST_KEY}`,
          PGCONNECT_TIMEOUT: "10",
        }
      : { HOST: store, ADDRESS: address, PORT: port, ACCOUNT: username };
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
