import type { ScratchVolume } from "../common/pods";
import { pinnedImage } from "../common/versions";
import { parseBytes } from "../spec/quantities";
import { storeKinds } from "../spec/store-kinds";
import type { RedisSpec } from "../spec/types";
import { scratch, secretVariable } from "./pod";
import type { SecretKey, StoreProcess } from "./pod";

const { port, images } = storeKinds.redis;
const CONFIG = "/etc/redis";
/** Key of the Secret that holds the part of the configuration that nobody may read. */
export const REDIS_CONFIG = "redis.conf";
/** Share of the memory limit for data; the rest is for clients' buffers and the copy that rewriting the log makes. */
const DATA_SHARE = 0.75;

/** Directories that Redis writes to besides its data. */
export const redisScratch: readonly ScratchVolume[] = [scratch("tmp", "/tmp", 16)];

/** Content of the secret configuration file. */
export function redisConfig(password: string): string {
  return `requirepass ${password}\n`;
}

/**
 * Redis or Valkey. What is secret comes from a file, everything else from the command line, where it can be read.
 * A store that keeps data evicts only keys with an expiry; a plain cache evicts what was not used for longest.
 */
export function redisProcess(store: RedisSpec, password: SecretKey, config: SecretKey): StoreProcess {
  const keeps = store.persistence === "aof";
  return {
    image: pinnedImage(images[store.version]),
    // User `redis` and its group in the alpine image.
    user: 999,
    group: 1000,
    port: { name: "redis", number: port },
    command: ["redis-server", `${CONFIG}/${REDIS_CONFIG}`],
    args: [
      ...["--dir", "/data"],
      ...["--appendonly", keeps ? "yes" : "no"],
      // No snapshots: the log alone says what is kept.
      ...["--save", ""],
      ...["--maxmemory", String(Math.floor(parseBytes(store.size.memory) * DATA_SHARE))],
      ...["--maxmemory-policy", keeps ? "volatile-lru" : "allkeys-lru"],
    ],
    // redis-cli takes the password from here, so that it stands in no command line.
    env: [secretVariable("REDISCLI_AUTH", password)],
    dataPath: "/data",
    scratch: redisScratch,
    secretFile: { ...config, folder: CONFIG },
    // redis-cli exits with 0 after an error reply too, e.g. while it loads its dataset.
    ping: ["sh", "-c", `[ "$(redis-cli -h 127.0.0.1 -p ${port} ping)" = PONG ]`],
  };
}
