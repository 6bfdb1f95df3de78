import { createRequire } from "node:module";
import { join } from "node:path";
import { ok, problem, warning } from "./findings.mjs";

const PATIENCE_MS = 3_000;
/** Of the framework, and of `KEYS` in apps/server/src/cluster/scripts.ts. A test holds the two together. */
const OURS = [
  /^(roomcaches|roomcount)$/,
  /^(ch|swept):/,
  /^(processes|process-stopped|room-codes|session-secret)$/,
  /^(process|process-load|kept|lost|lock|sent|seated):/,
];
const KEYS_MAX = 10_000;
const NAMED_MAX = 3;

/** Whether the Redis of the settings answers, and is there for this game only. */
export async function* examineRedis(root, { REDIS_URL }) {
  if (!REDIS_URL?.trim()) {
    yield ok("redis/none", "REDIS_URL is not set: one process, which needs no Redis");
    return;
  }
  const Redis = load(root);
  if (!Redis) return;
  const redis = new Redis(REDIS_URL, {
    lazyConnect: true,
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault;
  redis.on("error", (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    yield* look(redis);
  } catch (error) {
    const { code, message } = fault ?? error;
    // Never the address itself: it may carry a password.
    const what = `the Redis of REDIS_URL does not answer as it should: ${code ?? message}`;
    const isRefused = /NOAUTH|WRONGPASS/.test(`${message}${error.message}`);
    yield problem(
      "redis/unreachable",
      what,
      isRefused
        ? "put its password into REDIS_URL: redis://:PASSWORD@HOST:6379"
        : "start it, or correct REDIS_URL",
    );
  } finally {
    redis.disconnect();
  }
}

async function* look(redis) {
  const began = performance.now();
  await redis.ping();
  const ms = Math.round(performance.now() - began);
  const info = new Map((await redis.info()).split("\r\n").map((line) => line.split(":", 2)));
  yield ok("redis/answers", `Redis ${info.get("redis_version")} answers in ${ms} ms`);
  const policy = info.get("maxmemory_policy");
  if (policy && policy !== "noeviction") {
    const what = `when its memory is full, Redis throws keys away (${policy}): rooms and codes would be lost`;
    yield warning("redis/evicts", what, "maxmemory-policy noeviction in its configuration");
  } else yield ok("redis/keeps", "it throws no key away");
  const foreign = [];
  let seen = 0;
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "COUNT", 1_000);
    cursor = next;
    seen += keys.length;
    foreign.push(...keys.filter((key) => !OURS.some((pattern) => pattern.test(key))));
  } while (cursor !== "0" && seen < KEYS_MAX);
  if (foreign.length > 0) {
    const named = foreign.slice(0, NAMED_MAX).map((key) => JSON.stringify(key.slice(0, 40)));
    const what = `it holds ${foreign.length} keys that are not Tagalong's, such as ${named.join(", ")}`;
    yield warning("redis/shared", what, "give each environment a Redis of its own: keys have no prefix");
  } else yield ok("redis/own", "it holds nobody else's keys");
}

function load(root) {
  try {
    return createRequire(join(root, "apps/server/package.json"))("ioredis").Redis;
  } catch {
    // Not installed: told of already.
    return undefined;
  }
}
