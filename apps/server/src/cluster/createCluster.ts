import { createHmac } from "node:crypto";
import type { Config } from "../config.ts";
import type { Logger } from "../ops/logger.ts";
import type { Cluster } from "./Cluster.ts";
import { LocalCluster } from "./LocalCluster.ts";
import { RedisCluster } from "./RedisCluster.ts";

/** On its own, or one of several that meet in Redis: the settings tell. */
export function createCluster(
  { REDIS_URL, PROCESS_NAME: name, SESSION_SECRET }: Config,
  logger: Logger,
): Cluster {
  if (!REDIS_URL) return new LocalCluster(name);
  // Tells whether two are the same, and nothing of what they are.
  const fingerprint = createHmac("sha256", SESSION_SECRET).update("fingerprint").digest("base64url");
  return new RedisCluster(REDIS_URL, { name, fingerprint }, logger);
}
