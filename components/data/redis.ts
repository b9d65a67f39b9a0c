import type { Input } from "@pulumi/pulumi";
import type { ScratchVolume } from "../common/pods";
import { pinnedImage } from "../common/versions";
import { parseBytes } from "../spec/quantities";
import { storeKinds } from "../spec/store-kinds";
import type { RedisSpec } from "../spec/types";
import { scratch, secretVariable } from "./pod";
import type { Helper, StoreObjects, StoreProcess } from "./pod";
import { reloadHelper, TLS_FOLDER } from "./reload";

const { port, metricsPort, images } = storeKinds.redis;
const SECRETS = "/etc/slipway/secrets";
const DATA = "/data";
const SOCKET = "/run/redis/redis.sock";
/** Share of the memory limit for data; the rest is for clients' buffers and the copy that rewriting the log makes. */
const DATA_SHARE = 0.75;

/** Keys of the Secret that the store starts with: the first password of its users, and those of its two helpers. */
export const REDIS_SECRETS = ["password", "monitor-password", "admin-password"] as const;

/** What the exporter and the checks may do: read figures, no key and no channel. */
const MONITOR =
  "resetkeys resetchannels -@all +ping +info +config|get +client|setname +client|list +latency|latest +latency|histogram +slowlog|get +slowlog|len";
/** What the watcher of the certificate may do. */
const ADMIN = "resetkeys resetchannels -@all +config|set";

/**
 * Writes the list of users, then becomes the server. The line of the users' account is kept as it stands on the volume,
 * so that a changed password outlives the pod; the first one comes from the Secret. Only hashes are written.
 */
const START = [
  "umask 077",
  `file=${DATA}/users.acl`,
  `hash() { sha256sum < ${SECRETS}/"$1" | cut -d ' ' -f 1; }`,
  `account=$(grep '^user default ' "$file" 2>/dev/null) ||`,
  `  account="user default on #$(hash password) ~* &* +@all"`,
  "{",
  `  printf '%s\\n' "$account"`,
  `  printf 'user monitor on #%s ${MONITOR}\\n' "$(hash monitor-password)"`,
  `  printf 'user admin on #%s ${ADMIN}\\n' "$(hash admin-password)"`,
  `} > "$file.new"`,
  `mv "$file.new" "$file"`,
  `exec redis-server "$@"`,
].join("\n");

/** Directories that Redis writes to besides its data. */
export const redisScratch: readonly ScratchVolume[] = [
  scratch("tmp", "/tmp", 16),
  scratch("run", "/run/redis", 1),
];

/**
 * Redis or Valkey, which answers the network over TLS alone. A store that keeps data evicts only keys with an expiry;
 * a plain cache evicts what was not used for longest.
 */
export function redisProcess(
  store: RedisSpec,
  { tls, secret }: Pick<StoreObjects, "tls" | "secret">,
): StoreProcess {
  const image = pinnedImage(images[store.version]);
  return {
    image,
    // User `redis` and its group in the alpine image.
    user: 999,
    group: 1000,
    port: { name: "redis", number: port },
    command: ["sh", "-ceu", START, "start"],
    args: Object.entries(redisSettings(store)).flatMap(([name, value]) => [`--${name}`, value]),
    // redis-cli takes the password from here, so that it stands in no command line.
    env: [secretVariable("REDISCLI_AUTH", { secret, key: "monitor-password" })],
    dataPath: DATA,
    scratch: redisScratch,
    files: [
      { volume: "tls", path: TLS_FOLDER, from: { secret: tls }, keys: ["tls.crt", "tls.key"] },
      { volume: "secrets", path: SECRETS, from: { secret }, keys: REDIS_SECRETS },
    ],
    helpers: redisHelpers(image, secret),
    // redis-cli exits with 0 after an error reply too, e.g. while it loads its dataset.
    ping: ["sh", "-c", `[ "$(redis-cli -s ${SOCKET} --user monitor ping)" = PONG ]`],
  };
}

function redisSettings(store: RedisSpec): Readonly<Record<string, string>> {
  const keeps = store.persistence === "aof";
  return {
    dir: DATA,
    aclfile: `${DATA}/users.acl`,
    appendonly: keeps ? "yes" : "no",
    // No snapshots: the log alone says what is kept.
    save: "",
    maxmemory: String(Math.floor(parseBytes(store.size.memory) * DATA_SHARE)),
    "maxmemory-policy": keeps ? "volatile-lru" : "allkeys-lru",
    port: "0",
    "tls-port": String(port),
    "tls-cert-file": `${TLS_FOLDER}/tls.crt`,
    "tls-key-file": `${TLS_FOLDER}/tls.key`,
    "tls-auth-clients": "no",
    "tls-protocols": "TLSv1.2 TLSv1.3",
    unixsocket: SOCKET,
    unixsocketperm: "770",
  };
}

function redisHelpers(image: string, secret: Input<string>): readonly Helper[] {
  // Both in one command: a certificate without its key would be refused.
  const reload = `[ "$(redis-cli -s ${SOCKET} --user admin config set tls-cert-file ${TLS_FOLDER}/tls.crt tls-key-file ${TLS_FOLDER}/tls.key)" = OK ]`;
  return [
    {
      name: "exporter",
      image: pinnedImage("redis-exporter"),
      size: { cpu: ["10m", "100m"], memory: "32Mi" },
      env: [
        { name: "REDIS_ADDR", value: `unix://${SOCKET}` },
        { name: "REDIS_USER", value: "monitor" },
        secretVariable("REDIS_PASSWORD", { secret, key: "monitor-password" }),
      ],
      port: { name: "metrics", number: metricsPort },
      sees: ["run"],
    },
    reloadHelper(image, reload, {
      env: [secretVariable("REDISCLI_AUTH", { secret, key: "admin-password" })],
      sees: ["run"],
    }),
  ];
}
